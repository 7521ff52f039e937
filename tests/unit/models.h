#ifndef WEIR_TESTS_UNIT_MODELS_H
#define WEIR_TESTS_UNIT_MODELS_H
/* models: schemas built by hand, and by chance from a seed, for unit tests. */
#include "model/model.h"
#include "unit.h"

struct maker {
	struct arena *a;
	struct model *m;
	const char *table;
	int pos;
};

static inline struct maker maker_new(struct arena *a)
{
	return (struct maker){ .a = a, .m = model_new(a, DIALECT_SQLITE) };
}

static inline struct obj object(const struct maker *k, enum obj_kind kind,
    const char *name)
{
	return (struct obj){ .kind = kind, .schema = STR(""),
		.table = kind == OBJ_TABLE || kind == OBJ_VIEW ? STR("") :
		    str_z(k->table), .name = str_z(name) };
}

static inline struct table *add_table(struct maker *k, const char *name)
{
	struct table *t = arena_new_of(k->a, struct table);

	k->table = name;
	k->pos = 0;
	t->o = object(k, OBJ_TABLE, name);
	model_add(k->m, t);
	return t;
}

static inline struct column *add_column(struct maker *k, const char *name,
    const char *type, bool notnull, const char *dflt)
{
	struct column *c = arena_new_of(k->a, struct column);

	c->o = object(k, OBJ_COLUMN, name);
	c->pos = ++k->pos;
	c->type = str_z(type);
	c->notnull = notnull;
	c->has_default = dflt != NULL;
	c->dflt = dflt ? str_z(dflt) : STR("");
	model_add(k->m, c);
	return c;
}

static inline struct strs list(struct arena *a, const char *comma_separated)
{
	struct str rest = str_z(comma_separated);
	VEC(struct str) v = { 0 };

	while (rest.n > 0) {
		size_t end = str_find(rest, STR(","), 0);

		vec_push(a, &v, str_sub(rest, 0, end));
		rest = str_sub(rest, end + 1, rest.n);
	}
	return (struct strs){ v.v, v.n };
}

static inline struct key *add_key(struct maker *k, enum obj_kind kind,
    const char *cols)
{
	struct key *x = arena_new_of(k->a, struct key);

	x->o = object(k, kind, "");
	x->cols = list(k->a, cols);
	x->o.name = model_name_key(k->a, x->cols);
	model_add(k->m, x);
	return x;
}

static inline struct fk *add_fk(struct maker *k, const char *cols,
    const char *parent, const char *ref, const char *on_delete)
{
	struct fk *x = arena_new_of(k->a, struct fk);

	x->o = object(k, OBJ_FK, "");
	x->cols = list(k->a, cols);
	x->ref_table = str_z(parent);
	x->ref_cols = list(k->a, ref);
	x->on_delete = str_z(on_delete);
	x->on_update = STR("NO ACTION");
	x->o.name = model_name_fk(k->a, x->cols, x->ref_table, x->ref_cols);
	model_add(k->m, x);
	return x;
}

static inline struct index *add_index(struct maker *k, const char *name,
    const char *cols, bool unique)
{
	struct index *x = arena_new_of(k->a, struct index);
	struct strs parts = list(k->a, cols);

	x->o = object(k, OBJ_INDEX, name);
	x->unique = unique;
	x->origin = 'c';
	x->nparts = parts.n;
	x->parts = arena_array(k->a, struct index_part, parts.n);
	for (size_t i = 0; i < parts.n; i++)
		x->parts[i].column = parts.v[i];
	x->parts_text = str_z(cols);
	model_add(k->m, x);
	return x;
}

static inline struct check *add_check(struct maker *k, const char *label,
    const char *expr)
{
	struct check *x = arena_new_of(k->a, struct check);

	x->o = object(k, OBJ_CHECK, label);
	x->label = str_z(label);
	x->expr = str_z(expr);
	model_add(k->m, x);
	return x;
}

