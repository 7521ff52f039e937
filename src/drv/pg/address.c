/* address: where a server is, and the same server's other databases. */
#include <string.h>

#include "drv/pg/conninfo.h"
#include "drv/pg/scratch.h"

/* 127.0.0.0/8, written in numbers. */
static bool is_127(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
			return false;
	return str_starts(host, STR("127."));
}

static bool is_loopback(struct str host)
{
	return host.n == 0 || host.p[0] == '/' || host.p[0] == '@' ||
	    str_ieq(host, STR("localhost")) || str_is(host, "::1") ||
	    is_127(host);
}

bool pg_is_local(const struct drv_target *t)
{
	struct arena *a = arena_new();
	struct err ignored = ERR_INIT;
	struct conninfo c;
	struct str rest;
	bool local = conninfo_read(t->conninfo, a, &c, &ignored) == RC_OK;

	if (!local)
		goto out;
	rest = conninfo_get(&c, "hostaddr");
	if (!rest.n)
		rest = conninfo_get(&c, "host");
	/* a service file may name any host */
	local = rest.n > 0 || !conninfo_get(&c, "service").n;
	while (local && rest.n) {
		size_t comma = str_find(rest, STR(","), 0);

		local = is_loopback(str_sub(rest, 0, comma));
		rest = str_sub(rest, comma < rest.n ? comma + 1 : comma,
		    rest.n);
	}
out:
	arena_free(a);
	return local;
}

enum rc pg_conninfo_for(struct str conninfo, struct str database,
    struct arena *a, struct str *out, struct err *e)
{
	struct conninfo c;
	enum rc rc = conninfo_read(conninfo, a, &c, e);

	if (rc)
		return rc;
	conninfo_put(&c, "dbname", database);
	*out = conninfo_text(&c);
	return RC_OK;
}

enum rc pg_conninfo_database(struct str conninfo, struct arena *a,
    struct str *out, struct err *e)
{
	struct conninfo c;
	enum rc rc = conninfo_read(conninfo, a, &c, e);

	if (rc)
		return rc;
	*out = conninfo_get(&c, "dbname");
	return RC_OK;
}
