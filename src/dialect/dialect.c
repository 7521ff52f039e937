/* dialect: the table of dialects and the check that each is complete. */
#include "dialect/dialect.h"

static const struct dialect *const dialects[DIALECT_N] = {
	[DIALECT_SQLITE] = &dialect_sqlite,
	[DIALECT_PG] = NULL,		/* comes with drv/pg */
};

const struct dialect *dialect_of(enum dialect_id id)
{
	return (unsigned)id < DIALECT_N ? dialects[id] : NULL;
}

void dialect_check(void)
{
	for (size_t i = 0; i < DIALECT_N; i++) {
		const struct dialect *d = dialects[i];

		if (!d)
			continue;
		if (!d->name || !d->home_schema || !d->param || !d->ident || !d->table || !d->literal ||
		    !d->token || !d->object_name || !d->create_text ||
		    !d->drop_text || !d->is_numeric || !d->is_foreign ||
		    !d->cell || !d->piece || !d->rowids ||
		    !d->tracking_create || d->id != i)
			BUG("dialect %zu is incomplete", i);
	}
}
