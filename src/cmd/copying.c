/* copying: see copying.h. */
#include "cmd/copying.h"
#include "cmd/tty.h"

#define LINE_CELLS 60

struct str copying_bytes(const struct invocation *in, int64_t bytes)
{
	struct sbuf b = SBUF_INIT(64);
	struct str s;

	add_bytes(&b, bytes);
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void line_put(struct sbuf *b)
{
	while (b->n <= LINE_CELLS)
		sbuf_addc(b, ' ');
	sbuf_addc(b, '\r');
	tty_put(sbuf_str(b));
}

static bool on_progress(void *arg, int64_t done, int64_t of)
{
	struct copying *c = arg;
	struct sbuf b = SBUF_INIT(1024);

	if (c->in->tty_err && !c->in->given[OPT_QUIET]) {
		sbuf_addf(&b, "%s ", c->what);
		add_bytes(&b, done);
		if (of > 0) {
			sbuf_addz(&b, " of ");
			add_bytes(&b, of);
		}
		line_put(&b);
		c->shown = true;
	}
	sbuf_free(&b);
	return !stop_signal(c->stop);
}

/* Programs are run with the environment that weir was started with. */
static struct strs environment(const struct invocation *in)
{
	struct strs names = env_list(in->env, in->a);
	struct str *v = arena_array(in->a, struct str, names.n + 1);

	for (size_t i = 0; i < names.n; i++)
		v[i] = arena_printf(in->a, "%.*s=%.*s", STR_ARG(names.v[i]),
		    STR_ARG(env_get(in->env, arena_z(in->a, names.v[i]))));
	return (struct strs){ v, names.n };
}

void copying_options(struct copying *c, const struct session *s,
    struct backup_options *out)
{
	*out = (struct backup_options){ .project = s->project,
		.folder = s->folder, .environment = environment(c->in),
		.progress = on_progress, .arg = c };
}

void copying_connected(void *arg, struct drv *d)
{
	stop_connection(((struct copying *)arg)->stop, d);
}

int copying_end(struct copying *c)
{
	struct sbuf b = SBUF_INIT(1024);
	int caught = stop_signal(c->stop);

	stop_close(c->stop);
	if (c->shown)
		line_put(&b);
	sbuf_free(&b);
	return caught;
}

bool copying_wanted(const struct invocation *in, const struct session *s,
    const struct plan *p)
{
	return in->cmd == &cmd_migrate && !in->given[OPT_NO_BACKUP] &&
	    (in->given[OPT_BACKUP] || backup_due(s->project, p));
}
