/*
 * json.c: a model as JSON and back, exactly: before.json and after.json.
 *
 * {"format":1,"dialect":"sqlite","hash":"…","objects":[{"kind":"column",
 * "table":"users","name":"bio", fields and extras that are not empty}…]}
 * Sizes and row counts are not kept.  What is not known is refused: a record
 * that is read half would be believed whole.
 */
#include "base/json.h"
#include "model/internal.h"

#define FORMAT 1
#define MAX_OBJECTS ((size_t)1000000)

/* --- writing ---------------------------------------------------------- */

static void put_strs(struct json_out *o, struct strs list)
{
	json_open_array(o);
	for (size_t i = 0; i < list.n; i++)
		json_put_str(o, list.v[i]);
	json_close_array(o);
}

static void put_field(struct json_out *o, const struct field_def *f,
    const struct obj *x)
{
	char c;

	if (f->kind != x->kind || field_empty(f, x))
		return;
	json_key(o, f->word);
	switch (f->type) {
	case FIELD_STR:
		json_put_str(o, *(const struct str *)field_at(f, x));
		break;
	case FIELD_STRS:
		put_strs(o, *(const struct strs *)field_at(f, x));
		break;
	case FIELD_BOOL:
		json_put_bool(o, true);
		break;
	case FIELD_INT:
	case FIELD_I64:
		json_put_int(o, field_number(f, x));
		break;
	case FIELD_CHAR:
		c = (char)field_number(f, x);
		json_put_str(o, (struct str){ &c, 1 });
		break;
	case FIELD_ENUM:
		json_put_z(o, f->names[field_number(f, x)]);
		break;
	}
}

static void put_parts(struct json_out *o, const struct index *x)
{
	if (x->nparts == 0)
		return;
	json_key(o, "parts");
	json_open_array(o);
	for (size_t i = 0; i < x->nparts; i++) {
		const struct index_part *p = &x->parts[i];

		json_open_object(o);
		if (p->column.n)
			json_pair_str(o, "column", p->column);
		if (p->expr.n)
			json_pair_str(o, "expr", p->expr);
		if (p->collation.n)
			json_pair_str(o, "collate", p->collation);
		if (p->desc)
			json_pair_bool(o, "desc", true);
		json_close_object(o);
	}
	json_close_array(o);
}

static void write_object(struct json_out *o, const struct obj *x)
{
	json_open_object(o);
	json_pair_z(o, "kind", obj_kind_word[x->kind]);
	if (x->schema.n)
		json_pair_str(o, "schema", x->schema);
	if (x->table.n)
		json_pair_str(o, "table", x->table);
	json_pair_str(o, "name", x->name);
	if (!x->managed)
		json_pair_bool(o, "managed", false);
	for (size_t i = 0; i < FIELD_N; i++)
		put_field(o, &model_fields[i], x);
	for (size_t i = 0; i < model_nextras; i++)
		put_field(o, &model_extras[i], x);
	if (x->kind == OBJ_INDEX)
		put_parts(o, (const struct index *)(const void *)x);
	json_close_object(o);
}

/* Records of a long run repeat all that a migration left alone. */
static void put_object(struct json_out *o, const struct obj *x,
    struct arena *a)
{
	struct obj_text *t = obj_text(x);
	size_t from;

	if (!t || o->indent || o->ascii) {
		write_object(o, x);
		return;
	}
	if (t->json.n && t->managed == x->managed) {
		json_put_raw(o, t->json);
		return;
	}
	from = o->b->n + (o->comma ? 1 : 0);
	write_object(o, x);
	t->json = o->b->full ? STR_NONE : arena_str(a, str_sub(sbuf_str(o->b),
	    from, o->b->n));
	t->managed = x->managed;
}

static const struct {
	const char *word;
	size_t at;
	bool list;
} notes[] = {
	{ "comment", offsetof(struct obj_notes, comment), false },
	{ "owner", offsetof(struct obj_notes, owner), false },
	{ "extension", offsetof(struct obj_notes, extension), false },
	{ "grants", offsetof(struct obj_notes, grants), true },
	{ "published", offsetof(struct obj_notes, published), true },
	{ "settings", offsetof(struct obj_notes, settings), true },
};
#define NNOTES (sizeof(notes) / sizeof(*notes))

static bool has_notes(const struct obj *x)
{
	const struct obj_notes *n = x->notes;

	return n && (n->comment.n || n->owner.n || n->grants.n ||
	    n->extension.n || n->published.n || n->settings.n);
}

