/* CREATE, DROP and ALTER text of every kind of object, from the model. */
#include "dialect/pg/words.h"

bool pg_create_text(const struct model *m, const struct obj *o,
    struct sbuf *b)
{
	(void)m;
	(void)o;
	(void)b;
	return false;
}

bool pg_drop_text(const struct model *m, const struct obj *o, struct sbuf *b)
{
	(void)m;
	(void)o;
	(void)b;
	return false;
}

bool pg_alter_text(const struct model *m, const struct obj *from,
    const struct obj *to, struct sbuf *b)
{
	(void)m;
	(void)from;
	(void)to;
	(void)b;
	return false;
}
