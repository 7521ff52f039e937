/*
 * catch: images of the rows that one statement takes or overwrites, whoever
 * does it: the statement, a cascade, a trigger, code.  A trigger of ours,
 * AFTER … FOR EACH STATEMENT with transition tables, on every table that it
 * may reach, puts them into temporary tables (engines of PostgreSQL: a
 * parent's trigger does not fire for what is written to a partition by name,
 * so both have one; TRUNCATE has no images, so its trigger comes before).
 *
 * Invariants: the triggers hang on one temporary function and go with it; rows
 * of one firing keep their order, so that the n-th old image is the n-th new
 * one's.  Both transition tables of an UPDATE are filled row by row together.
 */
#include "drv/pg/pg.h"

enum image { IMAGE_WAS, IMAGE_NOW, IMAGE_GONE, IMAGE_CAME, IMAGE_N };
static const char *const image_name[IMAGE_N] = {
	[IMAGE_WAS] = "was", [IMAGE_NOW] = "now", [IMAGE_GONE] = "gone",
	[IMAGE_CAME] = "came",
};

struct pg_catch {
	struct arena *a;
	struct catch_table {
		struct drv_catch is;
		bool any[IMAGE_N];
	} *v;
	size_t n;
	bool deferred;		/* a constraint may wait for its check */
	bool stopped;		/* the triggers are gone */
};

static void forget(struct pg *d)
{
	if (d->catching)
		arena_free(d->catching->a);
	d->catching = NULL;
}

/* --- before the statement -------------------------------------------------- */

/* SECURITY DEFINER: the migration may have taken another role. */
#define CATCH_FUNCTION \
	"CREATE TEMP SEQUENCE weir_at;" \
	"CREATE FUNCTION pg_temp.weir_catch() RETURNS trigger LANGUAGE plpgsql" \
	" SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $weir$\n" \
	"DECLARE\n" \
	"	whats text[]; froms text[];\n" \
	"	at bigint := pg_catalog.nextval('pg_temp.weir_at');\n" \
	"	me text := pg_catalog.format('%I.%I', TG_TABLE_SCHEMA," \
	" TG_TABLE_NAME);\n" \
	"BEGIN\n" \
	"	IF TG_OP = 'UPDATE' THEN\n" \
	"		whats := '{was,now}'; froms := '{weir_old,weir_new}';\n" \
	"	ELSIF TG_OP = 'DELETE' THEN\n" \
	"		whats := '{gone}'; froms := '{weir_old}';\n" \
	"	ELSIF TG_OP = 'INSERT' THEN\n" \
	"		whats := '{came}'; froms := '{weir_new}';\n" \
	"	ELSE\n" \
	"		whats := '{gone}'; froms := ARRAY[me];\n" \
	"	END IF;\n" \
	"	FOR k IN 1 .. pg_catalog.array_length(whats, 1) LOOP\n" \
	"		IF pg_catalog.to_regclass('pg_temp.weir_' || whats[k]" \
	" || '_' || TG_ARGV[0]) IS NULL THEN\n" \
	"			EXECUTE 'CREATE TEMP TABLE weir_' || whats[k]" \
	" || '_' || TG_ARGV[0] || ' AS SELECT 0::bigint AS at, 0::bigint AS" \
	" p, ' || TG_ARGV[1] || ' FROM ' || me || ' AS o WHERE false';\n" \
	"		END IF;\n" \
	"		EXECUTE 'INSERT INTO pg_temp.weir_' || whats[k] || '_'" \
	" || TG_ARGV[0] || ' SELECT ' || at || ', row_number() OVER (), ' ||" \
	" TG_ARGV[1] || ' FROM ' || froms[k] || ' AS o';\n" \
	"	END LOOP;\n" \
	"	RETURN NULL;\n" \
	"END $weir$;"

static const struct {
	const char *name, *event, *images;
} triggers[] = {
	{ "weir_update", " AFTER UPDATE ON ",
	    " REFERENCING OLD TABLE AS weir_old NEW TABLE AS weir_new" },
	{ "weir_delete", " AFTER DELETE ON ",
	    " REFERENCING OLD TABLE AS weir_old" },
	{ "weir_insert", " AFTER INSERT ON ",
	    " REFERENCING NEW TABLE AS weir_new" },
	{ "weir_truncate", " BEFORE TRUNCATE ON ", "" },
};

