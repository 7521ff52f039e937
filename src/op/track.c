/* track: the tracking rows, and tables that home-made recipes use instead. */
#include "op/apply/tracking.h"
#include "op/session.h"

static const char *const home_made[] = { "drizzle_migrations",
	"_drizzle_migrations" };

static enum rc find_home_made(struct drv *d, struct track *out,
    struct err *e)
{
	for (size_t i = 0; i < sizeof(home_made) / sizeof(*home_made); i++) {
		struct obj o = { .kind = OBJ_TABLE,
			.schema = str_z(d->ops->dialect->home_schema),
			.name = str_z(home_made[i]) };
		bool there = false;
		enum rc rc = tracking_exists(d, &o, &there, e);

		if (rc)
			return rc;
		if (there)
			out->foreign = o.name;
	}
	return RC_OK;
}

enum rc track_read(struct drv *d, const struct obj *table, struct arena *a,
    struct track *out, struct err *e)
{
	enum rc rc = tracking_read(d, table, a, out, e);

	if (rc || out->exists)
		return rc;
	return find_home_made(d, out, e);
}
