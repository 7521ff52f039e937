/*
 * side.c: from a change list to aligned lines.
 *
 * Which table goes with which is read back from the changes: a rename names
 * both, everything else matched by its name (D.1).  Objects are looked up by
 * address, so a line knows its change without comparing anything again.
 */
#include "diff/side.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "diff/internal.h"
#include "diff/parts.h"

struct block {			/* one table or view on both sides */
	const struct obj *from, *to;
	const struct change *own;
};

struct work {
	struct arena *a;
	const struct change_list *list;
	struct map *by_from, *by_to;	/* address of an object → its change */
	VEC(struct block) blocks;
	VEC(struct side_line) all, shown;
	size_t context;
	size_t name_width, type_width;
	struct block now;		/* the block being laid out */
};

/* --- which object is which ---------------------------------------------- */

/* Keys are the bytes of the pointers that stand in the change list. */
static struct str address(const struct obj *const *o)
{
	return (struct str){ (const char *)o, sizeof(*o) };
}

static const struct change *change_at(const struct map *m,
    const struct obj *o)
{
	return o ? map_get(m, address(&o)) : NULL;
}

static void index_changes(struct work *w)
{
	w->by_from = map_new(w->a);
	w->by_to = map_new(w->a);
	for (size_t i = 0; i < w->list->n; i++) {
		const struct change *c = &w->list->v[i];

		if (c->from)
			map_put(w->by_from, address(&c->from), (void *)c);
		if (c->to)
			map_put(w->by_to, address(&c->to), (void *)c);
	}
}

/* The table or view that an object of m is or hangs on. */
static const struct obj *owner_of(const struct model *m, const struct obj *o)
{
	const struct table *t;
	const struct view *v;

	if (!o || obj_stands_alone(o->kind))
		return o;
	t = model_table(m, o->schema, o->table);
	if (t)
		return &t->o;
	v = model_view(m, o->schema, o->table);
	return v ? &v->o : NULL;
}

/* The same on the other side, for what a change names on one side only. */
static const struct obj *owner_there(const struct model *there,
    const struct map *changes, bool to_side, const struct obj *here)
{
	const struct change *c = change_at(changes, here);

	if (c)
		return to_side ? c->to : c->from;
	return here ? model_find(there, here->kind, here->schema, STR(""),
	    here->name) : NULL;
}

static int by_name(const void *x, const void *y)
{
	const struct block *a = x, *b = y;
	const struct obj *o = a->to ? a->to : a->from;
	const struct obj *p = b->to ? b->to : b->from;
	int c = o->kind < p->kind ? -1 : o->kind > p->kind;

	if (c == 0)
		c = str_cmp(o->schema, p->schema);
	if (c == 0)
		c = str_cmp(o->name, p->name);
	return c ? c : (a->to != NULL) - (b->to != NULL);
}

static void find_blocks(struct work *w)
{
	struct map *seen = map_new(w->a);
	const struct change_list *l = w->list;

	for (size_t i = 0; i < l->n; i++) {
		const struct change *c = &l->v[i];
		struct block b = { .from = owner_of(l->from, c->from),
			.to = owner_of(l->to, c->to) };
		const struct obj **key;

		if (!b.from && !obj_stands_alone(c->kind))
			b.from = owner_there(l->from, w->by_to, false, b.to);
		if (!b.to && !obj_stands_alone(c->kind))
			b.to = owner_there(l->to, w->by_from, true, b.from);
		if (!b.from && !b.to)
			continue;
		key = arena_copy(w->a, b.to ? &b.to : &b.from, sizeof(*key));
		if (map_has(seen, address(key)))
			continue;
		map_put(seen, address(key), w);
		b.own = b.to ? change_at(w->by_to, b.to) :
		    change_at(w->by_from, b.from);
		vec_push(w->a, &w->blocks, b);
	}
	if (w->blocks.n > 0)
		qsort(w->blocks.v, w->blocks.n, sizeof(*w->blocks.v), by_name);
}

