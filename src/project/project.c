/*
 * project.c: the order in which a project and its database are looked for
 * (DESIGN §4).  Nothing falls back in silence: what was taken is named in
 * folder_source and db_source, what was passed over in notes.
 */
#include <stdarg.h>

#include "project/finder.h"

#define DOTENV_MAX ((size_t)1 << 20)

void note(struct finder *f, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT(4096);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	vec_push(f->a, &f->notes, arena_str(f->a, sbuf_str(&b)));
	sbuf_free(&b);
}

/* --- connection ----------------------------------------------------------- */

/* .env of the project's root, as drizzle-kit loads it: what the environment
 * has already is not replaced. */
static struct str from_dotenv(struct finder *f, const char *name)
{
	struct sbuf text = SBUF_INIT(DOTENV_MAX);
	struct str path = path_join(f->a, f->p->root, STR(".env"));
	struct env *env = env_new(f->a, NULL);
	struct err e = ERR_INIT;
	enum rc rc = file_read(path.p, &text, &e);

	if (rc == RC_OK)
		env_add_dotenv(env, arena_str(f->a, sbuf_str(&text)));
	else if (rc != RC_NOTFOUND)
		note(f, ".env is not read: %s", e.msg);
	sbuf_free(&text);
	return env_get(env, name);
}

static enum rc connection(struct finder *f)
{
	struct str cwd = path_absolute(f->a, f->rq->cwd);
	const char *config = path_base(f->p->config).p;
	struct str url;
	bool found;

	if (f->rq->no_db)
		return RC_OK;
	if (f->target_db.n)
		return database_of(f, f->target_db, cwd, "command line");
	if (f->rq->db.n)
		return database_of(f, f->rq->db, cwd, "--db");
	if (f->config.url.n)
		return database_of(f, f->config.url, f->p->root, config);
	if (f->config.host.n && str_is(f->config.dialect, "postgresql"))
		return address_of_parts(f, &f->config, config);
	url = env_get(f->rq->env, "DATABASE_URL");
	if (url.n)
		return database_of(f, url, f->p->root, "DATABASE_URL");
	/* set to nothing: dotenv does not replace it either */
	url = url.p ? STR("") : from_dotenv(f, "DATABASE_URL");
	if (url.n)
		return database_of(f, url, f->p->root, ".env");
	/* PG* alone never chooses a database for a SQLite project */
	if (f->p->folder.n && f->p->dialect != DIALECT_PG)
		return RC_OK;
	return address_of_env(f, &found);
}

static enum dialect_id config_engine(const struct finder *f)
{
	return str_is(f->config.dialect, "postgresql") ? DIALECT_PG :
	    DIALECT_SQLITE;
}

/* A configuration of one engine, a database of another. */
static enum rc check_engine(struct finder *f)
{
	enum dialect_id want = config_engine(f);

	if (!f->config.dialect.n || !project_has_db(f->p) ||
	    f->p->db.dialect == want)
		return RC_OK;
	err_at(f->e, RC_USAGE, f->p->db_source.p, "the project in %.*s is for "
	    "%s, the database named there is %s", STR_ARG(f->p->root),
	    dialect_of(want)->name, dialect_of(f->p->dialect)->name);
	err_hint(f->e, "name another one with --db, or other migrations with "
	    "--migrations DIR");
	return RC_USAGE;
}

/* The schema of Drizzle's tracking table; "" where there are none. */
static const char *const home[DIALECT_N] = {
	[DIALECT_SQLITE] = "",
	[DIALECT_PG] = "drizzle",
};

static void label(struct finder *f)
{
	struct project *p = f->p;

	p->name = path_base(p->root);
	if (!p->db_label.p)
		p->db_label = STR("");
	if (p->db.path.n)
		p->db_label = path_short(f->a, p->db.path, p->root);
	if (!p->db_source.p)
		p->db_source = STR("");
	p->track_table = f->config.track_table.n ? f->config.track_table
						 : STR("__drizzle_migrations");
	p->track_schema = !home[p->dialect][0] ? STR("") :
	    f->config.track_schema.n ? f->config.track_schema :
	    str_z(home[p->dialect]);
	p->tables_filter = f->config.tables_filter;
	p->filters = f->config.filters;
	p->kit = f->config.kit;
	p->filters.tables = f->config.tables_filter;
	p->db_missing = p->db_missing_hint = STR("");
	if (!f->config.missing.n)
		return;
	if (!project_has_db(p)) {
		p->db_missing = f->config.missing;
		p->db_missing_hint = f->config.missing_hint;
	} else if (!str_is(p->db_source, "--db") &&
	    !str_is(p->db_source, "command line")) {
		note(f, "%.*s; the database is that of %.*s",
		    STR_ARG(f->config.missing), STR_ARG(p->db_source));
	}
}

/* A second address on a server, which says nothing about the project. */
static enum rc elsewhere(struct finder *f, struct str text,
    const char *source, struct str *out)
{
	struct project there = *f->p, *here = f->p;
	enum rc rc;

	f->p = &there;
	rc = database_of(f, text, f->rq->cwd, source);
	f->p = here;
	if (!rc && (there.dialect != here->dialect ||
	    !drv_databases_of(here->dialect))) {
		rc = err_at(f->e, RC_USAGE, source,
		    "that is not on a PostgreSQL server");
		err_hint(f->e, "%s postgresql://USER@HOST/DATABASE%s", source,
		    str_is(str_z(source), "--direct") ? "" : ", or "
		    "--scratch=server for the database's own server");
	}
	if (!rc)
		*out = there.db.conninfo;
	return rc;
}