static inline void add_trigger(struct maker *k, const char *name, const char *sql)
{
	struct trigger *x = arena_new_of(k->a, struct trigger);

	x->o = object(k, OBJ_TRIGGER, name);
	x->sql = str_z(sql);
	model_add(k->m, x);
}

static inline void add_view(struct maker *k, const char *name, const char *sql)
{
	struct view *x = arena_new_of(k->a, struct view);

	x->o = object(k, OBJ_VIEW, name);
	x->sql = str_z(sql);
	model_add(k->m, x);
}

/* --- models by chance ---------------------------------------------------- */

struct dice {
	uint32_t state;
};

static inline unsigned roll(struct dice *d, unsigned sides)
{
	d->state = d->state * 1664525u + 1013904223u;
	return (d->state >> 16) % sides;
}

static inline const char *pick(struct dice *d, const char *const *words,
    unsigned n)
{
	return words[roll(d, n)];
}

#define PICK(d, ...) \
	pick((d), (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static inline void random_columns(struct maker *k, struct dice *d)
{
	static const char *const names[] = { "a", "b", "c", "d", "Größe",
		"x \"y\"", "\033[31m", "z" };
	bool used[8] = { false };

	for (unsigned i = 0, n = 1 + roll(d, 6); i < n; i++) {
		unsigned at = roll(d, 8);
		struct column *c;

		if (used[at])
			continue;
		used[at] = true;
		c = add_column(k, names[at], PICK(d, "text", "integer", ""),
		    roll(d, 2), roll(d, 3) ? NULL : PICK(d, "1", "'x'"));
		c->o.managed = roll(d, 9) > 0;
		c->collation = str_z(PICK(d, "", "", "NOCASE"));
		if (roll(d, 5) == 0) {
			c->generated = GEN_STORED;
			c->gen_expr = STR("a || 'é'");
		}
	}
}

static inline void random_table(struct maker *k, struct dice *d,
    const char *name)
{
	struct table *t = add_table(k, name);

	t->strict = roll(d, 4) == 0;
	t->sql = STR("CREATE TABLE\n\tx");
	t->rows_estimate = t->bytes = -1;
	random_columns(k, d);
	if (roll(d, 2))
		add_key(k, OBJ_PK, PICK(d, "a", "a,b"))->autoincrement =
		    roll(d, 2);
	if (roll(d, 2))
		add_key(k, OBJ_UNIQUE, PICK(d, "a", "b,c"))->label =
		    str_z(PICK(d, "", "u1"));
	if (roll(d, 2))
		add_check(k, "c1", PICK(d, "a > 0", "a > 1"));
	if (roll(d, 2))
		add_fk(k, "a", PICK(d, "t1", "t2", "T3", "gone"), "a",
		    PICK(d, "CASCADE", "NO ACTION"));
	if (roll(d, 2)) {
		struct index *x = add_index(k, arena_printf(k->a, "%s_i",
		    name).p, PICK(d, "a", "b,a"), roll(d, 2));

		x->origin = PICK(d, "c", "c", "u")[0];
		x->bytes = -1;
	}
	if (roll(d, 3) == 0)
		add_trigger(k, arena_printf(k->a, "%s_t", name).p,
		    PICK(d, "CREATE TRIGGER 1", "CREATE TRIGGER 2"));
}

static inline struct model *random_model(struct arena *a, struct dice *d)
{
	static const char *const names[] = { "t1", "t2", "t3", "u.v" };
	struct maker k = maker_new(a);

	for (unsigned i = 0; i < 4; i++)
		if (roll(d, 4))
			random_table(&k, d, names[i]);
	if (roll(d, 2)) {
		add_view(&k, "v1", PICK(d, "CREATE VIEW 1", "CREATE VIEW 2"));
		k.table = "V1";
		if (roll(d, 2))
			add_trigger(&k, "v1_t", PICK(d, "one", "two"));
	}
	model_seal(k.m);
	return k.m;
}

#endif
