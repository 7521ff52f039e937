/* backup: the whole database into a file. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/copying.h"

static void print(struct invocation *in, const struct session *s,
    const struct backup *b)
{
	int64_t rows = 0;
	struct json_out o;
	struct str path;

	if (in->given[OPT_JSON]) {
		cmd_json_begin(in, &o);
		cmd_json_db(s, &o);
		backup_json(b, &o);
		json_pair_str(&o, "barred", b->barred);
		json_close_object(&o);
		sbuf_addc(&in->out, '\n');
		return;
	}
	for (size_t i = 0; i < b->ntables; i++)
		rows += b->tables[i].rows;
	path = path_short(in->a, b->path, in->cwd);
	cmd_paint(in, "1", path);
	sbuf_addz(&in->out, "\n  ");
	sbuf_add(&in->out, copying_bytes(in, b->bytes));
	sbuf_addf(&in->out, ", %zu table%s, ", b->ntables,
	    b->ntables == 1 ? "" : "s");
	sbuf_add_count(&in->out, rows);
	sbuf_addf(&in->out, " row%s, %zu migration%s applied\n  sha256 %s\n",
	    rows == 1 ? "" : "s", b->nrows, b->nrows == 1 ? "" : "s",
	    b->sha256);
	sbuf_addf(&in->out, "Back: weir restore %.*s\n",
	    STR_ARG(utf8_clean(in->a, path, UTF8_LINE)));
	if (b->barred.n) {
		cmd_paint(in, "31", arena_printf(in->a, "But %.*s.",
		    STR_ARG(b->barred)));
		sbuf_addc(&in->out, '\n');
	}
}

static enum rc backup(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct copying c = { .in = in, .what = "copied" };
	struct backup_options o;
	struct backup b = { 0 };
	struct str to = cmd_value(in, OPT_TO);
	int caught;
	enum rc rc;

	if (!s->db)
		return err_set(e, RC_NOTFOUND, "the database %.*s does not "
		    "exist: there is nothing to copy",
		    STR_ARG(s->project->db_label));
	if (to.n)
		to = path_absolute(in->a, path_join(in->a, in->cwd, to));
	copying_options(&c, s, &o);
	cmd_unwatch(in, s);
	c.stop = stop_open();
	stop_connection(c.stop, s->db);
	rc = backup_take(s->db, &o, to, in->a, &b, e);
	stop_connection(c.stop, NULL);
	caught = copying_end(&c);
	if (!rc)
		print(in, s, &b);
	if (!rc && b.swept.n)
		cmd_say(in, "note: %.*s", STR_ARG(unfinished_text(&b.swept,
		    in->a)));
	if (rc && caught) {
		*code = 128 + caught;
		cmd_print_error(in, e);
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
	    NEED_DB, &s, e);

	if (!rc)
		rc = backup(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"SQLite: a copy of the file, page by page, of one moment, whatever is "
	"written\nmeanwhile; checked.  PostgreSQL: pg_dump of the server's "
	"version, run without a\npassword on its command line.  The copy "
	"appears whole or not at all, in the state\nfolder or as --to FILE, "
	"with a record of its rows and its SHA-256 beside it.",
	"weir restore puts it back.", NULL,
};

const struct cmd_entry cmd_backup = {
	.name = "backup", .bit = C_BACKUP, .args = "[TARGET]", .max_args = 1,
	.summary = "Copy the whole database",
	.detail = detail, .run = run,
};
