/* asker: see asker.h.  One question at a time: there is one worker. */
#include "ui/asker.h"

#include <pthread.h>
#include <string.h>

#include "op/passwords.h"

enum asking { ASK_NOTHING, ASK_NEW, ASK_SHOWN, ASK_ANSWERED, ASK_REFUSED };

struct asker {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	enum asking state;
	enum asker_kind kind;
	bool stopped;
	struct sbuf prompt, wrong;
	struct sbuf word;	/* the answer; wiped when it was taken */
	struct passwords known;
	void (*wake)(void *arg);
	bool (*stop)(void *arg);
	void *screen;
	/* where scratch databases may be, once it was said */
	const struct project_request *rq;
	struct arena *a;
	const struct project *project;
	bool here;
	struct str conninfo;
};

static void wipe(struct sbuf *word)
{
	if (word->p)
		explicit_bzero(word->p, word->cap);
	sbuf_reset(word);
}

struct asker *asker_open(const struct project_request *rq)
{
	struct asker *a = xalloc(sizeof(*a));

	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->answered, NULL);
	a->prompt.max = a->wrong.max = 2048;
	a->word.max = PASSWORD_MAX;
	a->rq = rq;
	a->a = arena_new();
	return a;
}

void asker_close(struct asker *a)
{
	if (!a)
		return;
	passwords_forget(&a->known);
	wipe(&a->word);
	sbuf_free(&a->word);
	sbuf_free(&a->prompt);
	sbuf_free(&a->wrong);
	arena_free(a->a);
	pthread_cond_destroy(&a->answered);
	pthread_mutex_destroy(&a->lock);
	xfree(a);
}

void asker_on_question(struct asker *a, void (*wake)(void *arg),
    bool (*stop)(void *arg), void *arg)
{
	a->wake = wake;
	a->stop = stop;
	a->screen = arg;
}

/* Wait for the screen, the lock held: is there an answer in a->word? */
static bool wait_for_answer(struct asker *a, enum asker_kind kind,
    const char *prompt, const char *wrong)
{
	bool answered;

	if (a->stopped || !a->wake)
		return false;
	a->state = ASK_NEW;
	a->kind = kind;
	sbuf_reset(&a->prompt);
	sbuf_reset(&a->wrong);
	sbuf_addz(&a->prompt, prompt);
	sbuf_addz(&a->wrong, wrong);
	a->wake(a->screen);
	while (a->state == ASK_NEW || a->state == ASK_SHOWN)
		pthread_cond_wait(&a->answered, &a->lock);
	answered = a->state == ASK_ANSWERED && !a->stopped;
	a->state = ASK_NOTHING;
	return answered;
}

/* --- passwords -------------------------------------------------------------- */

static bool ask(void *arg, const struct drv_question *q, struct sbuf *out)
{
	struct asker *a = arg;
	struct str word;

	pthread_mutex_lock(&a->lock);
	if (q->wrong)
		passwords_put(&a->known, q->who, STR(""));
	if (!passwords_of(&a->known, q->who).n &&
	    wait_for_answer(a, ASKER_PASSWORD, q->prompt, q->wrong ?
	    "That password was not accepted." : ""))
		passwords_put(&a->known, q->who, sbuf_str(&a->word));
	wipe(&a->word);
	word = a->stopped ? STR("") : passwords_of(&a->known, q->who);
	sbuf_add(out, word);
	pthread_mutex_unlock(&a->lock);
	return word.n > 0;
}

static bool give_up(void *arg)
{
	struct asker *a = arg;
	bool stopped;

	pthread_mutex_lock(&a->lock);
	stopped = a->stopped;
	pthread_mutex_unlock(&a->lock);
	return stopped || (a->stop && a->stop(a->screen));
}

void asker_install(struct asker *a, struct drv_target *t)
{
	t->ask_password = ask;
	t->give_up = give_up;
	t->ask_arg = a;
}

/* --- scratch ---------------------------------------------------------------- */

/* The server of a URL that was typed; e: why it is none. */
static enum rc server_of(struct asker *a, struct str url, struct err *e)
{
	struct project *p = NULL;
	enum rc rc = project_of_url(a->rq, url, a->a, &p, e);

	if (!rc && p->dialect != a->project->dialect)
		rc = err_set(e, RC_USAGE, "that is not on a %s server",
		    dialect_of(a->project->dialect)->name);
	if (!rc)
		a->conninfo = p->db.conninfo;
	return rc;
}

static bool ask_scratch(void *arg, const char *why, struct str *conninfo)
{
	struct asker *a = arg;
	struct err e = ERR_INIT;

	pthread_mutex_lock(&a->lock);
	while (!a->here && !a->conninfo.n &&
	    wait_for_answer(a, ASKER_SCRATCH, why, e.msg)) {
		struct str url = str_trim(sbuf_str(&a->word));

		e = (struct err)ERR_INIT;
		if (!url.n && !project_has_db(a->project))
			break;		/* there is no "there" */
		else if (!url.n)
			a->here = true;
		else if (server_of(a, arena_str(a->a, url), &e) == RC_OK)
			break;
	}
	wipe(&a->word);
	*conninfo = a->conninfo;
	pthread_mutex_unlock(&a->lock);
	return a->here || a->conninfo.n;
}

void asker_for_scratch(struct asker *a, struct session *s)
{
	a->project = s->project;
	scratch_asks(s->scratch, ask_scratch, a);
}

/* --- the screen's thread ------------------------------------------------------ */

enum asker_kind asker_question(struct asker *a, struct sbuf *prompt,
    struct sbuf *wrong)
{
	enum asker_kind kind = ASKER_NOTHING;

	pthread_mutex_lock(&a->lock);
	if (a->state == ASK_NEW) {
		a->state = ASK_SHOWN;
		kind = a->kind;
		sbuf_add(prompt, sbuf_str(&a->prompt));
		sbuf_add(wrong, sbuf_str(&a->wrong));
	}
	pthread_mutex_unlock(&a->lock);
	return kind;
}

static void settle(struct asker *a, enum asking to)
{
	if (a->state == ASK_NEW || a->state == ASK_SHOWN) {
		a->state = to;
		pthread_cond_signal(&a->answered);
	}
}

void asker_answer(struct asker *a, struct str word)
{
	pthread_mutex_lock(&a->lock);
	wipe(&a->word);
	sbuf_add(&a->word, word);
	settle(a, ASK_ANSWERED);
	pthread_mutex_unlock(&a->lock);
}

void asker_cancel(struct asker *a, bool stop)
{
	pthread_mutex_lock(&a->lock);
	a->stopped |= stop;
	settle(a, ASK_REFUSED);
	pthread_mutex_unlock(&a->lock);
}

void asker_go(struct asker *a)
{
	pthread_mutex_lock(&a->lock);
	a->stopped = false;
	pthread_mutex_unlock(&a->lock);
}

void asker_forget(struct asker *a)
{
	pthread_mutex_lock(&a->lock);
	passwords_forget(&a->known);
	pthread_mutex_unlock(&a->lock);
}
