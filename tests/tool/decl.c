/*
 * decl: the differ of declared schemas for tests.
 *
 *	decl FROM.json|- TO.json [OPTION]…	the migration's text
 *	decl --copy[=custom] SNAPSHOT.json	the snapshot written again
 *
 *	--answers FILE		JSON list of {kind, table?, from?, to}; what it
 *				does not name is created
 *	--exact | --safe	(exact)
 *	--no-breakpoints
 *	--in-order FILE		the same list: the answers of the questions as
 *				they come
 *	--questions		what is asked, with the answers given one by
 *				one: lines "KIND TABLE CREATED: FROM FROM …"
 *	--notes			differences and warnings on stderr
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "decl/diff.h"

static struct arena *arena;
static struct err err;

static void stop(void)
{
	fprintf(stderr, "decl: %s%s%s\n", err.where, err.where[0] ? ": " : "",
	    err.msg);
	exit(err.code == RC_UNSUPPORTED ? 3 : 1);
}

static struct str slurp(const char *path)
{
	struct sbuf b = SBUF_TEXT;
	FILE *f = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (!f) {
		perror(path);
		exit(1);
	}
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		sbuf_add(&b, (struct str){ block, n });
	fclose(f);
	return sbuf_str(&b);
}

static const struct decl *read_decl(const char *path)
{
	const struct decl *d;

	if (decl_read(slurp(path), path, arena, &d, &err))
		stop();
	return d;
}

static struct str field(const struct json *v, const char *key)
{
	const struct json *x = json_get(v, key);

	return x ? json_str_of(x) : STR_NONE;
}

static void read_answers(const char *path, struct decl_answers *out)
{
	const struct json *v;
	struct decl_answer *list;

	if (json_read(slurp(path), path, arena, &v, &err))
		stop();
	list = arena_array(arena, struct decl_answer, v->n);
	for (size_t i = 0; i < v->n; i++) {
		const struct json *x = &v->items[i];
		size_t k = 0;

		while (k < DECL_KIND_N && !str_is(field(x, "kind"),
		    decl_kind_word[k]))
			k++;
		if (k == DECL_KIND_N)
			exit(1);
		list[i] = (struct decl_answer){ (enum decl_kind)k,
			field(x, "table"), field(x, "from"), field(x, "to") };
	}
	*out = (struct decl_answers){ list, v->n, true };
}

static bool name_is(struct str given, struct str name)
{
	return str_eq(given, name) || (str_starts(given, STR("public.")) &&
	    str_eq(str_sub(given, 7, given.n), name));
}

/* The recorded answer to one question; else: created. */
static struct decl_answer answer_to(const struct decl_question *q,
    const struct decl_answers *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].kind == q->kind &&
		    name_is(all->v[i].to, q->created) &&
		    (!q->table.p || name_is(all->v[i].table, q->table)))
			return all->v[i];
	return (struct decl_answer){ q->kind, q->table, STR_NONE,
		q->created };
}

/* The answers to every question, one at a time; says each if told to. */
static struct decl_answers ask_all(const struct decl *from,
    const struct decl *to, const struct decl_answers *all,
    enum decl_compat compat, bool in_order, bool say)
{
	VEC(struct decl_answer) given = { 0 };

	for (;;) {
		struct decl_answers now = { given.v, given.n, false };
		const struct decl_question *q;
		struct decl_change c;

		if (decl_diff(from, to, &now, compat, arena, &c, &err))
			stop();
		if (!c.nopen)
			return now;
		q = &c.open[0];
		if (in_order) {
			struct decl_answer x = given.n < all->n ?
			    all->v[given.n] : (struct decl_answer){ 0 };

			if (!name_is(x.to, q->created)) {
				fprintf(stderr, "decl: %.*s is asked, not "
				    "%.*s\n", STR_ARG(q->created),
				    STR_ARG(x.to));
				exit(1);
			}
			vec_push(arena, &given, (struct decl_answer){ q->kind,
				q->table, x.from, x.to });
			continue;
		}
		if (!say) {
			vec_push(arena, &given, answer_to(q, all));
			continue;
		}
		printf("%s %.*s %.*s:", decl_kind_word[q->kind],
		    STR_ARG(q->table), STR_ARG(q->created));
		for (size_t i = 0; i < q->n; i++)
			printf(" %.*s", STR_ARG(q->v[i].name));
		putchar('\n');
		vec_push(arena, &given, answer_to(q, all));
	}
}

static void notes(const struct decl_change *c)
{
	for (size_t i = 0; i < c->ndiffs; i++)
		fprintf(stderr, "%s: %.*s\n", c->diffs[i].id,
		    STR_ARG(c->diffs[i].text));
	for (size_t i = 0; i < c->warnings.n; i++)
		fprintf(stderr, "warning: %.*s\n",
		    STR_ARG(c->warnings.v[i]));
}

int main(int argc, char **argv)
{
	enum decl_compat compat = DECL_EXACT;
	bool breakpoints = true, questions = false, noted = false;
	bool in_order = false;
	struct decl_answers answers = { .rest_created = true };
	struct sbuf b = SBUF_TEXT;
	const struct decl *from, *to;
	struct decl_change change;

	arena = arena_new();
	if (argc < 3)
		return 2;
	if (!strncmp(argv[1], "--copy", 6)) {
		decl_write(read_decl(argv[2]), argv[1][6] != '\0', &b);
		fwrite(sbuf_str(&b).p, 1, b.n, stdout);
		return 0;
	}
	to = read_decl(argv[2]);
	from = strcmp(argv[1], "-") ? read_decl(argv[1]) :
	    decl_empty(to->dialect, arena);
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "--answers") && i + 1 < argc)
			read_answers(argv[++i], &answers);
		else if (!strcmp(argv[i], "--in-order") && i + 1 < argc) {
			read_answers(argv[++i], &answers);
			in_order = true;
		} else if (!strcmp(argv[i], "--safe"))
			compat = DECL_SAFE;
		else if (!strcmp(argv[i], "--no-breakpoints"))
			breakpoints = false;
		else if (!strcmp(argv[i], "--questions"))
			questions = true;
		else if (!strcmp(argv[i], "--notes"))
			noted = true;
	}
	if (questions || in_order)
		answers = ask_all(from, to, &answers, compat, in_order,
		    questions);
	if (questions)
		return 0;
	if (decl_diff(from, to, &answers, compat, arena, &change, &err))
		stop();
	decl_sql(change.statements, breakpoints, &b);
	fwrite(sbuf_str(&b).p, 1, b.n, stdout);
	if (noted)
		notes(&change);
	sbuf_free(&b);
	arena_free(arena);
	return 0;
}
