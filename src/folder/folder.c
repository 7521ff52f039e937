/*
 * folder.c: the files of a migrations folder.  Not: the journal's form
 * (journal.c), what a text tells (text.c), the tracking table (states.c).
 *
 * Invariants: no path is made from a tag before tag_valid() passed it; every
 * file is opened beneath the folder, once.
 */
#include "base/fs.h"
#include "base/map.h"
#include "folder/parts.h"

struct loading {
	const char *dir;		/* as opened */
	struct folder *f;
	struct finding_list findings;
	struct dir_list list;		/* what is in the folder */
	struct map *there;		/* its names */
	struct map *files;		/* names that belong to an entry */
	struct map *prefixes;		/* prefix to its entries' count */
	size_t bytes;
};

/* --- finding the journal -------------------------------------------------- */

static enum rc no_journal(const char *dir, struct err *e)
{
	struct file_stat st = file_stat_of(dir);

	*e = (struct err)ERR_INIT;
	if (!st.exists) {
		err_set(e, RC_NOTFOUND, "there is no folder %s", dir);
		err_hint(e, "Looked for %s/meta/_journal.json. Name the "
		    "migrations folder with --migrations DIR.", dir);
		return RC_NOTFOUND;
	}
	if (!st.is_dir) {
		err_set(e, RC_NOTFOUND, "%s is not a folder", dir);
		err_hint(e, "--migrations takes the folder that holds "
		    "meta/_journal.json.");
		return RC_NOTFOUND;
	}
	err_set(e, RC_NOTFOUND, "%s has no meta/_journal.json", dir);
	err_hint(e, "A migrations folder is what drizzle-kit generate writes; "
	    "name it with --migrations DIR.");
	return RC_NOTFOUND;
}

/* A FIFO, a link out of the folder: what would run cannot be said. */
static enum rc untrusted(const struct loading *ld, struct err *e)
{
	if (e->code != RC_IO)
		e->code = RC_INCONSISTENT;
	err_prefix(e, "%.*s", STR_ARG(ld->f->path));
	err_hint(e, "Restore the file from version control.");
	return e->code;
}

static enum rc read_journal(struct loading *ld, struct arena *a,
    struct journal *j, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct str name = path_join(a, ld->f->path, STR("meta/_journal.json"));
	enum rc rc;

	rc = file_read_beneath(ld->dir, "meta/_journal.json", &text, e);
	if (rc == RC_NOTFOUND && folder_is_layout_1(ld->dir)) {
		*e = (struct err)ERR_INIT;
		ld->f->layout_1 = true;
		rc = layout_1_read(ld->dir, ld->f->path, a, j, e);
		goto out;
	}
	if (rc == RC_NOTFOUND) {
		rc = no_journal(ld->dir, e);
		goto out;
	}
	if (rc) {
		rc = untrusted(ld, e);
		goto out;
	}
	rc = journal_parse(arena_str(a, sbuf_str(&text)), name.p,
	    &ld->findings, a, j, e);
out:
	sbuf_free(&text);
	return rc;
}

/* --- one migration -------------------------------------------------------- */

static enum rc read_file(struct loading *ld, struct str name, struct str *out,
    struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	enum rc rc;

	rc = file_read_beneath(ld->dir, name.p, &text, e);
	if (rc == RC_NOTFOUND)
		goto out;
	if (rc) {
		rc = untrusted(ld, e);
		goto out;
	}
	ld->bytes += text.n;
	if (ld->bytes > FOLDER_MAX_BYTES) {
		rc = err_at(e, RC_UNSUPPORTED, name.p, "the migrations are "
		    "larger than %zu MiB together", FOLDER_MAX_BYTES >> 20);
		goto out;
	}
	*out = arena_str(ld->f->a, sbuf_str(&text));
out:
	sbuf_free(&text);
	return rc;
}

static struct str tag_prefix(struct str tag)
{
	return str_sub(tag, 0, str_find(tag, STR("_"), 0));
}

/* An optional down file; *out "" when it is not there or says nothing. */
static enum rc read_down(struct loading *ld, struct entry *en,
    struct str name, struct err *e)
{
	struct err why = ERR_INIT;
	struct str text = STR("");
	struct str file = path_join(ld->f->a, ld->f->path, name);
	enum rc rc = read_file(ld, name, &text, &why);

	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc) {
		*e = why;
		return rc;
	}
	if (!text_encoding(en->tag, file, text, &ld->findings) ||
	    text_is_blank(dialect_of(ld->f->engine), text))
		return RC_OK;
	en->down = text;
	en->down_file = file;
	en->down_line = 1;
	return RC_OK;
}

/* DESIGN §5.8, first found. */
static enum rc find_down(struct loading *ld, struct entry *en, struct err *e)
{
	struct arena *a = ld->f->a;
	struct str prefix = tag_prefix(en->tag);
	struct str name = arena_printf(a, "%.*s.down.sql", STR_ARG(en->tag));
	const size_t *sharers = map_get(ld->prefixes, prefix);
	size_t live;
	enum rc rc = RC_OK;

	if (en->named)
		rc = read_down(ld, en, arena_printf(a, "%.*s/down.sql",
		    STR_ARG(en->tag)), e);
	if (rc || en->down.n)
		return rc;
	map_put(ld->files, name, en);
	if (map_has(ld->there, name))
		rc = read_down(ld, en, name, e);
	if (rc || en->down.n)
		return rc;
	name = arena_printf(a, "%.*s_rollback.sql", STR_ARG(prefix));
	/* an entry of that very name is a migration, not a way back */
	if (prefix.n && sharers && *sharers == 1 &&
	    !map_has(ld->files, name)) {
		map_put(ld->files, name, en);
		if (map_has(ld->there, name))
			rc = read_down(ld, en, name, e);
		if (rc || en->down.n)
			return rc;
	}
	if (en->missing)
		return RC_OK;
	en->down = text_down_section(dialect_of(ld->f->engine), en->text, a,
	    &en->down_line, &live);
	if (en->down.n)
		en->down_file = en->file;
	return RC_OK;
}