static void trigger_texts(struct sbuf *b, size_t i, const struct drv_catch *c)
{
	struct sbuf cols = SBUF_TEXT;

	for (size_t k = 0; k < c->cols.n; k++) {
		sbuf_addz(&cols, k ? ", o." : "o.");
		pg_ident(&cols, c->cols.v[k]);
		sbuf_addf(&cols, " AS c%zu", k);
	}
	for (size_t k = 0; k < sizeof(triggers) / sizeof(*triggers); k++) {
		SQL(b, "CREATE TRIGGER ");
		sbuf_addz(b, triggers[k].name);
		sbuf_addz(b, triggers[k].event);
		pg_name(b, c->table->o.schema, c->table->o.name);
		sbuf_addz(b, triggers[k].images);
		sbuf_addf(b, " FOR EACH STATEMENT EXECUTE FUNCTION"
		    " pg_temp.weir_catch('%zu', ", i);
		pg_string(b, sbuf_str(&cols));
		SQL(b, ");");
	}
	sbuf_free(&cols);
}

static bool waits(const struct table *t)
{
	for (size_t i = 0; i < t->nfks; i++)
		if (t->fks[i]->deferrable)
			return true;
	for (size_t i = 0; i < t->nfks_in; i++)
		if (t->fks_in[i]->deferrable)
			return true;
	for (size_t i = 0; i < t->nuniques; i++)
		if (t->uniques[i]->deferrable)
			return true;
	for (size_t i = 0; i < t->nothers; i++)
		if (t->others[i]->kind == OBJ_EXCLUDE)
			return true;
	for (size_t i = 0; i < t->ntriggers; i++)
		if (str_starts(t->triggers[i]->sql,
		    STR("CREATE CONSTRAINT ")))
			return true;
	return t->pk && t->pk->deferrable;
}

static enum rc begin(struct pg *d, const struct drv_catch *v, size_t n,
    struct err *e)
{
	struct arena *a = arena_new();
	struct pg_catch *c = arena_new_of(a, struct pg_catch);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	*c = (struct pg_catch){ .a = a, .n = n,
		.v = arena_array(a, struct catch_table, n) };
	SQL(&b, CATCH_FUNCTION);
	for (size_t i = 0; i < n; i++) {
		c->v[i].is = v[i];
		c->deferred |= waits(v[i].table);
		trigger_texts(&b, i, &v[i]);
	}
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	if (rc) {
		arena_free(a);
		return rc;
	}
	d->catching = c;
	return RC_OK;
}

/* --- after it ---------------------------------------------------------------- */

#define QUIET "SET LOCAL client_min_messages = warning;"
#define LOUD ";SET LOCAL client_min_messages TO DEFAULT"

/* A table whose constraints still wait cannot be altered (55006). */
static enum rc stop(struct pg *d, struct err *e)
{
	struct pg_catch *c = d->catching;

	if (c->stopped)
		return RC_OK;
	c->stopped = true;
	return pg_exec_own(d, c->deferred ? STR("SET CONSTRAINTS ALL IMMEDIATE;"
	    QUIET "DROP FUNCTION pg_temp.weir_catch() CASCADE" LOUD
	    ";SET CONSTRAINTS ALL DEFERRED") :
	    STR(QUIET "DROP FUNCTION pg_temp.weir_catch() CASCADE" LOUD), e);
}

static enum rc find_images(struct pg *d, struct err *e)
{
	struct pg_catch *c = d->catching;
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR("SELECT"
	    " pg_catalog.split_part(c.relname::pg_catalog.text, '_', 2),"
	    " pg_catalog.split_part(c.relname::pg_catalog.text, '_', 3)"
	    " FROM pg_catalog.pg_class AS c"
	    " WHERE c.relnamespace OPERATOR(pg_catalog.=)"
	    " pg_catalog.pg_my_temp_schema()"
	    " AND c.relkind OPERATOR(pg_catalog.=) 'r'::\"char\""
	    " AND pg_catalog.starts_with(c.relname::pg_catalog.text,"
	    " 'weir_')"), NULL, 0, &r, e);

	for (int i = 0; !rc && i < PQntuples(r); i++)
		for (int k = 0; k < IMAGE_N; k++) {
			size_t at = (size_t)pg_cell_int(r, i, 1);

			if (str_is(pg_cell(r, i, 0), image_name[k]) &&
			    at < c->n)
				c->v[at].any[k] = true;
		}
	if (!rc)
		PQclear(r);
	return rc;
}

static void image(struct sbuf *b, enum image k, size_t i)
{
	sbuf_addf(b, "pg_temp.weir_%s_%zu", image_name[k], i);
}

/* The place of a column among those that are kept. */
static size_t place(const struct drv_catch *c, struct str name)
{
	for (size_t i = 0; i < c->cols.n; i++)
		if (str_eq(c->cols.v[i], name))
			return i;
	return 0;
}

static void key_cells(struct sbuf *b, const struct drv_catch *c,
    const char *of)
{
	for (size_t i = 0; i < c->key.n; i++)
		sbuf_addf(b, "%s%sc%zu", i ? ", " : "", of,
		    place(c, c->key.v[i]));
}

static void cells(struct sbuf *b, const struct drv_catch *c, const char *of)
{
	for (size_t i = 0; i < c->cols.n; i++)
		sbuf_addf(b, ", %sc%zu", of, i);
}

