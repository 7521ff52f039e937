/* pg_words: what the other statements say. */
#include "plan/pg.h"

static bool word_at(struct str s, size_t i)
{
	unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;

	return (c >= '0' && c <= '9') || c == '_' || c >= 0x80 ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* As a word of its own, also inside strings: bodies are strings. */
bool pg_text_names(struct str text, struct str name)
{
	for (size_t at = str_find(text, name, 0); name.n && at < text.n;
	    at = str_find(text, name, at + 1))
		if ((at == 0 || !word_at(text, at - 1)) &&
		    !word_at(text, at + name.n))
			return true;
	return false;
}

void pg_late_bound(const struct lens *l, const struct spot *p,
    struct str column)
{
	const struct model *m = l->before;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct function *fn = (const struct function *)m->objs[i];
		struct found *f;

		if (fn->o.kind != OBJ_FUNCTION || !fn->sql.n ||
		    (fn->o.notes && fn->o.notes->extension.n) ||
		    str_find(fn->sql, STR("BEGIN ATOMIC"), 0) < fn->sql.n ||
		    !pg_text_names(fn->sql, p->name) ||
		    (column.n && !pg_text_names(fn->sql, column)))
			continue;
		f = pg_found(l, HAZ_ID_PT19, p, column);
		pg_say(f, SEV_CAUTION, arena_printf(l->w->a,
		    "function %.*s names it", STR_ARG(fn->name)));
	}
}

/* A hazard of something that is no live table. */
static struct found *about(const struct lens *l, enum hazard_id id,
    const struct pg_obj *o, enum sev sev, struct str text)
{
	struct obj x = { .kind = o->kind < OBJ_KIND_N ? o->kind : OBJ_SCHEMA,
		.schema = o->schema, .name = o->name,
		.table = o->table };
	struct found *f = pg_found_obj(l, id, &x);

	pg_say(f, sev, text.n ? text : str_z(hazard_defs[id].title));
	return f;
}

/* --- DROP ------------------------------------------------------------------------- */

static void drop_table(const struct lens *l, const struct pg_obj *o)
{
	struct spot p = spot_obj(l, o);
	struct found *f;

	if (!p.live)
		return;
	pg_late_bound(l, &p, STR(""));
	if (l->ran)
		return;
	f = pg_found(l, HAZ_ID_PT1, &p, STR(""));
	pg_count(l, f, &p, STR(""), STR(""));
}

static void drop_schema(const struct lens *l, const struct pg_obj *o)
{
	const struct model *m = l->before;

	for (size_t i = 0; !l->ran && l->g->cascade && i < m->ntables; i++)
		if (str_eq(m->tables[i]->o.schema, o->name)) {
			struct pg_obj t = { .kind = OBJ_TABLE,
				.schema = o->name,
				.name = m->tables[i]->o.name };

			drop_table(l, &t);
		}
}

/* The same columns or the same name come back later in the plan. */
static bool comes_again(const struct lens *l, const struct pg_obj *o)
{
	for (size_t i = l->i + 1; i < l->w->run->n; i++) {
		struct lens x = lens_of(l->w, i);

		if (x.g->kind == PG_CREATE_INDEX && x.g->nobjs &&
		    str_eq(x.g->objs[0].name, o->name))
			return true;
	}
	return false;
}

static const struct index *live_index(const struct lens *l,
    const struct pg_obj *o)
{
	const struct model *m = l->w->p->from;

	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->nindexes; k++) {
			const struct index *x = m->tables[i]->indexes[k];

			if (str_eq(x->o.name, o->name) && (!o->schema.n ||
			    str_eq(x->o.schema, o->schema)))
				return x;
		}
	return NULL;
}

static void drop_index(const struct lens *l, const struct pg_obj *o)
{
	const struct index *x = live_index(l, o);
	struct found *f;

	if (!x || x->invalid)	/* no query uses it, nor does it check */
		return;
	f = pg_found_obj(l, HAZ_ID_PI4, &x->o);
	pg_say(f, SEV_INFO, str_z(f->h.def->title));
	if (x->unique) {
		f = pg_found_obj(l, HAZ_ID_PC9, &x->o);
		pg_say(f, SEV_INFO, STR("duplicates may come, and then it "
		    "cannot come back"));
	}
	if (comes_again(l, o)) {
		f = pg_found_obj(l, HAZ_ID_PI6, &x->o);
		pg_say(f, SEV_CAUTION, str_z(f->h.def->title));
	}
}

