/*
 * core_session: see core_local.h.  Opened, read again and closed on the
 * worker's thread; of rule C.3 (core.c).
 */
#include <stdio.h>

#include "base/fs.h"
#include "base/vec.h"
#include "ui/core_local.h"

static enum rc run_open(struct job *j, void **result, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = session_open(j->project, &s, e);

	if (rc == RC_OK)
		*result = s;
	return rc;
}

static void drop_session(void *s)
{
	session_close(s);
}

static enum rc run_close(struct job *j, void **result, struct err *e)
{
	(void)result, (void)e;
	session_close(j->session);
	return RC_OK;
}

static enum rc run_status(struct job *j, void **result, struct err *e)
{
	struct status *st = arena_new_of(j->a, struct status);
	enum rc rc = status_build(j->session, false, j->a, st, e);

	if (rc == RC_OK)
		*result = st;
	return rc;
}

enum { KEY_OPEN = 1, KEY_CLOSE, KEY_STATUS };

/* The wait before try n of getting the server back. */
static double patience_ms(unsigned tries)
{
	return tries > 5 ? 30000 : tries ? 1000 * (1 << (tries - 1)) : 0;
}

void core_server_gone(struct core *c, const struct err *why)
{
	bool was = c->lost.on;

	c->lost.on = true;
	c->lost.why = *why;
	c->lost.next = clock_mono_ms() + patience_ms(c->lost.tries++);
	if (!was)
		core_tell_all(c, &(struct msg){ .kind = MSG_RESIZE });
	c->dirty = true;
}

static void server_is_back(struct core *c)
{
	bool was = c->lost.on;

	c->lost = (struct lost){ .on = false };
	if (!was)
		return;
	core_tell_all(c, &(struct msg){ .kind = MSG_RESIZE });
	core_message(c, STYLE_OK, "connected again; what is shown is read anew");
}

/* From now on; sessions and jobs of before keep theirs. */
static void use_project(struct core *c, const struct project *p)
{
	c->app.project = arena_copy(c->own, p, sizeof(*p));
	worker_project(c->worker, c->app.project);
}

void core_ask_session(struct core *c)
{
	struct project late;
	struct job *j;

	if (c->opening || c->app.changing) {
		c->reload_again = true;
		return;
	}
	c->reload_again = false;
	c->opening = true;
	c->asked_at = watch_now();
	/* what has changed so far is going to be read */
	(void)watch_changed(c->folder);
	if (c->app.asker)
		asker_go(c->app.asker);
	if (project_folder_came(c->app.project, &late))
		use_project(c, &late);
	j = job_new(&(struct job_spec){ .what = "opening", .key = KEY_OPEN,
		.flags = JOB_INTERNAL, .run = run_open });
	j->drop = drop_session;
	j->loud = true;
	c->jobs++;
	c->loud++;
	c->load = (struct loading){ 0, "opening", j->posted_ms };
	worker_post(c->worker, j);
}

void core_close_session(struct core *c, struct session *old)
{
	struct job *j;

	if (!old)
		return;
	j = job_new(&(struct job_spec){ .what = "closing", .key = KEY_CLOSE,
		.flags = JOB_INTERNAL, .run = run_close });
	j->session = old;
	c->jobs++;
	worker_post(c->worker, j);
}

void core_read_only(struct core *c, bool on)
{
	struct project p = *c->app.project;

	p.read_only = p.db.read_only = on;
	use_project(c, &p);
	c->app.read_only = on;
	core_ask_session(c);
}

static bool nothing_found(const struct core *c)
{
	const struct project *p = c->app.project;

	return !c->app.session || (!p->folder.n && !project_has_db(p) &&
	    !p->kit.schema.n);
}

void core_drop_status(struct core *c)
{
	c->app.status = NULL;
	arena_free(c->status_arena);
	c->status_arena = NULL;
}