/* What was first, what is last, of every key: "(SELECT DISTINCT ON …)". */
static void events(struct sbuf *b, const struct catch_table *t, size_t i,
    bool last)
{
	const struct drv_catch *c = &t->is;
	bool any = false;

	SQL(b, "(SELECT DISTINCT ON (");
	key_cells(b, c, "e.");
	SQL(b, ") e.* FROM (");
	for (int k = 0; k < IMAGE_N; k++) {
		bool there = last ? k != IMAGE_GONE : k != IMAGE_CAME;

		if (!t->any[k] || k == (last ? IMAGE_WAS : IMAGE_NOW))
			continue;
		sbuf_addz(b, any ? " UNION ALL SELECT at, p, " :
		    "SELECT at, p, ");
		sbuf_addz(b, there ? "true AS there" : "false AS there");
		cells(b, c, "");
		SQL(b, " FROM ");
		image(b, (enum image)k, i);
		any = true;
	}
	SQL(b, ") AS e ORDER BY ");
	key_cells(b, c, "e.");
	sbuf_addz(b, last ? ", e.at DESC, e.p DESC)" : ", e.at, e.p)");
}

static void on_key(struct sbuf *b, const struct drv_catch *c)
{
	for (size_t i = 0; i < c->key.n; i++) {
		size_t k = place(c, c->key.v[i]);

		sbuf_addf(b, "%sw.c%zu = b.c%zu", i ? " AND " : "", k, k);
	}
}

/* FROM … AS w JOIN … AS b: what was and what became of it */
static void changed_from(struct sbuf *b, const struct catch_table *t,
    size_t i, bool once)
{
	SQL(b, " FROM ");
	if (once) {
		image(b, IMAGE_WAS, i);
		SQL(b, " AS w JOIN ");
		image(b, IMAGE_NOW, i);
		SQL(b, " AS b ON w.at = b.at AND w.p = b.p WHERE true");
		return;
	}
	events(b, t, i, false);
	SQL(b, " AS w JOIN ");
	events(b, t, i, true);
	SQL(b, " AS b ON ");
	on_key(b, &t->is);
	SQL(b, " WHERE w.there AND b.there");
}

static enum rc one_row(struct pg *d, struct sbuf *b, PGresult **r,
    struct err *e)
{
	enum rc rc = pg_rows(d, sbuf_str(b), NULL, 0, r, e);

	sbuf_truncate(b, 0);
	return rc;
}