static char mark_of(const struct change *c)
{
	static const char marks[CHANGE_OP_N] = {
		[CHANGE_ADD] = '+',
		[CHANGE_DROP] = '-',
		[CHANGE_CHANGE] = '~',
		[CHANGE_RENAME] = '>',
	};

	return c ? marks[c->op] : ' ';
}

static bool is_whole(const struct block *b)
{
	return !b->from || !b->to;
}

/* --- lines -------------------------------------------------------------- */

static struct side_half half_of(const struct obj *o, struct parts *p)
{
	return (struct side_half){ .obj = o, .parts = p->v, .n = p->n };
}

static void flag_all(struct parts *p, bool changed)
{
	for (size_t i = 0; i < p->n; i++)
		p->v[i].changed = changed;
}

static void put_line(struct work *w, const struct obj *from,
    const struct obj *to, struct parts *left, struct parts *right,
    struct side_line line)
{
	if (!line.change || !from || !to) {
		flag_all(left, line.change != NULL);
		flag_all(right, line.change != NULL);
	}
	line.left = half_of(from, left);
	line.right = half_of(to, right);
	vec_push(w->a, &w->all, line);
}

static void note_widths(struct work *w, const struct parts *p)
{
	size_t n;

	if (p->n < 2)
		return;
	n = utf8_cells(p->v[0].text);
	if (n > w->name_width)
		w->name_width = n;
	n = utf8_cells(p->v[1].text);
	if (n > w->type_width)
		w->type_width = n;
}

static bool concerns(const struct obj *o, const struct obj *owner,
    const struct obj *col)
{
	const void *p = o;
	const struct index *x = p;

	if (!o || !col || !owner || !str_eq(o->table, owner->name) ||
	    !str_eq(o->schema, owner->schema))
		return false;
	if (o->kind == OBJ_PK || o->kind == OBJ_UNIQUE)
		return strs_has(((const struct key *)p)->cols, col->name);
	if (o->kind != OBJ_INDEX)
		return false;
	for (size_t i = 0; i < x->nparts; i++)
		if (str_eq(x->parts[i].column, col->name))
			return true;
	return false;
}

/* The change of a key or index that makes a column look different. */
static const struct change *related(const struct work *w,
    const struct obj *from, const struct obj *to)
{
	for (size_t i = 0; i < w->list->n; i++) {
		const struct change *c = &w->list->v[i];

		if (concerns(c->from, w->now.from, from) ||
		    concerns(c->to, w->now.to, to))
			return c;
	}
	return NULL;
}

static void put_column(struct work *w, const struct obj *from,
    const struct obj *to)
{
	const struct change *c = to ? change_at(w->by_to, to) :
	    change_at(w->by_from, from);
	struct parts left = { .a = w->a }, right = { .a = w->a };
	struct side_line line = { .kind = SIDE_OBJECT, .indent = 1 };
	const void *x = w->now.from, *y = w->now.to, *f = from, *t = to;

	if (from)
		parts_of_column(&left, x, f);
	if (to)
		parts_of_column(&right, y, t);
	if (c && change_has(c, F_POSITION))
		parts_add(&right, ROLE_NOTE, F_POSITION, STR("moved"));
	if (parts_compare(&left, &right) && !c && from && to)
		c = related(w, from, to);
	if (!c && is_whole(&w->now))
		c = w->now.own;
	note_widths(w, &left);
	note_widths(w, &right);
	line.change = c;
	line.mark = c && (c->kind == OBJ_COLUMN || is_whole(&w->now)) ?
	    mark_of(c) : c ? '~' : ' ';
	put_line(w, from, to, &left, &right, line);
}

static void put_object(struct work *w, const struct obj *from,
    const struct obj *to)
{
	const struct change *c = to ? change_at(w->by_to, to) :
	    change_at(w->by_from, from);
	struct parts left = { .a = w->a }, right = { .a = w->a };
	struct side_line line = { .kind = SIDE_OBJECT, .indent = 1,
		.heading = parts_heading((from ? from : to)->kind) };

	if (!c && is_whole(&w->now))
		c = w->now.own;
	parts_of_objects(&left, &right, from, to, c != NULL);
	line.change = c;
	line.mark = mark_of(c);
	put_line(w, from, to, &left, &right, line);
}

