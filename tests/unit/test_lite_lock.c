/*
 * The apply lock against other processes (DESIGN's apply: K.1 to K.3 of
 * drv/lite/lock.c).  The other process is a child that is told what to do
 * over a pipe and answers one byte, so nothing is timed.
 */
#include <sqlite3.h>
#include <sys/wait.h>

#include "lite.h"

/* --- the other process ------------------------------------------------ */

struct other {
	pid_t pid;
	int to, from;
};



static int child_run(sqlite3 *db, const char *sql)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 'k' : code == SQLITE_BUSY ? 'b' : 'e';
}

static void child_main(int in, int out, const char *path)
{
	sqlite3 *db = NULL;
	char line[200];
	size_t n = 0;
	char c, answer = 'e';

	while (read(in, &c, 1) == 1) {
		if (c != '\n') {
			line[n++] = c;
			continue;
		}
		line[n] = 0;
		n = 0;
		if (!strcmp(line, "quit"))
			break;
		if (!strcmp(line, "open"))
			answer = sqlite3_open(path, &db) ? 'e' : 'k';
		else if (!strcmp(line, "close"))
			answer = sqlite3_close(db) ? 'e' : 'k';
		else
			answer = (char)child_run(db, line);
		if (write(out, &answer, 1) != 1)
			break;
	}
	_exit(0);
}

static struct other other_start(const char *path)
{
	struct other o;
	int down[2], up[2];

	assert_int_equal(pipe(down) | pipe(up), 0);
	o.pid = fork();
	assert_true(o.pid >= 0);
	if (o.pid == 0) {
		close(down[1]);
		close(up[0]);
		child_main(down[0], up[1], path);
	}
	close(down[0]);
	close(up[1]);
	o.to = down[1];
	o.from = up[0];
	return o;
}

static void tell(struct other *o, const char *what)
{
	dprintf(o->to, "%s\n", what);
}

static char heard(struct other *o)
{
	char c = 0;

	assert_int_equal(read(o->from, &c, 1), 1);
	return c;
}

static char ask(struct other *o, const char *what)
{
	tell(o, what);
	return heard(o);
}

static void other_end(struct other *o)
{
	tell(o, "quit");	/* another child may hold the pipe's end */
	close(o->to);
	close(o->from);
	waitpid(o->pid, NULL, 0);
}

/* --- the tests -------------------------------------------------------- */

static const char *prepared(const char *name, const char *mode)
{
	const char *path = file(name);
	struct sbuf sql = SBUF_TEXT;
	struct drv *d = opened(path, DRV_APPLY);

	sbuf_addf(&sql, "PRAGMA journal_mode=%s;CREATE TABLE t(x);"
	    "INSERT INTO t VALUES(1)", mode);
	run(d, sql.p);
	drv_close(d);
	sbuf_free(&sql);
	return path;
}

static struct lock_info locked(struct drv *d, bool exclusive)
{
	struct lock_request rq = { .wait_ms = 100, .exclusive = exclusive };
	struct lock_info info = { .kind = LOCK_NONE };

	err = (struct err)ERR_INIT;
	OK(d->ops->lock(d, &rq, arena, &info, &err));
	return info;
}

static void insert(struct drv *d)
{
	OK(d->ops->begin(d, true, &err));
	run(d, "INSERT INTO t VALUES(2)");
	OK(d->ops->commit(d, &err));
}

static void rollback_mode_is_had_alone(void **state)
{
	const char *path = prepared("alone.db", "delete");
	struct other o = other_start(path);
	struct drv *d = opened(path, DRV_APPLY);

	(void)state;
	assert_int_equal(ask(&o, "open"), 'k');
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'k');
	assert_int_equal(locked(d, false).kind, LOCK_EXCLUSIVE);
	/* from the moment of the lock, and between two commits */
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'b');
	insert(d);
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'b');
	insert(d);
	assert_int_equal(ask(&o, "INSERT INTO t VALUES(3)"), 'b');
	d->ops->unlock(d);
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'k');
	/* the handle comes back by itself */
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 3);
	drv_close(d);
	other_end(&o);
}