/* Rows and firings of a kind of image. */
static enum rc count(struct pg *d, enum image k, size_t i, int64_t *rows,
    int64_t *times, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	SQL(&b, "SELECT pg_catalog.count(*), pg_catalog.count(DISTINCT at)"
	    " FROM ");
	image(&b, k, i);
	rc = one_row(d, &b, &r, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	*rows = pg_cell_int(r, 0, 0);
	*times = pg_cell_int(r, 0, 1);
	PQclear(r);
	return RC_OK;
}

/* Does a key become another one? */
static enum rc rekeyed(struct pg *d, const struct catch_table *t, size_t i,
    bool *out, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	SQL(&b, "SELECT EXISTS (SELECT");
	changed_from(&b, t, i, true);
	SQL(&b, " AND NOT (");
	on_key(&b, &t->is);
	SQL(&b, "))");
	rc = one_row(d, &b, &r, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	*out = pg_cell_bool(r, 0, 0);
	PQclear(r);
	return RC_OK;
}

/* As text: json and others know of no equality, and a collation may like what
 * is not the same. */
static void differs(struct sbuf *b, size_t k)
{
	sbuf_addf(b, "w.c%zu::pg_catalog.text COLLATE pg_catalog.\"C\" IS"
	    " DISTINCT FROM b.c%zu::pg_catalog.text", k, k);
}

static enum rc changed_columns(struct pg *d, const struct catch_table *t,
    size_t i, bool once, struct arena *a, struct strs *out, struct err *e)
{
	VEC(struct str) v = { 0 };
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	for (size_t k = 0; k < t->is.cols.n; k++) {
		sbuf_addz(&b, k ? ", pg_catalog.bool_or(" :
		    "SELECT pg_catalog.bool_or(");
		differs(&b, k);
		SQL(&b, ")");
	}
	changed_from(&b, t, i, once);
	rc = one_row(d, &b, &r, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	for (size_t k = 0; k < t->is.cols.n; k++)
		if (pg_cell_bool(r, 0, (int)k))
			vec_push(a, &v, t->is.cols.v[k]);
	PQclear(r);
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

static void as_text(struct sbuf *b, const struct drv_catch *c,
    const char *of, struct strs cols)
{
	for (size_t i = 0; i < cols.n; i++)
		sbuf_addf(b, "%s%s.c%zu::pg_catalog.text", b->n > 7 ? ", " :
		    "", of, place(c, cols.v[i]));
}

static void changed_text(const struct catch_table *t, size_t i, bool once,
    struct drv_caught *out, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;

	SQL(&b, "SELECT ");
	as_text(&b, &t->is, "b", t->is.key);
	as_text(&b, &t->is, "w", out->cols);
	as_text(&b, &t->is, "b", out->cols);
	out->changed = arena_str(a, sbuf_str(&b));
	sbuf_truncate(&b, 0);
	changed_from(&b, t, i, once);
	for (size_t k = 0; k < out->cols.n; k++) {
		sbuf_addz(&b, k ? " OR " : " AND (");
		differs(&b, place(&t->is, out->cols.v[k]));
	}
	SQL(&b, ")");
	out->changed_from = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
}

static void deleted_text(const struct catch_table *t, size_t i, bool plain,
    struct drv_caught *out, struct arena *a)
{
	struct strs rest = strs_without(t->is.cols, t->is.key, a);
	struct sbuf b = SBUF_TEXT;

	SQL(&b, "SELECT ");
	as_text(&b, &t->is, "w", t->is.key);
	as_text(&b, &t->is, "w", rest);
	SQL(&b, " FROM ");
	if (plain) {
		image(&b, IMAGE_GONE, i);
		SQL(&b, " AS w");
	} else {
		events(&b, t, i, false);
		SQL(&b, " AS w WHERE w.there AND NOT EXISTS (SELECT FROM ");
		events(&b, t, i, true);
		SQL(&b, " AS b WHERE b.there AND ");
		on_key(&b, &t->is);
		SQL(&b, ")");
	}
	out->deleted = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
}

static enum rc judge(struct pg *d, size_t i, struct arena *a,
    struct drv_caught *out, struct err *e)
{
	struct catch_table *t = &d->catching->v[i];
	int64_t fired = 0, other = 0, now = 0;
	bool once, plain, moved = false;
	enum rc rc = RC_OK;

	if (t->any[IMAGE_GONE])
		rc = count(d, IMAGE_GONE, i, &out->ndeleted, &other, e);
	if (!rc && t->any[IMAGE_WAS])
		rc = count(d, IMAGE_WAS, i, &out->nchanged, &fired, e);
	if (!rc && t->any[IMAGE_NOW])
		rc = count(d, IMAGE_NOW, i, &now, &other, e);
	if (rc || (!out->ndeleted && !out->nchanged))
		return rc;
	plain = !t->any[IMAGE_WAS] && !t->any[IMAGE_CAME];
	once = fired == 1 && !t->any[IMAGE_GONE] && !t->any[IMAGE_CAME];
	if (now != out->nchanged || (!t->is.key.n && !plain)) {
		out->unclear = true;
		return RC_OK;
	}
	if (!once && out->nchanged)
		rc = rekeyed(d, t, i, &moved, e);
	if (rc || moved) {
		out->unclear = moved;
		return rc;
	}
	if (out->nchanged)
		rc = changed_columns(d, t, i, once, a, &out->cols, e);
	if (!rc && out->cols.n)
		changed_text(t, i, once, out, a);
	if (!rc && !once)
		deleted_text(t, i, plain, out, a);
	return rc;
}

enum rc pg_caught(struct drv *base, size_t i, struct arena *a,
    struct drv_caught *out, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	*out = (struct drv_caught){ .deleted = STR(""), .changed = STR(""),
		.changed_from = STR("") };
	if (!rc && !d->catching->stopped) {
		rc = stop(d, e);
		if (!rc)
			rc = find_images(d, e);
	}
	return rc ? rc : judge(d, i, a, out, e);
}

static enum rc end(struct pg *d, struct err *e)
{
	struct pg_catch *c = d->catching;
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	if (!d->c || d->lost || PQtransactionStatus(d->c) != PQTRANS_INTRANS) {
		forget(d);	/* gone with the transaction */
		return RC_OK;
	}
	rc = stop(d, e);
	for (size_t i = 0; i < c->n; i++)
		for (int k = 0; k < IMAGE_N; k++)
			if (c->v[i].any[k]) {
				SQL(&b, "DROP TABLE ");
				image(&b, (enum image)k, i);
				SQL(&b, ";");
			}
	SQL(&b, "DROP SEQUENCE pg_temp.weir_at");
	if (!rc)
		rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	forget(d);
	return rc;
}

enum rc pg_catch_rows(struct drv *base, const struct drv_catch *v, size_t n,
    struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc;

	if (!v && !d->catching)
		return RC_OK;
	if (!v)
		return end(d, e);
	rc = pg_enter(d, e);
	return rc ? rc : begin(d, v, n, e);
}

void pg_catch_forget(struct pg *d)
{
	forget(d);
}
