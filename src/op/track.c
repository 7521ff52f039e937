/* track: the tracking rows, and tables that home-made recipes use instead. */
#include "op/apply/tracking.h"
#include "op/session.h"

static const char *const home_made[] = { "drizzle_migrations",
	"_drizzle_migrations" };

static enum rc find_home_made(struct drv *d, struct arena *a,
    struct track *out, struct err *e)
{
	for (size_t i = 0; i < sizeof(home_made) / sizeof(*home_made); i++) {
		struct str name = str_z(home_made[i]);
		struct value arg = { .kind = VALUE_TEXT, .s = name,
			.full = name.n };
		struct value v = { 0 };
		enum rc rc;

		rc = drv_scalar(d, STR("SELECT count(*) FROM sqlite_schema"
		    " WHERE type = 'table' AND name = ?"), &arg, 1, a, &v, e);
		if (rc)
			return rc;
		if (v.i > 0)
			out->foreign = name;
	}
	return RC_OK;
}

enum rc track_read(struct drv *d, struct str table, struct arena *a,
    struct track *out, struct err *e)
{
	enum rc rc = tracking_read(d, table, a, out, e);

	if (rc || out->exists)
		return rc;
	return find_home_made(d, a, out, e);
}
