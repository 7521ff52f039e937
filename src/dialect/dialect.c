/* dialect: the table of dialects and the check that each is complete. */
#include <stdlib.h>

#include "base/vec.h"
#include "dialect/dialect.h"

const char *const fact_verb_name[VERB_N] = {
	[VERB_OTHER] = "other",
	[VERB_SELECT] = "select",
	[VERB_INSERT] = "insert",
	[VERB_UPDATE] = "update",
	[VERB_DELETE] = "delete",
	[VERB_CREATE_TABLE] = "create table",
	[VERB_CREATE_VTABLE] = "create virtual table",
	[VERB_DROP_TABLE] = "drop table",
	[VERB_ALTER_TABLE] = "alter table",
	[VERB_CREATE_INDEX] = "create index",
	[VERB_DROP_INDEX] = "drop index",
	[VERB_CREATE_VIEW] = "create view",
	[VERB_DROP_VIEW] = "drop view",
	[VERB_CREATE_TRIGGER] = "create trigger",
	[VERB_DROP_TRIGGER] = "drop trigger",
	[VERB_PRAGMA] = "pragma",
	[VERB_TRANSACTION] = "transaction",
	[VERB_SAVEPOINT] = "savepoint",
	[VERB_ATTACH] = "attach",
	[VERB_REINDEX] = "reindex",
	[VERB_ANALYZE] = "analyze",
	[VERB_VACUUM] = "vacuum",
	[VERB_EMPTY] = "empty",
};

static const struct dialect *const dialects[DIALECT_N] = {
	[DIALECT_SQLITE] = &dialect_sqlite,
	[DIALECT_PG] = &dialect_pg,
};

const struct dialect *dialect_of(enum dialect_id id)
{
	return (unsigned)id < DIALECT_N ? dialects[id] : NULL;
}

void dialect_check(void)
{
	for (size_t i = 0; i < DIALECT_N; i++) {
		const struct dialect *d = dialects[i];

		if (!d)
			continue;
		if (!d->name || !d->home_schema || !d->param || !d->ident ||
		    !d->name_check || !d->table || !d->literal || !d->token ||
		    !d->object_name || !d->create_text || !d->drop_text ||
		    !d->alter_text || !d->schema_script || !d->is_numeric || !d->is_foreign ||
		    !d->cell || !d->piece || !d->rowids ||
		    !d->tracking_create || !d->tracking_create_1 || d->id != i)
			BUG("dialect %zu is incomplete", i);
	}
}

static bool is_blank(struct token t)
{
	return t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT;
}

void sql_tokens(const struct dialect *d, struct str sql, struct arena *a,
    struct tokens *out)
{
	VEC(struct token) v = { 0 };

	if (d->scan && d->scan(sql, a, out))
		return;
	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to))
		if (t.kind != TOKEN_SPACE)
			vec_push(a, &v, t);
	*out = (struct tokens){ v.v, v.n };
}

size_t sql_start(const struct dialect *d, struct str sql, size_t from)
{
	struct token t = d->token(sql, from);

	while (is_blank(t))
		t = d->token(sql, t.to);
	return t.kind == TOKEN_END ? from : t.from;
}

struct str sql_fold(const struct dialect *d, struct str sql, struct arena *a)
{
	char *out = arena_alloc(a, sql.n + 1);
	size_t n = 0;
	bool gap = false;

	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to)) {
		if (is_blank(t)) {
			gap = n > 0;
			continue;
		}
		if (gap)
			out[n++] = ' ';
		gap = false;
		memcpy(out + n, sql.p + t.from, t.to - t.from);
		n += t.to - t.from;
	}
	return (struct str){ out, n };
}

#define KEYWORD_MAX 17		/* CURRENT_TIMESTAMP, of both */

static int keyword_compare(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

bool keyword_among(struct str word, const char *const *words, size_t n)
{
	char upper[KEYWORD_MAX + 1];

	if (word.n < 2 || word.n > KEYWORD_MAX)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		if ((c < 'A' || c > 'Z') && c != '_')
			return false;
		upper[i] = c;
	}
	upper[word.n] = 0;
	return bsearch(upper, words, n, sizeof(*words), keyword_compare) != NULL;
}

bool name_is_bare(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    c == '_';

		if (!letter && (i == 0 || ((c < '0' || c > '9') && c != '$')))
			return false;
	}
	return s.n > 0;
}