static void drop_type(const struct lens *l, const struct pg_obj *o)
{
	const struct model *m = l->before;

	for (size_t i = 0; !l->ran && l->g->cascade && i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++)
			if (str_eq(m->tables[i]->cols[k]->type_name,
			    o->name)) {
				struct spot p = spot_table(l, m->tables[i]);

				if (p.live)
					(void)pg_found(l, HAZ_ID_PT4, &p,
					    m->tables[i]->cols[k]->o.name);
			}
}

static void w_drop(const struct lens *l)
{
	for (size_t i = 0; i < l->g->nobjs; i++) {
		const struct pg_obj *o = &l->g->objs[i];

		if (o->kind == OBJ_TABLE)
			drop_table(l, o);
		else if (o->kind == OBJ_SCHEMA)
			drop_schema(l, o);
		else if (o->kind == OBJ_INDEX)
			drop_index(l, o);
		else if (o->kind == OBJ_COMPOSITE || o->kind == OBJ_DOMAIN)
			drop_type(l, o);
		else if (o->kind == OBJ_FUNCTION)
			(void)about(l, HAZ_ID_PT32, o, SEV_CAUTION,
			    STR_NONE);
		else if (o->kind == OBJ_EXTENSION)
			(void)about(l, HAZ_ID_PT32_EXTENSION, o, l->ran ?
			    SEV_CAUTION : SEV_DESTRUCTIVE, STR_NONE);
		else if (o->kind == OBJ_SEQUENCE && !l->ran)
			(void)about(l, HAZ_ID_PT32_SEQUENCE, o,
			    SEV_DESTRUCTIVE, STR("its position is lost"));
		else if (o->kind == OBJ_TRIGGER || o->kind == OBJ_RULE)
			(void)about(l, HAZ_ID_PT26, o, SEV_CAUTION,
			    arena_printf(l->w->a, "%s %.*s does not run any "
			    "more", o->word, STR_ARG(o->name)));
		else if (o->kind == OBJ_POLICY)
			(void)about(l, HAZ_ID_PT25, o, SEV_CAUTION, STR_NONE);
	}
}

/* --- renames and moves ---------------------------------------------------------------- */

/* What is in it keeps its rows under another name. */
static void renames_schema(const struct lens *l, const struct pg_obj *o)
{
	size_t n = 0;

	for (size_t i = 0; i < l->before->ntables; i++) {
		const struct table *t = l->before->tables[i];
		struct spot p;

		if (!str_eq(t->o.schema, o->name))
			continue;
		p = spot_table(l, t);
		if (!p.live)
			continue;
		n++;
		pg_late_bound(l, &p, STR(""));
	}
	if (!n)
		return;
	(void)about(l, HAZ_ID_PT28, o, SEV_CAUTION, arena_printf(l->w->a,
	    "its %s%s with all rows in %.*s: programs that name %.*s find "
	    "nothing", n == 1 ? "table is" : arena_z(l->w->a, say_count(
	    l->w->a, (int64_t)n)), n == 1 ? "" : " tables are",
	    STR_ARG(l->g->new_name), STR_ARG(o->name)));
}

static void w_rename(const struct lens *l)
{
	const struct pg_obj *o = l->g->nobjs ? &l->g->objs[0] : NULL;
	struct spot p;
	struct found *f;

	if (o && o->kind == OBJ_SCHEMA)
		renames_schema(l, o);
	if (!o || (o->kind != OBJ_TABLE && o->kind != OBJ_COLUMN))
		return;
	p = spot_obj(l, o);
	if (!p.live)
		return;
	f = pg_found(l, o->kind == OBJ_TABLE ? HAZ_ID_PT5 : HAZ_ID_PT6, &p,
	    o->kind == OBJ_TABLE ? STR("") : o->name);
	pg_count(l, f, &p, STR(""), STR(""));
	f->h.sev = SEV_INFO;
	pg_late_bound(l, &p, o->kind == OBJ_TABLE ? STR("") : o->name);
}

