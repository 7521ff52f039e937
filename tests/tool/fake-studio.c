/* fake-studio: the studio's frame, terminal and loop round the fake view:
 * what tests/pty drives. */
#include <unistd.h>

#include "tests/lib/fakeview.h"
#include "ui/loop.h"
#include "ui/signals.h"

extern char **environ;

int main(void)
{
	struct arena *a = arena_new();
	struct term_options to = { .env = env_new(a, environ) };
	struct core_options co = { .project = &fake_project, .root = fake_root,
		.no_session = true };
	struct err e = ERR_INIT;
	struct term *t;
	struct core *c;
	int code;

	signals_open();
	if (term_open(&to, &t, &e)) {
		fprintf(stderr, "%s\n%s\n", e.msg, e.hint);
		arena_free(a);
		return 2;
	}
	co.ascii = term_is_ascii(t);
	term_size(t, &co.w, &co.h);
	c = core_open(&co);
	c->opening = true;	/* there is nothing to open after a change */
	if (to.note[0])
		core_message(c, STYLE_WARN, to.note);
	loop_run(c, t, clip_open(to.env, a));
	code = c->exit_code;
	core_close(c);
	term_close(t);
	signals_close();
	arena_free(a);
	return code;
}