static bool has_parts(enum obj_kind kind)
{
	return kind == OBJ_TABLE || kind == OBJ_VIEW;
}

static void put_head(struct work *w)
{
	struct parts left = { .a = w->a }, right = { .a = w->a };
	const struct block *b = &w->now;
	struct side_line line = { .kind = SIDE_HEAD, .change = b->own };

	if (w->all.n > 0)
		vec_push(w->a, &w->all, (struct side_line){
		    .kind = SIDE_BLANK, .mark = ' ' });
	if (b->from)
		parts_of_head(&left, b->from);
	if (b->to)
		parts_of_head(&right, b->to);
	parts_compare(&left, &right);
	line.mark = b->own && (b->own->op != CHANGE_CHANGE ||
	    !has_parts((b->to ? b->to : b->from)->kind)) ?
	    mark_of(b->own) : ' ';
	put_line(w, b->from, b->to, &left, &right, line);
}

/* --- columns in the order of both sides --------------------------------- */

struct columns {
	const struct table *from, *to;
	const struct obj **partner;	/* of to->cols[i]; NULL: added */
	bool *taken;			/* from->cols[i] has a partner */
};

static void match_columns(struct work *w, struct columns *c)
{
	size_t nfrom = c->from ? c->from->ncols : 0;
	size_t nto = c->to ? c->to->ncols : 0;
	struct map *place = map_new(w->a);

	c->partner = arena_array(w->a, const struct obj *, nto);
	c->taken = arena_array(w->a, bool, nfrom);
	for (size_t i = 0; i < nfrom; i++)
		map_put(place, c->from->cols[i]->o.name, &c->taken[i]);
	for (size_t i = 0; i < nto; i++) {
		const struct obj *o = &c->to->cols[i]->o;
		const struct change *ch = change_at(w->by_to, o);
		bool *taken;

		if (ch) {
			c->partner[i] = ch->from;
			if (!ch->from)
				continue;
			taken = map_get(place, ch->from->name);
		} else {
			taken = map_get(place, o->name);
			if (taken)
				c->partner[i] =
				    &c->from->cols[taken - c->taken]->o;
		}
		if (taken)
			*taken = true;
	}
}

/* Dropped columns from place *i on, up to one that stays (or `stop`). */
static void put_dropped(struct work *w, const struct columns *c, size_t *i,
    const struct obj *stop)
{
	size_t n = c->from ? c->from->ncols : 0;

	while (*i < n && &c->from->cols[*i]->o != stop) {
		if (!c->taken[*i])
			put_column(w, &c->from->cols[*i]->o, NULL);
		else if (!stop)
			return;
		(*i)++;
	}
}

/* Columns in the order of the right side; a dropped one keeps its place. */
static void put_columns(struct work *w, const void *from, const void *to)
{
	struct columns c = { .from = from, .to = to };
	size_t at = 0, nto = to ? c.to->ncols : 0;

	match_columns(w, &c);
	for (size_t i = 0; i < nto; i++) {
		const struct obj *o = &c.to->cols[i]->o;
		const struct change *ch = change_at(w->by_to, o);
		bool moved = ch && change_has(ch, F_POSITION);

		put_dropped(w, &c, &at, moved ? NULL : c.partner[i]);
		put_column(w, c.partner[i], o);
		if (at < (c.from ? c.from->ncols : 0) && c.partner[i] &&
		    &c.from->cols[at]->o == c.partner[i])
			at++;
	}
	for (; c.from && at < c.from->ncols; at++)
		if (!c.taken[at])
			put_column(w, &c.from->cols[at]->o, NULL);
}

/* --- everything else ----------------------------------------------------- */

struct list {
	const struct obj *const *v;
	size_t n;
};

/*
 * What has no change and no namesake goes with the next such object of the
 * other side: its content name holds a name that was changed (D.8).
 */