static void w_moved(const struct lens *l)
{
	for (size_t i = 0; i < l->g->nobjs; i++) {
		const struct pg_obj *o = &l->g->objs[i];
		bool table = l->g->kind == PG_SET_SCHEMA &&
		    o->kind == OBJ_TABLE;
		struct spot p;

		(void)about(l, HAZ_ID_PT28, o, SEV_CAUTION, !table ? STR_NONE :
		    arena_printf(l->w->a, "it is with all rows in %.*s: "
		    "programs find it there, or by a search_path that has it",
		    STR_ARG(l->g->new_name)));
		if (!table)
			continue;
		p = spot_obj(l, o);
		if (p.live)
			pg_late_bound(l, &p, STR(""));
	}
}

static void w_grant(const struct lens *l)
{
	struct found *f;

	if (!l->g->revoke)
		return;
	f = pg_found_obj(l, HAZ_ID_PT28, &(struct obj){ .kind = OBJ_ROLE,
	    .name = l->g->roles.n ? l->g->roles.v[0] : STR("public") });
	pg_say(f, SEV_CAUTION, STR("a right is taken away"));
}

/* --- tables, indexes, views --------------------------------------------------------------- */

static void w_create_table(const struct lens *l)
{
	struct spot p;
	struct found *f;

	if (!l->g->nobjs)
		return;
	p = spot_obj(l, &l->g->objs[0]);
	if (l->g->if_not_exists && p.live) {
		f = pg_found(l, HAZ_ID_PT31, &p, STR(""));
		pg_say(f, SEV_CAUTION, STR("the table is there already and "
		    "stays as it is"));
		return;
	}
	for (size_t i = 0; i < l->g->nrefs; i++) {
		p = spot_obj(l, &l->g->refs[i]);
		if (!p.live)
			continue;
		f = pg_found(l, l->g->partition ? HAZ_ID_PP1 : HAZ_ID_PT29,
		    &p, STR(""));
		pg_say(f, SEV_INFO, str_z(f->h.def->title));
	}
}

static void not_run_unique(const struct lens *l, const struct spot *p)
{
	if (!l->ran && l->g->unique)
		(void)pg_found(l, HAZ_ID_PI3, p, STR(""));
}

static void w_create_index(const struct lens *l)
{
	struct spot p;
	struct found *f;
	const struct index *there;
	enum hazard_id id = HAZ_ID_PI1;

	if (!l->g->nobjs)
		return;
	p = spot_obj(l, &l->g->objs[0]);
	if (!p.live)
		return;
	there = l->g->if_not_exists ? live_index(l, &l->g->objs[0]) : NULL;
	if (there) {
		f = pg_found_obj(l, there->invalid ? HAZ_ID_PI2 : HAZ_ID_PT31,
		    &there->o);
		pg_say(f, SEV_CAUTION, there->invalid ? STR("an invalid index "
		    "of that name is there: IF NOT EXISTS keeps it") :
		    STR("the index is there already and stays as it is"));
		return;
	}
	not_run_unique(l, &p);
	if (l->g->concurrently) {
		f = pg_found(l, HAZ_ID_PI2, &p, STR(""));
		pg_say(f, SEV_INFO, str_z(f->h.def->title));
		return;
	}
	if (p.live->type == TABLE_PARTITIONED && !l->g->only)
		id = HAZ_ID_PI7;
	f = pg_found(l, id, &p, STR(""));
	pg_say(f, p.live->bytes >= PG_LARGE ? SEV_CAUTION : SEV_INFO,
	    arena_printf(l->w->a, "%s: %.*s", f->h.def->title,
	    STR_ARG(pg_bytes(l->w->a, p.live->bytes < 0 ? 0 :
	    p.live->bytes))));
}

static void w_reindex(const struct lens *l)
{
	if (!l->g->concurrently && l->g->nobjs &&
	    !(l->g->flags & PG_OUTSIDE_TX))
		(void)about(l, HAZ_ID_PI5, &l->g->objs[0], SEV_CAUTION,
		    STR_NONE);
}

static void w_refresh(const struct lens *l)
{
	if (!l->g->concurrently && l->g->nobjs)
		(void)about(l, HAZ_ID_PV3, &l->g->objs[0], SEV_INFO,
		    STR_NONE);
}

static void w_cluster(const struct lens *l)
{
	struct spot p = spot_obj(l, &l->g->objs[0]);

	if (p.live)
		(void)about(l, HAZ_ID_PT24, &l->g->objs[0], p.live->bytes >=
		    PG_LARGE ? SEV_CAUTION : SEV_INFO, STR_NONE);
}