static void foreign_key_mode_follows_begin(void **state)
{
	struct drv *d = opened(prepared("mode.db", "delete"), DRV_APPLY);

	(void)state;
	locked(d, false);
	OK(d->ops->begin(d, false, &err));
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 0);
	OK(d->ops->commit(d, &err));
	OK(d->ops->begin(d, true, &err));
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 1);
	d->ops->rollback(d);
	assert_false(d->ops->in_tx(d));
	drv_close(d);
}

static void wal_without_others_is_had_alone(void **state)
{
	const char *path = prepared("walalone.db", "wal");
	struct other o = other_start(path);
	struct drv *d = opened(path, DRV_APPLY);

	(void)state;
	assert_int_equal(locked(d, false).kind, LOCK_EXCLUSIVE);
	assert_int_equal(ask(&o, "open"), 'k');
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'b');
	insert(d);
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'b');
	drv_close(d);
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'k');
	other_end(&o);
}

static void wal_with_an_idle_other_is_shared(void **state)
{
	const char *path = prepared("walidle.db", "wal");
	struct other dev = other_start(path), late = other_start(path);
	struct drv *d = opened(path, DRV_APPLY);
	struct lock_info info;

	(void)state;
	assert_int_equal(ask(&dev, "open"), 'k');
	assert_int_equal(ask(&dev, "SELECT * FROM t"), 'k');
	info = locked(d, false);
	assert_int_equal(info.kind, LOCK_SHARED_APPLY);
	assert_int_equal(info.holders.n, 1);
	assert_int_equal(info.holders.v[0].pid, dev.pid);
	assert_true(str_starts(info.holders.v[0].command, STR("test_lite")));
	/* the running one reads on, the new one waits, between commits too */
	insert(d);
	assert_int_equal(ask(&dev, "SELECT * FROM t"), 'k');
	assert_int_equal(ask(&late, "open"), 'k');
	assert_int_equal(ask(&late, "SELECT * FROM t"), 'b');
	OK(d->ops->begin(d, true, &err));
	assert_int_equal(ask(&dev, "INSERT INTO t VALUES(9)"), 'b');
	assert_int_equal(ask(&dev, "SELECT * FROM t"), 'k');
	assert_int_equal(ask(&late, "SELECT * FROM t"), 'b');
	OK(d->ops->commit(d, &err));
	d->ops->unlock(d);
	assert_int_equal(ask(&late, "SELECT * FROM t"), 'k');
	drv_close(d);
	other_end(&dev);
	other_end(&late);
}

static void a_writer_that_holds_on_is_busy(void **state)
{
	static const char *const modes[] = { "delete", "wal" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *path = prepared(modes[i], modes[i]);
		struct lock_request rq = { .wait_ms = 60 };
		struct other o = other_start(path);
		struct drv *d = opened(path, DRV_APPLY);
		struct lock_info info;
		struct holders h;
		char pid[16];

		assert_int_equal(ask(&o, "open"), 'k');
		assert_int_equal(ask(&o, "BEGIN IMMEDIATE"), 'k');
		err = (struct err)ERR_INIT;
		RC(RC_BUSY, d->ops->lock(d, &rq, arena, &info, &err));
		snprintf(pid, sizeof(pid), "%d", (int)o.pid);
		assert_non_null(strstr(err.msg, pid));
		OK(d->ops->holders(d, arena, &h, &err));
		assert_int_equal(h.n, 1);
		assert_int_equal(h.v[0].pid, o.pid);
		assert_true(h.v[0].writing);
		/* nothing of ours is left: the other goes on and ends */
		assert_int_equal(ask(&o, "INSERT INTO t VALUES(5)"), 'k');
		assert_int_equal(ask(&o, "COMMIT"), 'k');
		assert_int_equal(ask(&o, "close"), 'k');
		assert_int_equal(locked(d, false).kind, LOCK_EXCLUSIVE);
		drv_close(d);
		other_end(&o);
	}
}

