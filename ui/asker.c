/* asker: see asker.h.  One question at a time: there is one worker. */
#include "ui/asker.h"

#include <pthread.h>
#include <string.h>

enum asking { ASK_NOTHING, ASK_NEW, ASK_SHOWN, ASK_ANSWERED, ASK_REFUSED };

struct asker {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	enum asking state;
	bool stopped;
	struct sbuf prompt;
	struct sbuf word;	/* kept; wiped when it goes */
	bool known;
	void (*wake)(void *arg);
	void *wake_arg;
};

static void wipe(struct asker *a)
{
	if (a->word.p)
		explicit_bzero(a->word.p, a->word.cap);
	sbuf_reset(&a->word);
	a->known = false;
}

struct asker *asker_open(void)
{
	struct asker *a = xalloc(sizeof(*a));

	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->answered, NULL);
	a->prompt.max = 1024;
	a->word.max = 4096;
	return a;
}

void asker_close(struct asker *a)
{
	if (!a)
		return;
	wipe(a);
	sbuf_free(&a->word);
	sbuf_free(&a->prompt);
	pthread_cond_destroy(&a->answered);
	pthread_mutex_destroy(&a->lock);
	xfree(a);
}

void asker_on_question(struct asker *a, void (*wake)(void *arg), void *arg)
{
	a->wake = wake;
	a->wake_arg = arg;
}

static bool ask(void *arg, const char *prompt, struct sbuf *out)
{
	struct asker *a = arg;
	bool answered;

	pthread_mutex_lock(&a->lock);
	if (!a->known && !a->stopped && a->wake) {
		a->state = ASK_NEW;
		sbuf_reset(&a->prompt);
		sbuf_addz(&a->prompt, prompt);
		a->wake(a->wake_arg);
		while (a->state == ASK_NEW || a->state == ASK_SHOWN)
			pthread_cond_wait(&a->answered, &a->lock);
		a->known = a->state == ASK_ANSWERED;
		a->state = ASK_NOTHING;
	}
	answered = a->known && !a->stopped;
	if (answered)
		sbuf_add(out, sbuf_str(&a->word));
	pthread_mutex_unlock(&a->lock);
	return answered;
}

static bool give_up(void *arg)
{
	struct asker *a = arg;
	bool stopped;

	pthread_mutex_lock(&a->lock);
	stopped = a->stopped;
	pthread_mutex_unlock(&a->lock);
	return stopped;
}

void asker_install(struct asker *a, struct drv_target *t)
{
	t->ask_password = ask;
	t->give_up = give_up;
	t->ask_arg = a;
}

bool asker_question(struct asker *a, struct sbuf *prompt)
{
	bool is;

	pthread_mutex_lock(&a->lock);
	is = a->state == ASK_NEW;
	if (is) {
		a->state = ASK_SHOWN;
		sbuf_add(prompt, sbuf_str(&a->prompt));
	}
	pthread_mutex_unlock(&a->lock);
	return is;
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
	wipe(a);
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
	wipe(a);
	pthread_mutex_unlock(&a->lock);
}