static void w_policy(const struct lens *l)
{
	(void)about(l, HAZ_ID_PT25, &l->g->objs[0], SEV_INFO, STR_NONE);
}

static void w_trigger(const struct lens *l)
{
	struct spot p = spot_obj(l, &l->g->objs[0]);

	if (p.live)
		(void)about(l, HAZ_ID_PT26, &l->g->objs[0], SEV_INFO,
		    arena_printf(l->w->a, "%s %.*s runs from now on",
		    l->g->objs[0].word, STR_ARG(l->g->objs[0].name)));
}

/* --- enums ------------------------------------------------------------------------------ */

static bool used_later(const struct lens *l, size_t *where)
{
	struct str quoted = arena_printf(l->w->a, "'%.*s'",
	    STR_ARG(l->g->new_value));

	for (size_t i = l->i + 1; i < l->w->run->n; i++) {
		struct str sql = l->w->run->v[i].sql;

		if (str_find(sql, quoted, 0) < sql.n) {
			*where = i;
			return true;
		}
	}
	return false;
}

static void renamed_value(const struct lens *l, const struct enum_type *t)
{
	const struct model *m = l->before;
	struct value v = { .kind = VALUE_TEXT, .s = l->g->old_value,
		.full = l->g->old_value.n };
	struct sbuf lit = SBUF_TEXT;
	struct found *f;

	l->w->d->literal(&lit, &v);
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++) {
			const struct column *c = m->tables[i]->cols[k];
			struct spot p;
			struct place w;

			if (!str_eq(c->type_name, t->o.name) ||
			    !str_eq(c->type_schema, t->o.schema) ||
			    str_ends(c->type, STR("[]")))
				continue;
			p = spot_table(l, m->tables[i]);
			w = spot_column(l, &p, c->o.name);
			if (!p.live || !w.live.p)
				continue;
			f = pg_found(l, HAZ_ID_PE4, &p, c->o.name);
			f->h.sev = SEV_INFO;
			w.now = arena_printf(l->w->a, "%.*s::pg_catalog.text ="
			    " %.*s", STR_ARG(w.now), STR_ARG(sbuf_str(&lit)));
			w.live = arena_printf(l->w->a, "%.*s::pg_catalog.text"
			    " = %.*s", STR_ARG(w.live),
			    STR_ARG(sbuf_str(&lit)));
			pg_count_where(l, f, &p, w);
		}
	sbuf_free(&lit);
}

static const struct enum_type *enum_named(const struct lens *l,
    const struct pg_obj *o)
{
	for (size_t i = 0; i < l->before->nobjs; i++) {
		const struct obj *x = l->before->objs[i];

		if (x->kind == OBJ_ENUM && str_eq(x->name, o->name) &&
		    (!o->schema.n || str_eq(o->schema, x->schema)))
			return (const struct enum_type *)x;
	}
	return NULL;
}

static void w_enum(const struct lens *l)
{
	const struct enum_type *t = enum_named(l, &l->g->objs[0]);
	size_t at = 0;
	bool used;

	if (!t)
		return;
	if (l->g->old_value.n) {
		renamed_value(l, t);
		return;
	}
	used = used_later(l, &at);
	(void)about(l, HAZ_ID_PE1, &l->g->objs[0], SEV_INFO, used ?
	    arena_printf(l->w->a, "used by statement %zu: weir commits before "
	    "it", at + 1) : STR("usable after COMMIT"));
	(void)about(l, HAZ_ID_PE2, &l->g->objs[0], SEV_INFO, STR_NONE);
}

/* --- everything --------------------------------------------------------------------------- */

static void writes_system(const struct lens *l, const struct pg_write *x)
{
	bool large = str_starts(x->table, STR("pg_largeobject"));
	struct found *f;

	if (!pg_is_system_table(x->schema, x->table) ||
	    spot_of(l, x->schema, x->table).live)
		return;
	f = pg_found_obj(l, large ? HAZ_ID_PT37 : HAZ_ID_PT36_SERVER,
	    &(struct obj){ .kind = OBJ_SCHEMA, .name = large ?
	    STR("pg_largeobject") : x->table });
	pg_say(f, SEV_DESTRUCTIVE, arena_printf(l->w->a, "writes to %.*s, "
	    "which is the server's own", STR_ARG(x->table)));
}