static const struct obj *unpaired(const struct work *w, struct list from,
    struct list to, size_t *at)
{
	for (; *at < from.n; (*at)++) {
		const struct obj *o = from.v[*at];
		size_t j = 0;

		while (j < to.n && !str_eq(to.v[j]->name, o->name))
			j++;
		if (j == to.n && !change_at(w->by_from, o))
			return from.v[(*at)++];
	}
	return NULL;
}

static bool is_shown(const struct obj *o)
{
	const void *p = o;

	if (o->kind == OBJ_INDEX)
		return ((const struct index *)p)->origin == 'c';
	return o->kind != OBJ_PK || ((const struct key *)p)->cols.n != 1;
}

static struct list shown(struct work *w, const void *objects, size_t n)
{
	const struct obj *const *v = objects;
	const struct obj **kept = arena_array(w->a, const struct obj *, n);
	size_t nkept = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i] && is_shown(v[i]))
			kept[nkept++] = v[i];
	return (struct list){ kept, nkept };
}

static void put_group(struct work *w, struct list from, struct list to)
{
	size_t i = 0, j = 0, rest = 0;

	while (i < from.n || j < to.n) {
		const struct obj *x = i < from.n ? from.v[i] : NULL;
		const struct obj *y = j < to.n ? to.v[j] : NULL;
		int c = !x ? 1 : !y ? -1 : str_cmp(x->name, y->name);
		const struct change *ch;

		if (c < 0) {
			ch = change_at(w->by_from, x);
			i++;
			/* its partner's turn comes, or it is not listed */
			if (ch ? !ch->to : is_whole(&w->now))
				put_object(w, x, NULL);
			continue;
		}
		ch = change_at(w->by_to, y);
		j++;
		i += c == 0;
		if (c != 0 && ch)
			x = ch->from;
		else if (c != 0)
			x = is_whole(&w->now) ? NULL :
			    unpaired(w, from, to, &rest);
		put_object(w, x, y);
	}
}

#define GROUP(list, count) \
	put_group(w, shown(w, x ? (const void *)x->list : NULL, \
		x ? x->count : 0), \
	    shown(w, y ? (const void *)y->list : NULL, y ? y->count : 0))

static void put_pk(struct work *w, const struct table *x,
    const struct table *y)
{
	const struct obj *from = x && x->pk ? &x->pk->o : NULL;
	const struct obj *to = y && y->pk ? &y->pk->o : NULL;

	if ((from && is_shown(from)) || (to && is_shown(to)))
		put_object(w, from, to);
}

static struct list of_kind(struct work *w, const struct table *t,
    enum obj_kind kind)
{
	VEC(const struct obj *) v = { 0 };

	for (size_t i = 0; t && i < t->nothers; i++)
		if (t->others[i]->kind == kind)
			vec_push(w->a, &v, t->others[i]);
	return (struct list){ v.v, v.n };
}

static void put_others(struct work *w, const struct table *x,
    const struct table *y)
{
	static const enum obj_kind kinds[] = { OBJ_EXCLUDE, OBJ_STATISTICS,
		OBJ_RULE, OBJ_POLICY };

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		put_group(w, of_kind(w, x, kinds[k]), of_kind(w, y, kinds[k]));
}

static void put_table(struct work *w)
{
	const void *from = w->now.from, *to = w->now.to;
	const struct table *x = from, *y = to;

	put_head(w);
	put_columns(w, from, to);
	put_pk(w, x, y);
	GROUP(uniques, nuniques);
	GROUP(checks, nchecks);
	GROUP(fks, nfks);
	GROUP(indexes, nindexes);
	GROUP(triggers, ntriggers);
	put_others(w, x, y);
}

static void put_hung(struct work *w, enum obj_kind kind)
{
	struct hung x = { 0 }, y = { 0 };

	if (w->now.from)
		x = hung_on(w->list->from, w->now.from, kind, w->a);
	if (w->now.to)
		y = hung_on(w->list->to, w->now.to, kind, w->a);
	put_group(w, shown(w, x.v, x.n), shown(w, y.v, y.n));
}

/* --- definitions of several lines, lists ------------------------------------- */

#define LINES_SHOWN ((size_t)60)	/* of what only one side has */

