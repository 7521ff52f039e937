/*
 * fuzz_folder.c: the journal reader, and what is told of a migration's text.
 * A journal that reads has only tags that may be opened and an error has a
 * place; pieces and markers together are the text again; the text as it is
 * run differs from it at markers only.
 */
#include <stdlib.h>

#include "folder/parts.h"
#include "fuzz.h"

static const struct str marker = { "--> statement-breakpoint", 24 };

static void demand(bool ok)
{
	if (!ok)
		abort();
}

static void try_journal(struct arena *a, struct str s)
{
	struct finding_list l = { .a = a };
	struct journal j = { 0 };
	struct err e = ERR_INIT;
	enum rc rc = journal_parse(s, "journal", &l, a, &j, &e);

	if (rc) {
		demand(rc == RC_INCONSISTENT || rc == RC_UNSUPPORTED);
		demand(e.code == rc && e.msg[0] && e.where[0]);
		return;
	}
	for (size_t i = 0; i < j.n; i++) {
		demand(tag_valid(j.v[i].tag));
		demand(!memchr(j.v[i].tag.p, '/', j.v[i].tag.n));
		demand(j.v[i].idx >= 0 && j.v[i].when >= 0);
	}
}

static void try_pieces(struct arena *a, struct str s)
{
	const struct piece *v;
	size_t n = pieces_split(s, a, &v), at = 0;

	demand(n >= 1);
	for (size_t i = 0; i < n; i++) {
		demand(v[i].offset == at);
		demand(str_eq(v[i].sql, str_sub(s, at, at + v[i].sql.n)));
		demand(str_find(v[i].sql, marker, 0) == v[i].sql.n);
		at += v[i].sql.n;
		if (i + 1 < n) {
			demand(str_eq(str_sub(s, at, at + marker.n), marker));
			at += marker.n;
		}
	}
	demand(at == s.n);
}

static void try_text(struct arena *a, struct str s)
{
	struct finding_list l = { .a = a };
	struct entry en = { .tag = STR("0000_x"), .file = STR("x.sql"),
		.text = s };
	struct str run = text_runnable(&dialect_sqlite, s, a), down;
	size_t line, live;

	demand(run.n == s.n);
	for (size_t i = 0; i < s.n; i++)
		demand(run.p[i] == s.p[i] || run.p[i] == ' ' ||
		    run.p[i] == ';');
	text_check(&dialect_sqlite, &en, &l);
	for (size_t i = 0; i < l.list.n; i++)
		demand(str_starts(l.list.v[i].where, STR("x.sql:")));
	down = text_down_section(&dialect_sqlite, s, a, &line, &live);
	demand(down.n == 0 || (line > 0 && live == SIZE_MAX));
	(void)text_is_blank(&dialect_sqlite, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str s = { (const char *)data, size };

	try_journal(a, s);
	try_pieces(a, s);
	try_text(a, s);
	(void)tag_valid(s);
	arena_free(a);
	return 0;
}
