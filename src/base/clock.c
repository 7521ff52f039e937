/* clock.c: reading and writing time. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#define NOT_FIXED INT64_MIN

static _Atomic int64_t fixed = NOT_FIXED;

int64_t clock_now_ms(void)
{
	int64_t pinned = atomic_load(&fixed);
	struct timespec t;

	if (pinned != NOT_FIXED)
		return pinned;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

double clock_mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void clock_fix(int64_t ms)
{
	atomic_store(&fixed, ms);
}

/* Milliseconds to calendar parts, rounding down before 1970 too. */
static int split(int64_t ms, struct tm *t)
{
	int64_t rest = ms % 1000;
	time_t s = (time_t)(ms / 1000);

	if (rest < 0) {
		rest += 1000;
		s--;
	}
	if (!gmtime_r(&s, t))
		*t = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	return (int)rest;
}

void clock_utc(struct sbuf *b, int64_t ms, bool file_safe)
{
	struct tm t;
	int rest = split(ms, &t);

	if (file_safe)
		sbuf_addf(b, "%04d%02d%02dT%02d%02d%02d.%03dZ",
		    t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
		    t.tm_min, t.tm_sec, rest);
	else
		sbuf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		    t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
		    t.tm_min, t.tm_sec);
}

void clock_short(struct sbuf *b, int64_t ms)
{
	struct tm t;

	split(ms, &t);
	sbuf_addf(b, "%04d-%02d-%02d %02d:%02d", t.tm_year + 1900, t.tm_mon + 1,
	    t.tm_mday, t.tm_hour, t.tm_min);
}
