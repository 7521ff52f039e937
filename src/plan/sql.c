/* The SELECTs that count.  Names are quoted by the dialect; whole texts are
 * expressions that the engine itself stored. */
#include "plan/internal.h"

struct str sql_form(const struct work *w, const char *form,
    const struct str *names)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (; *form; form++) {
		if (*form == '@')
			w->d->ident(&b, *names++);
		else if (*form == '$')
			sbuf_add(&b, *names++);
		else
			sbuf_addc(&b, *form);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

void probe_set(const struct work *w, struct found *f, const char *form,
    const struct place *names, size_t n)
{
	struct str *v = arena_array(w->a, struct str, n ? n : 1);
	bool live = true;

	for (size_t i = 0; i < n; i++)
		v[i] = names[i].now;
	f->now_count = sql_form(w, form, v);
	for (size_t i = 0; i < n; i++) {
		v[i] = names[i].live;
		live = live && names[i].live.p;
	}
	if (live)
		f->live_count = sql_form(w, form, v);
	f->h.count_sql = f->live_count;
}

void probe_of(const struct work *w, struct found *f, struct place table)
{
	f->now_of = sql_form(w, "SELECT count(*) FROM @", &table.now);
	if (table.live.p)
		f->live_of = sql_form(w, "SELECT count(*) FROM @", &table.live);
}

struct str sql_list(const struct work *w, struct strs names, const char *before)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < names.n; i++) {
		if (i)
			SQL(&b, ", ");
		sbuf_addz(&b, before);
		w->d->ident(&b, names.v[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct place place_list(const struct work *w, struct str table,
    struct strs cols, const char *before)
{
	struct str *live = arena_array(w->a, struct str, cols.n ? cols.n : 1);
	struct place p = { .now = sql_list(w, cols, before) };

	for (size_t i = 0; i < cols.n; i++) {
		live[i] = place_column(w, table, cols.v[i]).live;
		if (!live[i].p)
			return p;
	}
	p.live = sql_list(w, (struct strs){ live, cols.n }, before);
	return p;
}

bool sql_names(const struct dialect *d, struct str sql, struct str name)
{
	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to)) {
		struct str w = str_sub(sql, t.from, t.to);

		if (w.n >= 2 && (w.p[0] == '"' || w.p[0] == '`' ||
		    w.p[0] == '['))
			w = str_sub(w, 1, w.n - 1);
		if (str_ieq(w, name))
			return true;
		if (t.to <= t.from)
			break;
	}
	return false;
}