static void put_notes(struct json_out *o, const struct obj_notes *n)
{
	for (size_t i = 0; i < NNOTES; i++) {
		const void *p = (const char *)n + notes[i].at;

		if (!notes[i].list && ((const struct str *)p)->n) {
			json_pair_str(o, notes[i].word,
			    *(const struct str *)p);
		} else if (notes[i].list && ((const struct strs *)p)->n) {
			json_key(o, notes[i].word);
			put_strs(o, *(const struct strs *)p);
		}
	}
}

void model_notes_json(const struct model *m, struct json_out *o)
{
	bool any = false;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *x = m->objs[i];

		if (!has_notes(x))
			continue;
		if (!any) {
			json_key(o, "notes");
			json_open_array(o);
		}
		any = true;
		json_open_object(o);
		json_pair_z(o, "kind", obj_kind_word[x->kind]);
		json_pair_str(o, "schema", x->schema);
		if (x->table.n)
			json_pair_str(o, "table", x->table);
		json_pair_str(o, "name", x->name);
		put_notes(o, x->notes);
		json_close_object(o);
	}
	if (any)
		json_close_array(o);
}

static void write_model(const struct model *m, bool all, struct json_out *o)
{
	char hex[SHA256_HEX + 1];

	sha256_hex(&m->hash, hex);
	json_open_object(o);
	json_pair_int(o, "format", FORMAT);
	json_pair_z(o, "dialect", model_dialect_word[m->dialect]);
	json_pair_z(o, "hash", hex);
	json_key(o, "objects");
	json_open_array(o);
	for (size_t i = 0; i < m->nobjs; i++)
		put_object(o, m->objs[i], m->a);
	json_close_array(o);
	if (all)
		model_notes_json(m, o);
	json_close_object(o);
}

void model_json(const struct model *m, struct json_out *o)
{
	write_model(m, false, o);
}

void model_record_json(const struct model *m, struct json_out *o)
{
	write_model(m, true, o);
}

/* --- reading ---------------------------------------------------------- */

struct reader {
	const char *name;
	struct arena *a;
	struct err *e;
	size_t object;		/* number of the object that is being read */
};

static enum rc refuse(const struct reader *r, struct str key, const char *why)
{
	char where[160];
	struct sbuf b = SBUF_INIT(sizeof(where) - 1);

	sbuf_addf(&b, "%.100s:objects[%zu]", r->name, r->object);
	err_at(r->e, RC_PARSE, b.p ? b.p : "", "%.*s: %s",
	    key.n > 100 ? 100 : (int)key.n, key.p ? key.p : "", why);
	sbuf_free(&b);
	return RC_PARSE;
}

static enum rc read_strs(const struct reader *r, struct str key,
    const struct json *v, struct strs *out)
{
	struct str *list;

	if (v->kind != JSON_ARRAY)
		return refuse(r, key, "an array of strings is expected");
	list = arena_array(r->a, struct str, v->n);
	for (size_t i = 0; i < v->n; i++) {
		if (v->items[i].kind != JSON_STRING)
			return refuse(r, key, "a string is expected");
		list[i] = arena_str(r->a, v->items[i].string);
	}
	*out = (struct strs){ list, v->n };
	return RC_OK;
}

static enum rc read_enum(const struct reader *r, const struct field_def *f,
    const struct json *v, int *out)
{
	for (int i = 0; f->names[i]; i++)
		if (str_is(json_str_of(v), f->names[i])) {
			*out = i;
			return RC_OK;
		}
	return refuse(r, str_z(f->word), "a word that is not known");
}

static enum rc read_value(const struct reader *r, const struct field_def *f,
    const struct json *v, struct obj *x)
{
	void *p = (char *)x + f->offset;
	struct str key = str_z(f->word);

	switch (f->type) {
	case FIELD_STR:
		if (v->kind != JSON_STRING)
			return refuse(r, key, "a string is expected");
		*(struct str *)p = arena_str(r->a, v->string);
		return RC_OK;
	case FIELD_STRS:
		return read_strs(r, key, v, p);
	case FIELD_BOOL:
		if (v->kind != JSON_BOOL)
			return refuse(r, key, "true or false is expected");
		*(bool *)p = v->boolean;
		return RC_OK;
	case FIELD_I64:
		if (v->kind != JSON_NUMBER || !v->is_int)
			return refuse(r, key, "an integer is expected");
		*(int64_t *)p = v->integer;
		return RC_OK;
	case FIELD_INT:
		if (v->kind != JSON_NUMBER || !v->is_int || v->integer < 0 ||
		    v->integer > 1000000)
			return refuse(r, key, "a small integer is expected");
		*(int *)p = (int)v->integer;
		return RC_OK;
	case FIELD_CHAR:
		if (v->kind != JSON_STRING || v->string.n != 1)
			return refuse(r, key, "one letter is expected");
		*(char *)p = v->string.p[0];
		return RC_OK;
	case FIELD_ENUM:
		return read_enum(r, f, v, p);
	}
	return RC_OK;
}

