/*
 * pg_weight: what a statement locks, and whether it reads or writes the whole
 * table under that lock.  How large the table is comes from the live model.
 */
#include "plan/pg.h"

static void add(struct work *w, struct sbuf *b, enum pg_lock lock,
    struct str key)
{
	if (lock == PG_LOCK_NONE)
		return;
	if (b->n)
		SQL(b, ", ");
	sbuf_addz(b, pg_lock_name[lock]);
	SQL(b, " on ");
	sbuf_add(b, key);
	(void)w;
}

static void heavier(struct stmt *s, const struct spot *p)
{
	if (p->live && p->live->bytes > s->bytes)
		s->bytes = p->live->bytes;
}

static void lock_objects(const struct lens *l, struct pg_locks locks,
    struct sbuf *b)
{
	struct stmt *s = &l->w->stmts[l->i];
	struct spot p;

	for (size_t i = 0; i < l->g->nobjs; i++) {
		const struct pg_obj *o = &l->g->objs[i];

		if (o->kind != OBJ_TABLE && !o->table.n)
			continue;
		p = spot_obj(l, o);
		if (!p.live)
			continue;
		add(l->w, b, locks.on, p.live_key);
		heavier(s, &p);
		/* a dropped or emptied table locks what it refers to */
		for (size_t k = 0; locks.refs == PG_LOCK_AX &&
		    l->g->kind == PG_DROP && p.now && k < p.now->nfks; k++) {
			struct spot parent = spot_of(l,
			    p.now->fks[k]->ref_schema,
			    p.now->fks[k]->ref_table);

			if (parent.live && parent.live != p.live)
				add(l->w, b, PG_LOCK_AX, parent.live_key);
		}
	}
	for (size_t i = 0; i < l->g->nwrites; i++) {
		p = spot_of(l, l->g->writes[i].schema, l->g->writes[i].table);
		if (p.live && l->g->kind != PG_TRUNCATE)
			add(l->w, b, PG_LOCK_RX, p.live_key);
	}
	for (size_t i = 0; l->g->kind != PG_CREATE_INDEX &&
	    i < l->g->nrefs; i++) {
		p = spot_obj(l, &l->g->refs[i]);
		if (p.live)
			add(l->w, b, locks.refs, p.live_key);
	}
}

static bool type_rewrites(const struct lens *l)
{
	for (size_t i = 0; i < l->w->found.n; i++) {
		const struct found *f = &l->w->found.v[i];

		if (f->stmt == l->i && f->h.def->cls == HAZ_REWRITE)
			return true;
	}
	return false;
}

void pg_detect_weight(const struct lens *l)
{
	struct stmt *s = &l->w->stmts[l->i];
	struct pg_locks locks = pg_stmt_locks(l->g, l->w->version);
	struct sbuf b = SBUF_TEXT;

	lock_objects(l, locks, &b);
	s->locks = arena_str(l->w->a, sbuf_str(&b));
	s->scans = s->locks.n && locks.scans;
	s->rewrites = s->locks.n && (locks.rewrites || type_rewrites(l));
	sbuf_free(&b);
}