/* --scratch, then WEIR_SCRATCH_URL; "server" is a place, not a name. */
static enum rc scratch(struct finder *f)
{
	struct project *here = f->p;
	struct str text = str_trim(f->rq->scratch);
	const char *source = "--scratch";

	if (!text.n) {
		source = "WEIR_SCRATCH_URL";
		text = env_get(f->rq->env, "WEIR_SCRATCH_URL");
		text = str_trim(text);
	}
	here->read_only = here->db.read_only = f->rq->read_only;
	here->scratch = STR("");
	here->scratch_server = str_is(text, "server");
	if (!text.n || here->scratch_server ||
	    !drv_databases_of(here->dialect))
		return RC_OK;
	return elsewhere(f, text, source, &here->scratch);
}

/* --direct: past the pooler that everything else goes through. */
static enum rc direct(struct finder *f)
{
	struct str text = str_trim(f->rq->direct);

	f->p->direct = STR("");
	return text.n ? elsewhere(f, text, "--direct", &f->p->direct) : RC_OK;
}

static struct project *blank(struct arena *a)
{
	struct project *p = arena_new_of(a, struct project);

	p->a = a;
	p->db_ident = arena_new_of(a, struct str);
	p->dialect = DIALECT_SQLITE;
	p->config = STR("");
	p->folder = p->folder_source = STR("");
	p->db.path = p->db.conninfo = p->db.search_path = STR("");
	p->db.like = STR("");
	return p;
}

enum rc project_find(const struct project_request *rq, struct arena *a,
    struct project **out, struct err *e)
{
	struct finder f = { .rq = rq, .a = a, .p = blank(a), .e = e,
		.target_db = STR(""), .target_dir = STR("") };
	struct ini ini;
	enum rc rc;

	rc = target_sort(&f);
	if (rc == RC_OK)
		rc = seek_project(&f);
	if (rc == RC_OK && f.config.dialect.n)
		f.p->dialect = config_engine(&f);
	if (rc == RC_OK)
		rc = connection(&f);
	if (rc == RC_OK && !project_has_db(f.p))
		f.p->db.dialect = f.p->dialect;
	if (rc == RC_OK)
		rc = check_engine(&f);
	if (rc == RC_OK)
		rc = place_read_ini(&f, &ini);
	if (rc)
		return rc;
	if (!f.config.kit.env)
		f.config.kit.env = config_env(&f, STR(""));
	label(&f);
	rc = scratch(&f);
	if (rc)
		return rc;
	if (rq->no_db) {
		*out = f.p;
		f.p->notes = f.notes.v;
		f.p->nnotes = f.notes.n;
		return RC_OK;
	}
	rc = direct(&f);
	if (rc == RC_OK)
		rc = place_state(&f, &ini);
	if (rc == RC_OK)
		rc = keeping_read(&f, &ini);
	if (rc == RC_OK)
		rc = place_label(&f, &ini);
	if (rc)
		return rc;
	f.p->settings = ini;
	place_memory(&f, &ini);
	place_foreign(&f);
	f.p->notes = f.notes.v;
	f.p->nnotes = f.notes.n;
	f.p->foreign = f.foreign.v;
	f.p->nforeign = f.foreign.n;
	*out = f.p;
	return RC_OK;
}

bool project_is_url(struct str text)
{
	return is_url(str_trim(text));
}

enum rc project_of_url(const struct project_request *rq, struct str text,
    struct arena *a, struct project **out, struct err *e)
{
	struct finder f = { .rq = rq, .a = a, .p = blank(a), .e = e,
		.target_db = STR(""), .target_dir = STR("") };
	enum rc rc = database_of(&f, text, rq->cwd, "the command line");

	if (rc)
		return rc;
	label(&f);
	f.p->notes = f.notes.v;
	f.p->nnotes = f.notes.n;
	*out = f.p;
	return RC_OK;
}

/* --- the page for an empty folder ----------------------------------------- */

void project_nothing(const struct project *p, struct sbuf *out)
{
	sbuf_addf(out, "%s in %.*s.\n\n", p->folder.n
	    ? "There are migrations, but no database is named"
	    : "There is no Drizzle project and no database", STR_ARG(p->root));
	sbuf_addz(out, "Looked for\n"
	    "  drizzle.config.ts .js .json .mjs   here and in every folder "
	    "above\n"
	    "  */meta/_journal.json               up to four folders deep\n"
	    "  DATABASE_URL                       in the environment, then in "
	    ".env\n"
	    "  PGDATABASE, PGSERVICE              in the environment\n");
	if (p->folder.n)
		sbuf_addf(out, "Found\n  %.*s\n", STR_ARG(p->folder));
	for (size_t i = 0; i < p->nforeign; i++)
		sbuf_addf(out, "%s  %.*s\n", i == 0 ? "\nOther tools here; "
		    "their migrations are not read, their SQLite file can be\n"
		    "opened\n" : "", STR_ARG(p->foreign[i]));
	for (size_t i = 0; i < p->nnotes; i++)
		sbuf_addf(out, "%s  %.*s\n", i == 0 ? "\nNotes\n" : "",
		    STR_ARG(p->notes[i]));
	sbuf_addz(out, "\nWhat to type next\n"
	    "  weir FILE.db                       open a SQLite database\n"
	    "  weir postgresql://USER@HOST/NAME   open a PostgreSQL database\n"
	    "  weir FOLDER                        open the project there\n");
	if (p->folder.n)
		sbuf_addz(out,
		    "  weir --db FILE.db                  this project with that"
		    " database\n");
	else
		sbuf_addz(out,
		    "  weir --migrations DIR --db FILE    both by name\n");
	sbuf_addz(out,
	    "  weir --help                        all commands\n");
}
