/* typed: booleans, times and enums, by declared type and by name. */
#include "ui/view/typed.h"

#include "base/clock.h"

/* Times that are told from other numbers: 1990 up to 2100, in seconds. */
#define TIME_FIRST INT64_C(631152000)
#define TIME_LAST INT64_C(4102444800)

static bool is_boolean(struct str type)
{
	return str_ieq(type, STR("boolean")) || str_ieq(type, STR("bool"));
}

bool typed_show(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out)
{
	bool yes = (v->kind == VALUE_INT && v->i == 1) ||
	    (v->kind == VALUE_TEXT && str_is(v->s, "t"));
	bool no = (v->kind == VALUE_INT && v->i == 0) ||
	    (v->kind == VALUE_TEXT && str_is(v->s, "f"));

	if ((!is_boolean(c->type) && by != TS_MEANS_BOOLEAN) || (!yes && !no))
		return false;
	sbuf_addz(out, yes ? "true" : "false");
	return true;
}

static bool ends(struct str s, const char *tail)
{
	struct str t = str_z(tail);

	return s.n >= t.n && str_ieq(str_sub(s, s.n - t.n, s.n), t);
}

static bool says_time(const struct rows_col *c)
{
	static const char *const tails[] = { "_at", "At", "_on", "date",
		"time" };

	if (ends(c->type, "timestamp") || ends(c->type, "datetime") ||
	    ends(c->type, "date"))
		return true;
	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
		if (ends(c->name, tails[i]))
			return true;
	return false;
}

static const struct {
	int64_t per_second;
	const char *name;
} units[] = {
	{ 1, "seconds" }, { 1000, "milliseconds" }, { 1000000, "microseconds" },
};

/* The ranges of the units lie apart, so the number tells its own. */
static bool as_ms(const struct value *v, int64_t *ms, size_t *unit)
{
	for (size_t i = 0; v->kind == VALUE_INT && i < 3; i++) {
		int64_t per = units[i].per_second;

		if (v->i < TIME_FIRST * per || v->i >= TIME_LAST * per)
			continue;
		*ms = per > 1000 ? v->i / (per / 1000) : v->i * (1000 / per);
		*unit = i;
		return true;
	}
	return false;
}

/* By the schema files: any number is one, up to the year 9999. */
static bool declared_ms(enum ts_meaning by, const struct value *v,
    int64_t *ms)
{
	static const int64_t per_second[] = { [TS_MEANS_SECONDS] = 1,
		[TS_MEANS_MS] = 1000 };
	int64_t per;

	if ((by != TS_MEANS_SECONDS && by != TS_MEANS_MS) ||
	    v->kind != VALUE_INT)
		return false;
	per = per_second[by];
	if (v->i < 0 || v->i > INT64_C(253402300799) * per)
		return false;
	*ms = v->i * (1000 / per);
	return true;
}

bool typed_time(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out)
{
	size_t unit;
	int64_t ms;

	if (!declared_ms(by, v, &ms) && (c->fk || c->pk || !says_time(c) ||
	    !as_ms(v, &ms, &unit)))
		return false;
	clock_short(out, ms);
	return true;
}

bool typed_time_hint(const struct rows_col *c, enum ts_meaning by,
    const struct value *v, struct sbuf *out)
{
	size_t unit = 0;
	int64_t ms;
	bool declared = declared_ms(by, v, &ms);

	if (!declared && (c->fk || c->pk || !as_ms(v, &ms, &unit)))
		return false;
	clock_utc(out, ms, false);
	if (!declared && !says_time(c))
		sbuf_addf(out, "  if %s since 1970", units[unit].name);
	return true;
}

struct strs typed_labels(const struct model *m, const struct rows_col *c,
    const struct ts_column_origin *of)
{
	const struct obj *o = c->column && c->column->type_schema.n ?
	    model_find(m, OBJ_ENUM, c->column->type_schema, STR(""),
		c->column->type_name) : NULL;

	return o ? ((const struct enum_type *)o)->values : of ? of->labels :
	    (struct strs){ NULL, 0 };
}