struct text_line {
	const struct obj *from, *to;
	const struct change *change;
	enum side_role role;
};

static void put_text(struct work *w, const struct text_line *t,
    const struct str *x, const struct str *y)
{
	struct parts left = { .a = w->a }, right = { .a = w->a };
	struct side_line line = { .kind = SIDE_OBJECT, .indent = 1,
		.of_text = true, .mark = x && y ? ' ' : y ? '+' : '-',
		.change = x && y ? NULL : t->change };

	if (x)
		parts_add(&left, t->role, PART_LINE, *x);
	if (y)
		parts_add(&right, t->role, PART_LINE, *y);
	put_line(w, x ? t->from : NULL, y ? t->to : NULL, &left, &right, line);
}

/* A line that was rewritten: both, with what differs in them. */
static bool put_rewritten(struct work *w, const struct text_line *t,
    struct str x, struct str y)
{
	struct parts left = { .a = w->a }, right = { .a = w->a };
	struct side_line line = { .kind = SIDE_OBJECT, .indent = 1,
		.of_text = true, .mark = '~', .change = t->change };

	if (t->role != ROLE_SQL || !t->change ||
	    !parts_of_lines(&left, &right, x, y))
		return false;
	put_line(w, t->from, t->to, &left, &right, line);
	return true;
}

static void put_rest(struct work *w, const struct text_line *t, size_t n)
{
	struct str more = arena_printf(w->a, "… %zu more lines", n);

	put_text(w, t, t->from ? &more : NULL, t->to ? &more : NULL);
}

static void put_texts(struct work *w, enum side_role role, struct strs x,
    struct strs y)
{
	struct text_line t = { w->now.from, w->now.to, w->now.own, role };
	size_t *match = arena_array(w->a, size_t, y.n), i = 0;
	bool whole = is_whole(&w->now);

	lines_match(x.v, x.n, y.v, y.n, match);
	for (size_t j = 0, next = 0; j < y.n; j++) {
		if (whole && j == LINES_SHOWN) {
			put_rest(w, &t, y.n - j);
			break;
		}
		/* what goes stands before what comes in its place */
		while (next < y.n && (next < j || match[next] == SIZE_MAX))
			next++;
		/* the first of either in the place of each other */
		if (!whole && match[j] == SIZE_MAX &&
		    i < (next < y.n ? match[next] : x.n) &&
		    put_rewritten(w, &t, x.v[i], y.v[j])) {
			i++;
			continue;
		}
		while (!whole && i < (next < y.n ? match[next] : x.n))
			put_text(w, &t, &x.v[i++], NULL);
		put_text(w, &t, match[j] != SIZE_MAX ? &x.v[i++] : NULL,
		    &y.v[j]);
	}
	for (; i < x.n; i++) {
		if (whole && i == LINES_SHOWN) {
			put_rest(w, &t, x.n - i);
			break;
		}
		put_text(w, &t, &x.v[i], NULL);
	}
}

static struct strs lines_of(struct work *w, struct str text)
{
	VEC(struct str) v = { 0 };
	struct str line;

	while (str_line(&text, &line))
		vec_push(w->a, &v, utf8_clean(w->a, line, UTF8_BLOCK));
	return (struct strs){ v.v, v.n };
}

static bool has_lines(struct str text)
{
	return text.n > 0 && memchr(text.p, '\n', text.n);
}

/* The definition of a view, or of what else has one. */
static void put_definition(struct work *w, enum field_id f)
{
	const struct block *b = &w->now;
	struct str x = b->from ? field_text(&model_fields[f], b->from, w->a) :
	    STR("");
	struct str y = b->to ? field_text(&model_fields[f], b->to, w->a) :
	    STR("");

	if ((b->to ? b->to : b->from)->schema.n > 0 &&
	    (has_lines(x) || has_lines(y)))
		put_texts(w, ROLE_SQL, lines_of(w, x), lines_of(w, y));
	else
		put_object(w, b->from, b->to);
}

static void put_view(struct work *w)
{
	put_head(w);
	put_definition(w, F_VIEW_SQL);
	put_hung(w, OBJ_INDEX);
	put_hung(w, OBJ_TRIGGER);
	put_hung(w, OBJ_RULE);
	put_hung(w, OBJ_STATISTICS);
}

