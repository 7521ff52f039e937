/* b_date: Date with arguments, in UTC (rule B.3); without, it is unknown. */
#include <math.h>
#include <stdio.h>

#include "ts/builtins.h"

#define DAY 86400000.0

/* Days since 1970-01-01 of a proleptic Gregorian date (month from 1). */
static double days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return (double)(era * 146097 + doe - 719468);
}

struct parts {
	int64_t year, month, day;	/* month from 1 */
	int hour, minute, second, ms, weekday;
};

static bool parts_of(double t, struct parts *p)
{
	int64_t z, era, doe, yoe, doy, mp;
	double days = floor(t / DAY), rest = t - days * DAY;

	if (!isfinite(t) || fabs(t) > 8.64e15)
		return false;
	z = (int64_t)days + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	p->day = doy - (153 * mp + 2) / 5 + 1;
	p->month = mp < 10 ? mp + 3 : mp - 9;
	p->year = yoe + era * 400 + (p->month <= 2);
	p->hour = (int)(rest / 3600000);
	p->minute = (int)(rest / 60000) % 60;
	p->second = (int)(rest / 1000) % 60;
	p->ms = (int)fmod(rest, 1000);
	p->weekday = (int)(((int64_t)days % 7 + 11) % 7);
	return true;
}

bool ts_iso_date(double ms, char out[32])
{
	struct parts p;

	if (!parts_of(ms, &p))
		return false;
	if (p.year < 0 || p.year > 9999)
		snprintf(out, 32, "%c%06d-", p.year < 0 ? '-' : '+',
		    (int)(p.year < 0 ? -p.year : p.year));
	else
		snprintf(out, 32, "%04d-", (int)p.year);
	snprintf(out + strlen(out), 32 - strlen(out),
	    "%02d-%02dT%02d:%02d:%02d.%03dZ", (int)p.month, (int)p.day,
	    p.hour, p.minute, p.second, p.ms);
	return true;
}

/* The ISO forms of ECMA-262 21.4.1.32; a time without zone is UTC here. */
static double read_date(struct str s)
{
	int y, mo = 1, d = 1, h = 0, mi = 0, se = 0, zh = 0, zm = 0, n = 0;
	double ms = 0;
	char text[64], zone = 'Z';
	const char *p = text;

	if (s.n >= sizeof(text))
		return NAN;
	memcpy(text, s.p ? s.p : "", s.n);
	text[s.n] = '\0';
	if (sscanf(p, "%4d%n", &y, &n) != 1 || n != 4)
		return NAN;
	p += n;
	if (*p == '-' && sscanf(p, "-%2d%n", &mo, &n) == 1)
		p += n;
	if (*p == '-' && sscanf(p, "-%2d%n", &d, &n) == 1)
		p += n;
	if ((*p == 'T' || *p == ' ') &&
	    sscanf(p + 1, "%2d:%2d%n", &h, &mi, &n) == 2)
		p += n + 1;
	if (*p == ':' && sscanf(p, ":%2d%n", &se, &n) == 1)
		p += n;
	if (*p == '.') {
		double unit = 100;

		for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10)
			ms += (*p - '0') * unit;
	}
	if (*p == '+' || *p == '-') {
		zone = *p;
		if (sscanf(p + 1, "%2d:%2d%n", &zh, &zm, &n) != 2)
			return NAN;
		p += n + 1;
	} else if (*p == 'Z') {
		p++;
	}
	if (*p || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 24 || mi > 59 ||
	    se > 59)
		return NAN;
	return days_of(y, mo, d) * DAY + h * 3600000.0 + mi * 60000.0 +
	    se * 1000.0 + floor(ms) - (zone == 'Z' ? 0 : (zone == '-' ? -1 :
	    1) * (zh * 3600000.0 + zm * 60000.0));
}

static double of_numbers(struct ts_run *r, const struct ts_call *c)
{
	double v[7] = { 1970, 0, 1, 0, 0, 0, 0 };
	double year, month;

	for (size_t i = 0; i < 7 && i < c->n; i++)
		v[i] = trunc(ts_to_number(r, c->v[i]));
	for (size_t i = 0; i < 7; i++)
		if (!isfinite(v[i]) || fabs(v[i]) > 1e12)
			return NAN;
	if (v[0] >= 0 && v[0] <= 99)
		v[0] += 1900;
	year = v[0] + floor(v[1] / 12);
	month = fmod(fmod(v[1], 12) + 12, 12);
	if (fabs(year) > 400000)
		return NAN;
	return (days_of((int64_t)year, (int64_t)month + 1, 1) + v[2] - 1) *
	    DAY + v[3] * 3600000 + v[4] * 60000 + v[5] * 1000 + v[6];
}

BUILTIN(date_date)
{
	struct ts_object *o = ts_object_new(r);
	struct ts_value v = ts_arg(c, 0);

	if (!c->n || !c->target) {
		*out = ts_varies(r, "the time of day");
		return FLOW_NEXT;
	}
	if (bi_unknown(c, c->n, out))
		return FLOW_NEXT;
	o->class_of = CLASS_DATE;
	o->proto = r->proto.date;
	if (c->n > 1)
		o->number = of_numbers(r, c);
	else if (v.type == TSV_STRING)
		o->number = read_date(v.text);
	else
		o->number = trunc(ts_to_number(r, v));
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(date_utc)
{
	if (bi_unknown(c, c->n, out))
		return FLOW_NEXT;
	*out = ts_number(of_numbers(r, c));
	return FLOW_NEXT;
}

BUILTIN(date_parse)
{
	struct str s;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	*out = ts_number(read_date(s));
	return FLOW_NEXT;
}

static bool self_parts(const struct ts_call *c, struct parts *p)
{
	*p = (struct parts){ 0 };
	return c->self.type == TSV_OBJECT &&
	    c->self.object->class_of == CLASS_DATE &&
	    parts_of(c->self.object->number, p);
}

#define PART(name, value) \
BUILTIN(date_##name) \
{ \
	struct parts p; \
	(void)r; \
	*out = ts_number(self_parts(c, &p) ? (double)(value) : NAN); \
	return FLOW_NEXT; \
}
PART(day, p.day)
PART(weekday, p.weekday)
PART(year, p.year)
PART(hours, p.hour)
PART(ms, p.ms)
PART(minutes, p.minute)
PART(month, p.month - 1)
PART(seconds, p.second)

BUILTIN(date_time)
{
	(void)r;
	*out = ts_number(c->self.type == TSV_OBJECT ? c->self.object->number :
	    NAN);
	return FLOW_NEXT;
}

BUILTIN(date_iso)
{
	char text[32];

	if (c->self.type != TSV_OBJECT ||
	    !ts_iso_date(c->self.object->number, text))
		return ts_throw(r, "RangeError", "Invalid time value");
	*out = ts_text(arena_str(r->a, str_z(text)));
	return FLOW_NEXT;
}