/* PT37; what calls them inside code is noticed when it has run. */
static void takes_large_objects(const struct lens *l)
{
	for (size_t i = 0; i < l->g->nwrites; i++)
		writes_system(l, &l->g->writes[i]);
	for (size_t i = 0; i < l->g->calls.n; i++) {
		struct found *f;

		if (!pg_takes_large_objects(l->g->calls.v[i]))
			continue;
		f = pg_found_obj(l, HAZ_ID_PT37, &(struct obj){
		    .kind = OBJ_SCHEMA, .name = STR("pg_largeobject") });
		pg_say(f, SEV_DESTRUCTIVE, arena_printf(l->w->a, "%.*s()",
		    STR_ARG(l->g->calls.v[i])));
		return;
	}
}

static bool calls_it(const struct pg_stmt *g, const char *name)
{
	for (size_t i = 0; i < g->calls.n; i++) {
		struct str c = g->calls.v[i];

		if (str_starts(c, STR("pg_catalog.")))
			c = str_sub(c, 11, c.n);
		if (str_is(c, name))
			return true;
	}
	return false;
}

bool pg_sets_after_rows(const struct pg_stmt *g)
{
	return calls_it(g, "setval") && calls_it(g, "max");
}

static void long_names(const struct lens *l)
{
	for (size_t i = 0; i < l->s->sql.n;) {
		struct token t = l->w->d->token(l->s->sql, i);
		size_t quotes = t.kind == TOKEN_IDENT ? 2 : 0;
		struct found *f;

		i = t.to;
		if (t.kind == TOKEN_END)
			return;
		if ((t.kind != TOKEN_IDENT && t.kind != TOKEN_WORD) ||
		    t.to - t.from <= 63 + quotes)
			continue;
		f = pg_found_obj(l, HAZ_ID_PN6, &(struct obj){
		    .kind = OBJ_SCHEMA, .name = str_sub(l->s->sql, t.from +
		    quotes / 2, t.to - quotes / 2) });
		pg_say(f, SEV_CAUTION, str_z(f->h.def->title));
	}
}

static struct found *of_file(const struct lens *l, enum hazard_id id,
    enum sev sev, struct str text)
{
	struct found *f = pg_found_obj(l, id, &(struct obj){
	    .kind = OBJ_SCHEMA, .name = l->s->entry->tag });

	f->h.object = l->s->entry->tag;
	pg_say(f, sev, text.n ? text : str_z(hazard_defs[id].title));
	return f;
}

static void by_flags(const struct lens *l)
{
	unsigned flags = l->g->flags;

	if (flags & PG_UNPARSED)
		(void)of_file(l, HAZ_ID_PN7, l->ran ? SEV_CAUTION :
		    SEV_DESTRUCTIVE, arena_printf(l->w->a, "not understood by "
		    "the built-in parser: %.*s", STR_ARG(l->g->error)));
	else if (flags & PG_ANYTHING)	/* outside, nothing can be undone */
		(void)of_file(l, HAZ_ID_PT33_CODE, l->ran &&
		    !(flags & PG_OUTSIDE_TX) ? SEV_CAUTION : SEV_DESTRUCTIVE,
		    arena_printf(l->w->a, "%s runs code that may do anything%s",
		    pg_kinds[l->g->kind].words, flags & PG_OUTSIDE_TX ?
		    ", in no transaction that could be rolled back" : ""));
	if ((flags & PG_OUTSIDE_TX) && l->g->kind != PG_CREATE_INDEX)
		(void)of_file(l, HAZ_ID_PN1, SEV_INFO, arena_printf(l->w->a,
		    "%s runs outside a transaction",
		    pg_kinds[l->g->kind].words));
}

/* A role that may do everything, or let others in past every policy. */
static bool gives_power(const struct lens *l)
{
	static const char *const powers[] = { "superuser", "createrole",
		"bypassrls", "replication" };

	for (size_t i = 0; i < l->s->sql.n;) {
		struct token t = l->w->d->token(l->s->sql, i);
		struct str word = str_sub(l->s->sql, t.from, t.to);

		i = t.to;
		if (t.kind == TOKEN_END)
			return false;
		for (size_t k = 0; k < sizeof(powers) / sizeof(*powers); k++)
			if (t.kind == TOKEN_WORD &&
			    str_ieq(word, str_z(powers[k])))
				return true;
	}
	return false;
}