static struct strs list_of(const struct obj *o)
{
	const void *p = o;

	if (o && o->kind == OBJ_ENUM)
		return ((const struct enum_type *)p)->values;
	if (o && o->kind == OBJ_COMPOSITE)
		return ((const struct composite *)p)->attrs;
	if (o && o->kind == OBJ_DOMAIN)
		return ((const struct domain *)p)->checks;
	return (struct strs){ 0 };
}

/* What is neither table nor view: a head line with all that is short. */
static void put_alone(struct work *w)
{
	const struct block *b = &w->now;
	enum obj_kind kind = (b->to ? b->to : b->from)->kind;

	put_head(w);
	if (kind == OBJ_FUNCTION)
		put_definition(w, F_FUNCTION_SQL);
	else if (kind == OBJ_RANGE)
		put_definition(w, F_RANGE_SQL);
	else
		put_texts(w, ROLE_NAME, list_of(b->from), list_of(b->to));
}

static void put_block(struct work *w)
{
	const struct obj *o = w->now.to ? w->now.to : w->now.from;

	if (o->kind == OBJ_TABLE)
		put_table(w);
	else if (o->kind == OBJ_VIEW)
		put_view(w);
	else
		put_alone(w);
}

/* --- folding ------------------------------------------------------------- */

static struct str fold_text(struct work *w, size_t from, size_t to)
{
	size_t count[OBJ_KIND_N] = { 0 }, lines = 0;
	struct sbuf b = SBUF_TEXT;
	const char *between = "… ";
	struct str text;

	for (size_t i = from; i < to; i++) {
		const struct side_line *l = &w->all.v[i];

		lines += l->of_text;
		if (!l->of_text)
			count[(l->right.obj ? l->right.obj : l->left.obj)->kind]++;
	}
	for (size_t k = 0; k < OBJ_KIND_N; k++) {
		if (count[k] == 0)
			continue;
		sbuf_addf(&b, "%s%zu %s", between, count[k],
		    kind_count_word((enum obj_kind)k, count[k]));
		between = ", ";
	}
	if (lines)
		sbuf_addf(&b, "%s%zu %s", between, lines,
		    lines == 1 ? "line" : "lines");
	sbuf_addz(&b, " unchanged");
	text = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

static void put_fold(struct work *w, size_t from, size_t to)
{
	struct parts left = { .a = w->a }, right = { .a = w->a };

	parts_add(&left, ROLE_NOTE, 0, fold_text(w, from, to));
	parts_add(&right, ROLE_NOTE, 0, STR("…"));
	vec_push(w->a, &w->shown, (struct side_line){ .kind = SIDE_FOLD,
	    .mark = ' ', .indent = 1, .folded = to - from, .fold_from = from,
	    .left = half_of(NULL, &left), .right = half_of(NULL, &right) });
}

static void fold(struct work *w)
{
	size_t i = 0;

	while (i < w->all.n) {
		size_t end = i;

		while (end < w->all.n && !w->all.v[end].change &&
		    w->all.v[end].kind == SIDE_OBJECT)
			end++;
		if (end - i > w->context) {
			put_fold(w, i, end);
			i = end;
		} else {
			for (; i < end; i++)
				vec_push(w->a, &w->shown, w->all.v[i]);
			if (i < w->all.n)
				vec_push(w->a, &w->shown, w->all.v[i++]);
		}
	}
}

void side_build(const struct change_list *changes, size_t context,
    struct arena *a, struct side *out)
{
	struct work w = { .a = a, .list = changes, .context = context };

	index_changes(&w);
	find_blocks(&w);
	for (size_t i = 0; i < w.blocks.n; i++) {
		w.now = w.blocks.v[i];
		put_block(&w);
	}
	fold(&w);
	*out = (struct side){ .v = w.shown.v, .n = w.shown.n,
		.all = w.all.v, .nall = w.all.n, .name_width = w.name_width,
		.type_width = w.type_width };
}