static enum rc read_part(const struct reader *r, const struct json *v,
    struct index_part *out)
{
	struct index_part part = { 0 };

	if (v->kind != JSON_OBJECT)
		return refuse(r, STR("parts"), "an object is expected");
	for (size_t i = 0; i < v->n; i++) {
		const struct json *x = &v->items[i];
		struct str *s = str_is(v->keys[i], "column") ? &part.column :
		    str_is(v->keys[i], "expr") ? &part.expr :
		    str_is(v->keys[i], "collate") ? &part.collation : NULL;

		if (s && x->kind == JSON_STRING)
			*s = arena_str(r->a, x->string);
		else if (str_is(v->keys[i], "desc") && x->kind == JSON_BOOL)
			part.desc = x->boolean;
		else
			return refuse(r, v->keys[i], "not a part of an index");
	}
	*out = part;
	return RC_OK;
}

static enum rc read_parts(const struct reader *r, const struct json *v,
    struct index *x)
{
	enum rc rc = RC_OK;

	if (v->kind != JSON_ARRAY)
		return refuse(r, STR("parts"), "an array is expected");
	x->parts = arena_array(r->a, struct index_part, v->n);
	x->nparts = v->n;
	for (size_t i = 0; !rc && i < v->n; i++)
		rc = read_part(r, &v->items[i], &x->parts[i]);
	return rc;
}

static const struct field_def *member_of(enum obj_kind kind, struct str key)
{
	for (size_t i = 0; i < FIELD_N; i++)
		if (model_fields[i].kind == kind &&
		    str_is(key, model_fields[i].word))
			return &model_fields[i];
	for (size_t i = 0; i < model_nextras; i++)
		if (model_extras[i].kind == kind &&
		    str_is(key, model_extras[i].word))
			return &model_extras[i];
	return NULL;
}

static enum rc read_member(const struct reader *r, struct str key,
    const struct json *v, struct obj *x, bool *managed)
{
	struct str *s = str_is(key, "schema") ? &x->schema :
	    str_is(key, "table") ? &x->table :
	    str_is(key, "name") ? &x->name : NULL;
	const struct field_def *f = member_of(x->kind, key);

	if (f)
		return read_value(r, f, v, x);
	if (x->kind == OBJ_INDEX && str_is(key, "parts"))
		return read_parts(r, v, (struct index *)(void *)x);
	if (s && v->kind == JSON_STRING) {
		*s = arena_str(r->a, v->string);
		return RC_OK;
	}
	if (str_is(key, "managed") && v->kind == JSON_BOOL) {
		*managed = v->boolean;
		return RC_OK;
	}
	if (str_is(key, "kind"))
		return RC_OK;
	return refuse(r, key, "not a member of this kind of object");
}

/* What an object holds when its members are not written. */
static struct obj *object_new(struct arena *a, enum obj_kind kind)
{
	struct obj *x = arena_alloc(a, model_kind_size[kind]);

	x->kind = kind;
	if (kind == OBJ_TABLE) {
		((struct table *)(void *)x)->rows_estimate = -1;
		((struct table *)(void *)x)->bytes = -1;
	} else if (kind == OBJ_INDEX) {
		((struct index *)(void *)x)->bytes = -1;
	}
	return x;
}

static size_t kind_of(struct str word)
{
	size_t kind = 0;

	while (kind < OBJ_KIND_N && !str_is(word, obj_kind_word[kind]))
		kind++;
	return kind;
}

static enum rc read_object(const struct reader *r, const struct json *v,
    struct model *m)
{
	size_t kind = kind_of(json_str_of(json_get(v, "kind")));
	bool managed = true;
	struct obj *x;

	if (kind == OBJ_KIND_N)
		return refuse(r, STR("kind"), "no known kind of object");
	x = object_new(r->a, (enum obj_kind)kind);
	for (size_t i = 0; i < v->n; i++) {
		enum rc rc = read_member(r, v->keys[i], &v->items[i], x,
		    &managed);

		if (rc)
			return rc;
	}
	if (x->kind == OBJ_COLUMN) {
		struct column *c = (struct column *)(void *)x;

		c->has_default = c->dflt.n > 0;
	}
	model_add(m, x);
	x->managed = managed;
	return RC_OK;
}