static void one_beyond(const struct lens *l, struct str name)
{
	static const enum hazard_id loses[PG_KIND_N] = {
		[PG_DROP_DATABASE] = HAZ_ID_PT36,
		[PG_DROP_TABLESPACE] = HAZ_ID_PT36_SPACE,
		[PG_DROP_OWNED] = HAZ_ID_PT36_OWNED,
		[PG_DROP_ROLE] = HAZ_ID_PT36_ROLE,
	};
	/* makes something new, or says a word about it */
	static const bool mild[PG_KIND_N] = {
		[PG_CREATE_ROLE] = true, [PG_CREATE_DATABASE] = true,
		[PG_CREATE_TABLESPACE] = true, [PG_CREATE_EXTENSION] = true,
		[PG_CREATE_FUNCTION] = true, [PG_COMMENT] = true,
		[PG_GRANT] = true, [PG_RENAME] = true,
	};
	static const char *const after[PG_KIND_N] = {
		[PG_RENAME] = "who comes by the old name is not let in; "
		    "renaming it again is the way back" };
	const char *words = pg_kinds[l->g->kind].words;
	enum hazard_id id = loses[l->g->kind];
	bool asks = id || !mild[l->g->kind] ||
	    (l->g->kind == PG_CREATE_ROLE && gives_power(l));
	struct found *f = pg_found_obj(l, id ? id : HAZ_ID_PT36_SERVER,
	    &(struct obj){ .kind = OBJ_ROLE,
	    .name = name.n ? name : STR("server") });

	pg_say(f, asks ? SEV_DESTRUCTIVE : SEV_CAUTION, arena_printf(l->w->a,
	    "%s%s%.*s: %s", words, name.n ? " " : "", STR_ARG(name),
	    after[l->g->kind] ? after[l->g->kind] : f->h.def->title));
}

/* PT36: what other databases of the server have too. */
static void beyond(const struct lens *l)
{
	if (!(l->g->flags & PG_CLUSTER_WIDE))
		return;
	if (!l->g->nobjs && !l->g->roles.n)
		one_beyond(l, STR(""));
	for (size_t i = 0; i < l->g->nobjs; i++)
		one_beyond(l, l->g->objs[i].name);
	for (size_t i = 0; !l->g->nobjs && i < l->g->roles.n; i++)
		one_beyond(l, l->g->roles.v[i]);
}

static void sets(const struct lens *l)
{
	struct found *f;

	if (l->g->kind != PG_SET || !str_is(l->g->setting,
	    "session_replication_role") || str_ieq(l->g->setting_value,
	    STR("origin")) || !l->g->setting_value.n)
		return;
	f = pg_found_obj(l, HAZ_ID_PT26, &(struct obj){ .kind = OBJ_SCHEMA,
	    .name = l->g->setting });
	pg_say(f, SEV_CAUTION, STR("from here on no trigger runs and no "
	    "foreign key is enforced"));
}

static void (*const words[PG_KIND_N])(const struct lens *) = {
	[PG_DROP] = w_drop, [PG_RENAME] = w_rename,
	[PG_SET_SCHEMA] = w_moved, [PG_OWNER] = w_moved,
	[PG_GRANT] = w_grant, [PG_GRANT_ROLE] = w_grant,
	[PG_CREATE_TABLE] = w_create_table,
	[PG_CREATE_TABLE_AS] = w_create_table,
	[PG_CREATE_INDEX] = w_create_index, [PG_REINDEX] = w_reindex,
	[PG_CLUSTER] = w_cluster,
	[PG_REFRESH] = w_refresh, [PG_CREATE_POLICY] = w_policy,
	[PG_ALTER_POLICY] = w_policy, [PG_CREATE_TRIGGER] = w_trigger,
	[PG_CREATE_RULE] = w_trigger, [PG_ALTER_ENUM] = w_enum,
};

void pg_detect_words(const struct lens *l)
{
	if (words[l->g->kind] && (l->g->nobjs || l->g->revoke))
		words[l->g->kind](l);
	pg_detect_sequence(l);
	takes_large_objects(l);
	sets(l);
	long_names(l);
	by_flags(l);
	beyond(l);
}
