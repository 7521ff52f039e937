/* passwords: see passwords.h. */
#include "op/passwords.h"

#include <string.h>

static bool is_of(const struct password *k, const char *who)
{
	return k->word.n && !strncmp(k->who, who, sizeof(k->who) - 1);
}

static void wipe(struct password *k)
{
	if (k->word.p)
		explicit_bzero(k->word.p, k->word.cap);
	sbuf_free(&k->word);
	*k = (struct password){ 0 };
}

struct str passwords_of(const struct passwords *p, const char *who)
{
	for (size_t i = 0; i < PASSWORDS_MAX; i++)
		if (is_of(&p->v[i], who))
			return sbuf_str(&p->v[i].word);
	return STR("");
}

void passwords_put(struct passwords *p, const char *who, struct str word)
{
	struct password *k = &p->v[0];

	for (size_t i = PASSWORDS_MAX; i-- > 0;)
		if (!p->v[i].word.n)
			k = &p->v[i];
	for (size_t i = 0; i < PASSWORDS_MAX; i++)
		if (is_of(&p->v[i], who))
			k = &p->v[i];
	wipe(k);
	if (!word.n || word.n > PASSWORD_MAX)
		return;
	k->word.max = PASSWORD_MAX;
	strncpy(k->who, who, sizeof(k->who) - 1);
	sbuf_add(&k->word, word);
}

void passwords_forget(struct passwords *p)
{
	for (size_t i = 0; i < PASSWORDS_MAX; i++)
		wipe(&p->v[i]);
}