/* Files that come, go and change, with a branch or in an editor. */
static void watch_folder(struct core *c)
{
	const struct project *p = c->app.project;
	const struct folder *f = c->app.session ? c->app.session->folder : NULL;
	struct arena *a = arena_new();
	VEC(struct str) v = { 0 };

	if (p->folder.n) {
		vec_push(a, &v, path_absolute(a, p->folder));
		vec_push(a, &v, path_join(a, v.v[0], STR("meta")));
		vec_push(a, &v, path_join(a, v.v[1], STR("_journal.json")));
	}
	for (size_t i = 0; p->folder.n && f && i < f->n; i++) {
		vec_push(a, &v, path_absolute(a, f->v[i].file));
		if (f->v[i].down_file.n)
			vec_push(a, &v, path_absolute(a, f->v[i].down_file));
	}
	watch_set(c->folder, &(struct watch_list){ .v = v.v, .n = v.n,
		.since = c->asked_at });
	arena_free(a);
}

/* Is a file of both another text now?  What a plan was made of is gone. */
static bool texts_differ(const struct session *old, const struct session *now)
{
	const struct folder *f = old ? old->folder : NULL;

	for (size_t i = 0; f && now && i < now->states.n; i++) {
		const struct entry *e = now->states.v[i].entry;

		for (size_t k = 0; k < f->n; k++)
			if (str_eq(f->v[k].tag, e->tag) &&
			    (strcmp(f->v[k].hex, e->hex) != 0 ||
			    !str_eq(f->v[k].down, e->down)))
				return true;
	}
	return false;
}

static void session_came(struct core *c, struct event *ev)
{
	struct session *old = c->app.session;

	c->opening = false;
	if (c->app.changing) {	/* asked for meanwhile: read again afterwards */
		if (!ev->rc)
			core_close_session(c, ev->result);
		return;
	}
	if (ev->rc == RC_DENIED && c->app.asker)
		asker_forget(c->app.asker);	/* the password was wrong */
	if (ev->rc && c->app.session && (drv_lost(&ev->err) || c->lost.on)) {
		core_server_gone(c, &ev->err);
		return;
	}
	/* C.3: from here on nothing begins under the old session */
	worker_cancel(c->worker, &(struct cancel){ .all_views = true,
	    .session = true });
	c->generation++;
	core_drop_status(c);
	c->app.session = ev->rc ? NULL : ev->result;
	if (c->app.asker && c->app.session)
		asker_for_scratch(c->app.asker, c->app.session);
	c->app.session_err = ev->err;
	c->app.session_err.code = ev->rc;
	c->app.db_state = ev->rc ? DB_MISSING : c->app.session->db_state;
	server_is_back(c);
	c->app.stale = false;
	if (!c->message[0] && texts_differ(old, c->app.session))
		core_message(c, STYLE_WARN,
		    "The file has changed: planned again");
	if (old)
		c->hold = clock_mono_ms() + SPINNER_AFTER_MS;
	core_tell_all(c, &(struct msg){ .kind = MSG_SESSION });
	core_close_session(c, old);
	if (c->reload_again) {
		core_ask_session(c);
		return;
	}
	watch_folder(c);
	core_show_blank(c, nothing_found(c));
	if (c->blank)
		return;
	core_show_tab(c, c->tab, STR_NONE);
	core_post(c, 0, &(struct job_spec){ .what = "comparing",
		.key = KEY_STATUS, .flags = JOB_BACKGROUND, .run = run_status });
}

/* Said once, not after each reading. */
static void say_ahead(struct core *c)
{
	char now[sizeof(c->said_ahead)];

	snprintf(now, sizeof(now), "%.*s", STR_ARG(c->status.ahead));
	if (strcmp(now, c->said_ahead) != 0 && now[0] && !c->message[0])
		core_message(c, STYLE_WARN, now);
	memcpy(c->said_ahead, now, sizeof(now));
}

static void status_came(struct core *c, struct event *ev)
{
	if (ev->rc)
		return;
	core_drop_status(c);
	c->status = *(struct status *)ev->result;
	c->status_arena = ev->job->a;
	ev->job->a = NULL;
	c->app.status = &c->status;
	core_tell_all(c, &(struct msg){ .kind = MSG_STATUS });
	say_ahead(c);
}

void core_session_event(struct core *c, struct event *ev)
{
	const struct job *j = ev->job;

	if (j->spec.key == KEY_OPEN)
		session_came(c, ev);
	else if (j->spec.key == KEY_STATUS && j->generation == c->generation)
		status_came(c, ev);
}