static enum rc read_migration(struct loading *ld, struct entry *en,
    struct err *e)
{
	struct arena *a = ld->f->a;
	struct str name = arena_printf(a, en->named ? "%.*s/migration.sql" :
	    "%.*s.sql", STR_ARG(en->tag));
	struct err why = ERR_INIT;
	enum rc rc;

	en->file = path_join(a, ld->f->path, name);
	en->text = en->down = en->down_file = STR("");
	rc = read_file(ld, name, &en->text, &why);
	if (rc == RC_NOTFOUND) {
		en->missing = true;
		finding_add(&ld->findings, (struct finding){
			.code = "FD3", .slug = "file-missing", .tag = en->tag,
			.where = en->file,
			.text = STR("the journal names this file and it is not"
			    " there: Drizzle's migrator stops at it"),
			.fix = STR("restore the file from version control") });
		return RC_OK;
	}
	if (rc) {
		*e = why;
		return rc;
	}
	en->hash = sha256_of(en->text);
	sha256_hex(&en->hash, en->hex);
	en->npieces = pieces_split(en->text, a, &en->pieces);
	text_check(dialect_of(ld->f->engine), en, &ld->findings);
	return RC_OK;
}

static void index_names(struct loading *ld)
{
	struct arena *a = ld->f->a;

	for (size_t i = 0; i < ld->f->n; i++) {
		const struct entry *en = &ld->f->v[i];
		struct str prefix = tag_prefix(en->tag);
		size_t *n = map_get(ld->prefixes, prefix);

		map_put(ld->files,
		    arena_printf(a, "%.*s.sql", STR_ARG(en->tag)), ld);
		if (!n) {
			n = arena_new_of(a, size_t);
			map_put(ld->prefixes, prefix, n);
		}
		++*n;
	}
}

/* --- FD9 ------------------------------------------------------------------ */

static bool is_rollback_name(const struct loading *ld, struct str name)
{
	struct str stem;

	if (!str_ends(name, STR("_rollback.sql")))
		return false;
	stem = str_sub(name, 0, name.n - strlen("_rollback.sql"));
	return map_has(ld->prefixes, stem);
}

static enum rc list_files(struct loading *ld, struct err *e)
{
	enum rc rc = dir_read(ld->dir, ld->f->a, &ld->list, e);

	ld->there = map_new(ld->f->a);
	for (size_t i = 0; rc == RC_OK && i < ld->list.n; i++)
		map_put(ld->there, ld->list.v[i].name, ld);
	return rc;
}

static void find_unlisted(struct loading *ld)
{
	struct arena *a = ld->f->a;
	VEC(struct str) names = { 0 };

	for (size_t i = 0; i < ld->list.n; i++) {
		struct str name = ld->list.v[i].name;

		if (!ld->list.v[i].is_file || !str_ends(name, STR(".sql")) ||
		    map_has(ld->files, name) || is_rollback_name(ld, name))
			continue;
		vec_push(a, &names, name);
		finding_add(&ld->findings, (struct finding){
			.code = "FD9", .slug = "unlisted-file",
			.tag = STR(""),
			.where = path_join(a, ld->f->path, name),
			.text = STR("the journal does not name this file: "
			    "neither Drizzle nor weir ever runs it"),
			.fix = arena_printf(a, "weir adopt %.*s gives it an "
			    "entry; or move it out of the folder",
			    STR_ARG(name)) });
	}
	ld->f->unlisted = names.v;
	ld->f->nunlisted = names.n;
}

static void note_turso(struct loading *ld)
{
	if (!str_is(ld->f->dialect, "turso"))
		return;
	finding_add(&ld->findings, (struct finding){
		.code = "", .slug = "turso", .tag = STR(""), .where = STR(""),
		.text = STR("a Turso folder, treated as SQLite: statements "
		    "that only libSQL knows will not run here"),
		.fix = STR("") });
}

enum rc folder_read(const char *path, struct arena *a, struct folder **out,
    struct err *e)
{
	struct folder *f = arena_new_of(a, struct folder);
	struct loading ld = { .dir = path, .f = f, .findings = { .a = a } };
	struct journal j = { 0 };
	enum rc rc;

	f->a = a;
	/* short where it can be, and still a path that opens from here */
	f->path = path_short(a, str_z(path), STR("."));
	rc = read_journal(&ld, a, &j, e);
	if (rc)
		return rc;
	f->dialect = j.dialect;
	f->engine = j.engine;
	f->v = j.v;
	f->n = j.n;
	ld.files = map_new(a);
	ld.prefixes = map_new(a);
	index_names(&ld);
	note_turso(&ld);
	rc = list_files(&ld, e);
	for (size_t i = 0; i < j.n && rc == RC_OK; i++) {
		rc = read_migration(&ld, &j.v[i], e);
		if (rc == RC_OK)
			rc = find_down(&ld, &j.v[i], e);
	}
	if (rc)
		return rc;
	find_unlisted(&ld);
	f->findings.v = ld.findings.list.v;
	f->findings.n = ld.findings.list.n;
	*out = f;
	return RC_OK;
}
