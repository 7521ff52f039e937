/* save_object: what is saved goes to the undo store: see save.h. */
#include "op/apply/save.h"

#include "base/fs.h"
#include "op/undo/keep.h"

enum rc save_ready(struct apply *ap, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!s->store)
		rc = store_make(str_z(run_log_dir(ap->log)),
		    ap->base->dialect, ap->rq->db_label, &s->store, e);
	if (!rc && !s->in_tx && ap->o->project->keeping.limit)
		store_bound(s->store, ap->o->project->keeping.limit -
		    kept_bytes(ap->o->project, ap->a));
	if (!rc && !s->in_tx) {
		rc = store_begin(s->store, e);
		s->in_tx = !rc;
	}
	return rc;
}

enum rc save_room(struct apply *ap, const struct table *t, struct err *e)
{
	int64_t left = fs_free_bytes(run_log_dir(ap->log));
	int64_t need = t->bytes >= 0 ? t->bytes : ap->rq->db.path.n ?
	    lite_probe(ap->rq->db.path).bytes : -1;
	struct sbuf b = SBUF_TEXT;

	if (left < 0 || need < 0 || need < left / 2)
		return RC_OK;
	sbuf_addz(&b, "the rows of ");
	sbuf_add(&b, t->o.name);
	sbuf_addz(&b, " may not fit where they are to be saved: up to ");
	sbuf_add_count(&b, need);
	sbuf_addz(&b, " bytes, and ");
	sbuf_add_count(&b, left);
	sbuf_addz(&b, " are free");
	err_set(e, RC_DECISION, "%.*s", STR_ARG(sbuf_str(&b)));
	err_hint(e, "choose a place with --state DIR, or go without: "
	    "--no-undo-data");
	sbuf_free(&b);
	return RC_DECISION;
}

/* The loss of the plan that names the table: of the statement, or of the
 * rebuild that it is part of. */
static const char *reason_of(const struct plan *p, const struct stmt *st,
    struct str table)
{
	const char *any = "";

	for (size_t i = 0; i < p->n; i++) {
		const struct stmt *x = &p->v[i];

		if (x != st && (!st->group || x->group != st->group))
			continue;
		for (size_t k = 0; k < x->nhaz; k++) {
			if (x->haz[k].def->cls != HAZ_LOSS)
				continue;
			any = x->haz[k].def->slug;
			if (same_table(p->from->dialect,
			    x->haz[k].table, table))
				return any;
		}
	}
	return any;
}

struct saved save_object(struct apply *ap, const struct stmt *st,
    const struct table *t, enum saved_kind kind, struct strs key,
    struct strs cols)
{
	struct saver *s = ap->saver;
	struct obj was = save_was(s, t);

	return (struct saved){ .tag = s->step->track->tag,
		.stmt = (int64_t)st->run->offset, .kind = kind,
		.schema = was.schema, .table = was.name,
		.key = save_columns_were(ap, t, key),
		.cols = save_columns_were(ap, t, cols),
		.reason = str_z(reason_of(ap->rq->plan, st,
		    table_called(&was, ap->a))), .ddl = t->sql };
}

enum rc save_exact(struct apply *ap, bool on, struct err *e)
{
	return ap->d->ops->exact_text ? ap->d->ops->exact_text(ap->d, on, e) :
	    RC_OK;
}

enum rc save_copy(struct apply *ap, struct drv *d, struct str sql,
    const struct saved *o, struct err *e)
{
	struct saver *s = ap->saver;
	struct cursor *c = NULL;
	struct saved done;
	bool more = false;
	enum rc rc = store_object(s->store, o, e);

	if (!rc && d == ap->d)
		rc = save_exact(ap, true, e);
	if (!rc)
		rc = d->ops->stream ? d->ops->stream(d, sql, &c, e) :
		    drv_query(d, sql, NULL, 0, SIZE_MAX, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		rc = store_row(s->store, c->row, e);
	cursor_close(c);
	if (!rc && d == ap->d)
		rc = save_exact(ap, false, e);
	if (!rc)
		rc = store_object_end(s->store, &done, e);
	if (rc) {
		err_prefix(e, "saving rows of %.*s", STR_ARG(o->table));
		return rc;
	}
	s->objects += done.rows > 0 || done.kind == SAVED_CELLS;
	s->rows += done.rows;
	s->bytes += done.bytes;
	if (s->step->kind == STEP_DOWN && done.rows > 0)
		taken_tell(ap, &done);
	return RC_OK;
}


void save_from(struct sbuf *b, struct apply *ap, const struct table *t)
{
	SQL(b, " FROM ");
	if (t->type != TABLE_PARTITIONED)
		sbuf_addz(b, save_words[ap->base->dialect].only);
	ap->d->ops->dialect->table(b, &t->o);
}

void save_typed_name(struct sbuf *b, size_t i)
{
	sbuf_addf(b, "pg_temp.weir_typed_%zu", i);
}

/* Off, a policy that would cut rows is an error instead. */
enum rc save_sees_all(struct apply *ap, const struct table *t, struct err *e)
{
	const struct drv_ops *ops = ap->d->ops;
	struct err ignored = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	struct value v = { 0 };
	enum rc rc;

	if (!t->row_security || !ops->all_rows)
		return RC_OK;
	SQL(&b, "SELECT 1");
	save_from(&b, ap, t);
	SQL(&b, " LIMIT 1");
	rc = ops->all_rows(ap->d, true, e);
	if (!rc)
		rc = drv_scalar(ap->d, sbuf_str(&b), NULL, 0, ap->a, &v, e);
	sbuf_free(&b);
	if (ops->all_rows(ap->d, false, rc ? &ignored : e) && !rc)
		rc = e->code;
	if (rc != RC_DENIED)
		return rc;
	err_set(e, RC_DECISION, "row security keeps rows of %.*s from this "
	    "role: they cannot be saved", STR_ARG(table_called(&t->o,
	    ap->a)));
	err_hint(e, "migrate as a role that sees them all, or go without: "
	    "--no-undo-data");
	return RC_DECISION;
}

enum rc save_select(struct apply *ap, const struct stmt *st,
    const struct table *t, enum saved_kind kind, struct strs key,
    struct strs cols, struct str tail, struct err *e)
{
	enum dialect_id id = ap->base->dialect;
	struct saved o = save_object(ap, st, t, kind, key, cols);
	struct strs beside = { NULL, 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc = save_sees_all(ap, t, e);

	if (rc)
		return rc;
	if (kind == SAVED_CELLS)
		beside = save_witnesses(ap, t, key, cols, &o.agree);
	o.witnesses = save_columns_were(ap, t, beside);
	SQL(&b, "SELECT ");
	save_columns(&b, id, "o.", strs_joined(key, cols, ap->a),
	    save_words[id].text);
	if (kind == SAVED_CHANGED) {
		SQL(&b, ", ");
		save_columns(&b, id, "n.", cols, save_words[id].text);
	}
	for (size_t i = 0; i < beside.n; i++) {
		SQL(&b, ", ");
		save_cut(&b, id, "o.", beside.v[i]);
	}
	save_from(&b, ap, t);
	SQL(&b, " AS o");
	sbuf_add(&b, tail);
	rc = save_copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}