static enum rc read_note(const struct reader *r, struct str key,
    const struct json *v, struct obj_notes *n)
{
	for (size_t i = 0; i < NNOTES; i++) {
		void *p = (char *)n + notes[i].at;

		if (!str_is(key, notes[i].word))
			continue;
		if (notes[i].list)
			return read_strs(r, key, v, p);
		if (v->kind != JSON_STRING)
			return refuse(r, key, "a string is expected");
		*(struct str *)p = arena_str(r->a, v->string);
		return RC_OK;
	}
	if ((str_is(key, "kind") || str_is(key, "schema") ||
	    str_is(key, "table") || str_is(key, "name")) &&
	    v->kind == JSON_STRING)
		return RC_OK;
	return refuse(r, key, "not a member of notes");
}

/* Of a sealed model: no hash is over them. */
static enum rc read_notes(struct reader *r, const struct json *list,
    struct model *m)
{
	enum rc rc = RC_OK;

	if (list->kind != JSON_ARRAY || list->n > MAX_OBJECTS)
		return refuse(r, STR("notes"), "an array is expected");
	for (r->object = 0; !rc && r->object < list->n; r->object++) {
		const struct json *v = &list->items[r->object];
		struct obj_notes *n = arena_new_of(r->a, struct obj_notes);
		size_t kind;
		struct obj *o = NULL;

		if (v->kind != JSON_OBJECT)
			return refuse(r, STR("notes"), "no object");
		kind = kind_of(json_str_of(json_get(v, "kind")));
		if (kind < OBJ_KIND_N)
			o = (struct obj *)(uintptr_t)model_find(m,
			    (enum obj_kind)kind,
			    json_str_of(json_get(v, "schema")),
			    json_str_of(json_get(v, "table")),
			    json_str_of(json_get(v, "name")));
		if (!o)
			return refuse(r, STR("notes"), "of no object");
		n->comment = n->owner = n->extension = STR("");
		for (size_t i = 0; !rc && i < v->n; i++)
			rc = read_note(r, v->keys[i], &v->items[i], n);
		o->notes = n;
	}
	return rc;
}

static enum rc read_head(const struct json *v, const char *name,
    enum dialect_id *dialect, struct err *e)
{
	static const char *const known[] = { "format", "dialect", "hash",
		"objects", "notes" };
	const struct json *format = json_get(v, "format");
	struct str word = json_str_of(json_get(v, "dialect"));
	size_t d = 0;

	for (size_t i = 0; i < v->n; i++) {
		size_t k = 0;

		while (k < 5 && !str_is(v->keys[i], known[k]))
			k++;
		if (k == 5)
			return err_at(e, RC_PARSE, name, "unknown key \"%.*s\"",
			    v->keys[i].n > 100 ? 100 : (int)v->keys[i].n,
			    v->keys[i].p);
	}
	if (!format || !format->is_int || format->integer != FORMAT)
		return err_at(e, RC_PARSE, name,
		    "not a schema record of format %d", FORMAT);
	while (d < DIALECT_N && !str_is(word, model_dialect_word[d]))
		d++;
	if (d == DIALECT_N)
		return err_at(e, RC_PARSE, name, "unknown dialect");
	*dialect = (enum dialect_id)d;
	return RC_OK;
}

enum rc model_from_json(struct str text, const char *name, struct arena *a,
    struct model **out, struct err *e)
{
	struct reader r = { .name = name, .a = a, .e = e };
	char hex[SHA256_HEX + 1];
	const struct json *v, *objects;
	enum dialect_id dialect;
	struct model *m;
	enum rc rc;

	rc = json_read(text, name, a, &v, e);
	if (rc)
		return rc;
	if (v->kind != JSON_OBJECT)
		return err_at(e, RC_PARSE, name, "not a schema record");
	rc = read_head(v, name, &dialect, e);
	if (rc)
		return rc;
	objects = json_get(v, "objects");
	if (!objects || objects->kind != JSON_ARRAY ||
	    objects->n > MAX_OBJECTS)
		return err_at(e, RC_PARSE, name, "no list of objects");
	m = model_new(a, dialect);
	for (r.object = 0; r.object < objects->n; r.object++) {
		const struct json *x = &objects->items[r.object];

		if (x->kind != JSON_OBJECT)
			return refuse(&r, STR("objects"), "no object");
		rc = read_object(&r, x, m);
		if (rc)
			return rc;
	}
	model_seal(m);
	sha256_hex(&m->hash, hex);
	if (!str_is(json_str_of(json_get(v, "hash")), hex))
		return err_at(e, RC_PARSE, name,
		    "the objects do not have the hash that is recorded");
	v = json_get(v, "notes");
	rc = v ? read_notes(&r, v, m) : RC_OK;
	if (rc)
		return rc;
	*out = m;
	return RC_OK;
}