struct patience {
	struct other *o;
	int calls;
	size_t holders;
};

/* The third time, the other process is let go. */
static bool waiting(void *arg, const struct holders *h, double ms)
{
	struct patience *p = arg;

	(void)ms;
	p->holders = h->n;
	if (++p->calls == 3 && p->o) {
		assert_int_equal(ask(p->o, "COMMIT"), 'k');
		assert_int_equal(ask(p->o, "close"), 'k');
	}
	return p->o || p->calls < 3;
}

static void waiting_ends_when_the_other_does(void **state)
{
	const char *path = prepared("wait.db", "wal");
	struct other o = other_start(path);
	struct patience p = { .o = &o };
	struct lock_request rq = { .wait_ms = 1, .exclusive = true,
		.waiting = waiting, .arg = &p };
	struct drv *d = opened(path, DRV_APPLY);
	struct lock_info info;

	(void)state;
	ask(&o, "open");
	assert_int_equal(ask(&o, "BEGIN IMMEDIATE"), 'k');
	OK(d->ops->lock(d, &rq, arena, &info, &err));
	assert_int_equal(info.kind, LOCK_EXCLUSIVE);
	assert_true(p.calls >= 3);
	assert_int_equal(p.holders, 1);
	d->ops->unlock(d);
	/* and the callback may give up */
	ask(&o, "open");
	ask(&o, "BEGIN IMMEDIATE");
	p = (struct patience){ .o = NULL };
	RC(RC_BUSY, d->ops->lock(d, &rq, arena, &info, &err));
	assert_int_equal(p.calls, 3);
	drv_close(d);
	other_end(&o);
}

static void a_reader_in_a_transaction_is_waited_for(void **state)
{
	const char *path = prepared("reader.db", "delete");
	struct other o = other_start(path);
	struct lock_request rq = { .wait_ms = 60 };
	struct drv *d = opened(path, DRV_APPLY);
	struct lock_info info;

	(void)state;
	ask(&o, "open");
	assert_int_equal(ask(&o, "BEGIN"), 'k');
	assert_int_equal(ask(&o, "SELECT * FROM t"), 'k');
	RC(RC_BUSY, d->ops->lock(d, &rq, arena, &info, &err));
	assert_int_equal(ask(&o, "COMMIT"), 'k');
	assert_int_equal(locked(d, false).kind, LOCK_EXCLUSIVE);
	drv_close(d);
	other_end(&o);
}

static void a_dead_writer_leaves_nothing_half_done(void **state)
{
	const char *path = prepared("dead.db", "delete");
	struct drv *d;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		d = opened(path, DRV_APPLY);
		locked(d, false);
		(void)!d->ops->begin(d, true, &err);
		run(d, "PRAGMA cache_size=1");
		run(d, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
		    "FROM n WHERE i<20000) INSERT INTO t SELECT "
		    "randomblob(100) FROM n");
		_exit(0);	/* no commit, no close: a hot journal */
	}
	waitpid(pid, NULL, 0);
	assert_true(lite_probe(str_z(path)).hot_journal);
	d = opened(path, DRV_APPLY);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 1);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rollback_mode_is_had_alone),
		cmocka_unit_test(foreign_key_mode_follows_begin),
		cmocka_unit_test(wal_without_others_is_had_alone),
		cmocka_unit_test(wal_with_an_idle_other_is_shared),
		cmocka_unit_test(a_writer_that_holds_on_is_busy),
		cmocka_unit_test(waiting_ends_when_the_other_does),
		cmocka_unit_test(a_reader_in_a_transaction_is_waited_for),
		cmocka_unit_test(a_dead_writer_leaves_nothing_half_done),
	};

	return cmocka_run_group_tests_name("lite_lock", tests, lite_setup,
	    lite_teardown);
}
