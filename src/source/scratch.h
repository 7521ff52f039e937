#ifndef WEIR_SOURCE_SCRATCH_H
#define WEIR_SOURCE_SCRATCH_H
/*
 * scratch: the engines that files are run on to see what they make, and the
 * rule where on a server they may be made (DESIGN §6).
 *
 * On SQLite a scratch engine lives in memory and there is nothing to decide.
 * On PostgreSQL it is a database on some server, which is a thing written
 * there: only where the rule below allows it.  A handle belongs to a session
 * and to its thread; databases that are given back are kept for the next use
 * and made empty then, and all go with scratch_free(), also on failure.
 */
#include "drv/drv.h"

struct scratch;			/* NULL everywhere: SQLite, in memory */

struct scratch_policy {
	enum dialect_id dialect;
	struct drv_target target;	/* the database that is looked at */
	struct str conninfo;		/* --scratch URL, or "" */
	bool on_server;			/* --scratch=server */
	bool read_only;			/* --read-only */
	bool production;		/* its label says so */
	/* Asked once, where only a person may decide; NULL: nobody is there.
	 * true: on the server of the target, or on that of *conninfo, which
	 * then outlives the handle. */
	bool (*ask)(void *arg, const char *why, struct str *conninfo);
	void *arg;
};

enum scratch_place {
	SCRATCH_MEMORY,		/* SQLite */
	SCRATCH_GIVEN,		/* --scratch URL */
	SCRATCH_HERE,		/* on the server of the target */
	SCRATCH_ASK,		/* there too, once somebody has said so */
	SCRATCH_NONE,		/* not executed */
};
/* The rule alone.  *why: what to say for SCRATCH_ASK and SCRATCH_NONE. */
enum scratch_place scratch_place_of(const struct scratch_policy *p, bool local,
    const char **why);

/* Texts of the policy are borrowed and must outlive the handle. */
struct scratch *scratch_new(const struct scratch_policy *p);
/* Who is asked, where the policy that it was made of had nobody. */
void scratch_asks(struct scratch *s, bool (*ask)(void *arg, const char *why,
    struct str *conninfo), void *arg);
/* Would scratch_open() ask somebody first? */
bool scratch_would_ask(const struct scratch *s);
enum dialect_id scratch_dialect(const struct scratch *s);
/*
 * An empty engine.  RC_DENIED: there is none to be had; the message says why
 * and the hint how to name one: prediction then says "not executed".
 * for_clone: it will hold stored texts of a live database (SQLite: "strings"
 * in double quotes are accepted in its DDL).
 */
enum rc scratch_open(struct scratch *s, bool for_clone, struct drv **out,
    struct err *e) MUST_CHECK;
/* Done with it; the connection must not be used any more.  NULL is fine. */
void scratch_close(struct scratch *s, struct drv *d);
/* Told when an engine is handed out and, before anything is closed, when it is
 * given back: so that a signal can interrupt it. */
void scratch_watch(struct scratch *s, void (*used)(void *arg, struct drv *d,
    bool on), void *arg);
/* Drops what stands unused; the handle goes on. */
void scratch_release(struct scratch *s);
/* Drops every database that was made.  NULL is fine. */
void scratch_free(struct scratch *s);

#endif
