/*
 * fault: what the tests of bad input need and no common program gives.
 *
 *	fault count                 how many hostile strings there are
 *	fault string N              the Nth, byte for byte
 *	fault utf8 N                status 0 when the Nth is valid UTF-8
 *	fault poison DB             a database whose names, texts and values
 *	                            are the hostile strings
 *	fault poison-pg             SQL for psql that makes a PostgreSQL one:
 *	                            names, labels, comments, bodies, values
 *	fault raise LEVEL N         a DO block that says the Nth in message,
 *	                            detail, hint and names
 *	fault pty FILE CMD ARG…     CMD with its output on a terminal, all bytes
 *	                            into FILE; its status.  In an argument @S
 *	                            stands for the string named by FAULT_STRING
 *	fault hangup TEXT FILE CMD ARG…    the same; the terminal goes away
 *	                            when TEXT is seen; CMD reads from it too,
 *	                            unless FAULT_UNASKED is set
 *	fault scan FILE…            status 1 and a line for each byte that a
 *	                            terminal would obey or that misleads; our own
 *	                            colours (ESC [ digits m) are allowed
 *	fault damage FROM TO N      a copy with the Nth damage, always the same
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/sbuf.h"
#include "base/utf8.h"
#include "base/vec.h"

static struct arena *a;
static VEC(struct str) strings;

/* --- the strings ---------------------------------------------------------- */

#define S(literal) { literal, sizeof(literal) - 1 }
static const struct str sequences[] = {
	S("\033[2J"), S("\033[31mred"), S("\033[1;1H"), S("\033[?1049l"),
	S("\033[6n"), S("\033[c"), S("\033[>c"), S("\033[?25l"),
	S("\033[8;1;1t"), S("\033[21t"), S("\033[20t"), S("\033[?2004h"),
	S("\033[?1000h"), S("\033[5i"), S("\033[4i"), S("\033[!p"),
	S("\033[3g"), S("\033[r"), S("\033[1;2r"), S("\033[s"), S("\033[u"),
	S("\033[999999999999A"), S("\033[38;5;196m"), S("\033[38;2;1;2;3m"),
	S("\033]0;title\007"), S("\033]0;title\033\\"), S("\033]2;t\007"),
	S("\033]52;c;aGk=\007"), S("\033]52;c;?\007"), S("\033]4;1;?\007"),
	S("\033]8;;http://x\033\\y\033]8;;\033\\"), S("\033]10;?\007"),
	S("\033]1337;File=:\007"), S("\033]9;x\007"), S("\033]777;n;a;b\007"),
	S("\033P+q544e\033\\"), S("\033P$q\"p\033\\"), S("\033P1$r\033\\"),
	S("\033X sos \033\\"), S("\033^ pm \033\\"), S("\033_ apc \033\\"),
	S("\033_Gf=24;AAAA\033\\"), S("\033c"), S("\033(0lqk\033(B"),
	S("\033#8"), S("\0337"), S("\0338"), S("\033D"), S("\033M"),
	S("\033E"), S("\033="), S("\033>"), S("\033N"), S("\033O"),
	S("\033 G"), S("\033%G"), S("\033%@"), S("\033"), S("\033["),
	S("\033]"), S("\033[\n31m"), S("\23331m"), S("\2350;t\234"),
	S("\220q\234"), S("\302\23331mred"), S("\302\2350;t\302\234"),
	S("\302\220q\302\234"), S("\302\237x\302\234"),
	/* ends of line, fields, tables */
	S("a\rb"), S("a\r\nb"), S("a\bb"), S("\007\007\007"), S("a\tb\tc"),
	S("a\vb\fc"), S("\n\n\n"), S("weir: all is well\nweir: "),
	S("\r\033[K ok      all is well"), S("\016x\017"), S("\177\177"),
	/* what is no UTF-8 */
	S("\300\200"), S("\300\257"), S("\301\277"), S("\340\200\257"),
	S("\360\200\200\257"), S("\370\210\200\200\200"),
	S("\374\204\200\200\200\200"), S("\355\240\200"), S("\355\277\277"),
	S("\355\240\275\355\270\200"), S("\364\220\200\200"), S("\302"),
	S("\342\202"), S("\360\237\230"), S("a\302"), S("\200"), S("\277\277"),
	S("\377\376"), S("\376\377"), S("\303\050"), S("\342\050\241"),
	S("\340\200\233" "31m"), S("\300\233" "31m"),
	/* SQL and shell, to be quoted */
	S("a\"b"), S("a'b"), S("a`b"), S("a]b"), S("a\\b"), S("'; DROP TABLE"
	" cells; --"), S("\"; DROP TABLE cells; --"), S("$(touch x)"),
	S("`touch x`"), S("a;b|c&d"), S("%s%s%n%n"), S("--> statement-"
	"breakpoint"), S("/* x"), S("*/"), S("-- x"), S("\\"), S("{}"),
	S("<U+202E>"), S("../../etc/passwd"), S("NULL"), S(" "), S("-rf"),
	/* wide, joined, marked */
	S("\346\274\242\345\255\227"), S("\360\237\221\250\342\200\215\360\237"
	"\221\251\342\200\215\360\237\221\247"), S("\360\237\207\251\360\237"
	"\207\252"), S("\342\235\244\357\270\217"), S("e\314\201\314\202"),
	S("\355\225\234"), S("\357\277\277"), S("\357\277\276"),
	S("\363\240\200\201\363\240\201\201\363\240\201\277"),
	S("\341\205\237x"), S("\302\255"), S("\342\201\240x"),
};
#undef S

static const struct { uint32_t from, to; } hidden[] = {
	{ 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x206f },
	{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0001, 0xe0001 },
	{ 0xe0041, 0xe0043 },
};

static void add(const struct sbuf *b)
{
	vec_push(a, &strings, arena_str(a, sbuf_str(b)));
}

static void add_around(uint32_t value, bool encoded)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addc(&b, 'a');
	if (encoded)
		utf8_put(&b, value);
	else
		sbuf_addc(&b, (char)value);
	sbuf_addc(&b, 'b');
	add(&b);
	sbuf_free(&b);
}

static void add_many(const char *unit, size_t n)
{
	struct sbuf b = SBUF_INIT((size_t)8 << 20);

	sbuf_addc(&b, 'a');
	while (n-- > 0)
		sbuf_addz(&b, unit);
	add(&b);
	sbuf_free(&b);
}

static void make_strings(void)
{
	for (uint32_t c = 1; c < 0x20; c++)
		add_around(c, false);
	add_around(0x7f, false);
	for (uint32_t c = 0x80; c < 0xa0; c++)
		add_around(c, true);
	for (uint32_t c = 0x80; c < 0xa0; c++)
		add_around(c, false);
	for (uint32_t c = 0xf5; c <= 0xff; c++)
		add_around(c, false);
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		for (uint32_t c = hidden[i].from; c <= hidden[i].to; c++)
			add_around(c, true);
	for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++)
		vec_push(a, &strings, sequences[i]);
	add_many("\314\210", 4000);
	add_many("\033[A", 2000);
	add_many("\342\200\256", 500);
	add_many("x", 1 << 20);
}

/* --- a database of them ------------------------------------------------------ */

static void run(sqlite3 *db, const struct sbuf *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, sql->p, (int)sql->n, &s, NULL) ||
	    sqlite3_step(s) != SQLITE_DONE) {
		fprintf(stderr, "fault: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_finalize(s);
}

/* s with `quote` doubled, between two of it, after a number of its own */
static void quoted(struct sbuf *b, char quote, size_t nth, char kind,
    struct str s)
{
	sbuf_addc(b, quote);
	sbuf_addf(b, "%zu%c", nth, kind);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == quote)
			sbuf_addc(b, quote);
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, quote);
}

static void poison_names(sqlite3 *db, size_t i, struct str s)
{
	struct sbuf b = SBUF_TEXT;

#define Q(kind) quoted(&b, '"', i, kind, s)
#define V() quoted(&b, '\'', i, 'v', s)
	sbuf_addz(&b, "CREATE TABLE "); Q('t');
	sbuf_addz(&b, " (id integer PRIMARY KEY, "); Q('c');
	sbuf_addz(&b, " text DEFAULT "); V();
	sbuf_addz(&b, " CONSTRAINT "); Q('k');
	sbuf_addz(&b, " CHECK ("); Q('c'); sbuf_addz(&b, " <> "); V();
	sbuf_addz(&b, "), r integer REFERENCES "); Q('t');
	sbuf_addz(&b, " (id))");
	run(db, &b);
	sbuf_reset(&b);
	sbuf_addz(&b, "CREATE INDEX "); Q('i');
	sbuf_addz(&b, " ON "); Q('t'); sbuf_addz(&b, " ("); Q('c');
	sbuf_addz(&b, ") WHERE "); Q('c'); sbuf_addz(&b, " <> "); V();
	run(db, &b);
	sbuf_reset(&b);
	sbuf_addz(&b, "CREATE VIEW "); Q('w');
	sbuf_addz(&b, " AS SELECT "); V(); sbuf_addz(&b, " AS "); Q('c');
	run(db, &b);
	sbuf_reset(&b);
	sbuf_addz(&b, "CREATE TRIGGER "); Q('g');
	sbuf_addz(&b, " AFTER INSERT ON "); Q('t');
	sbuf_addz(&b, " BEGIN SELECT "); V(); sbuf_addz(&b, "; END");
	run(db, &b);
#undef Q
#undef V
	sbuf_free(&b);
}

static void poison(const char *path)
{
	struct sbuf b = SBUF_TEXT;
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;

	sqlite3_open(path, &db);
	sbuf_addz(&b, "BEGIN");
	run(db, &b);
	sbuf_reset(&b);
	sbuf_addz(&b, "CREATE TABLE cells (id integer PRIMARY KEY, t, b)");
	run(db, &b);
	sqlite3_prepare_v2(db, "INSERT INTO cells (t, b) VALUES (?, ?)", -1, &s,
	    NULL);
	for (size_t i = 0; i < strings.n; i++) {
		struct str x = strings.v[i];

		sqlite3_bind_text(s, 1, x.p, (int)x.n, SQLITE_STATIC);
		sqlite3_bind_blob(s, 2, x.p, (int)x.n, SQLITE_STATIC);
		sqlite3_step(s);
		sqlite3_reset(s);
		if (x.n < 20000)
			poison_names(db, i, x);
	}
	sqlite3_finalize(s);
	sbuf_reset(&b);
	sbuf_addz(&b, "COMMIT");
	run(db, &b);
	sbuf_free(&b);
	sqlite3_close(db);
}

/* --- the same for PostgreSQL, as SQL text ------------------------------------- */

/* "N" and the kind, then as much of s as a name of 63 bytes holds. */
static void pg_name(struct sbuf *b, size_t nth, char kind, struct str s)
{
	size_t i = 0, room = 63 - 8;

	if (s.n > room) {
		while (i < s.n) {
			size_t at = i;

			(void)utf8_next(s, &i);
			if (i > room) {
				s.n = at;
				break;
			}
		}
	}
	quoted(b, '"', nth, kind, s);
}

static const char *const pg_templates[] = {
	"CREATE TYPE @e AS ENUM (@l, 'other');",
	"CREATE TABLE @t (id integer PRIMARY KEY, @c text DEFAULT @v"
	" CONSTRAINT @k CHECK (@c <> @v), e @e DEFAULT @l,"
	" r integer CONSTRAINT @f REFERENCES @t (id) ON DELETE CASCADE);",
	"INSERT INTO @t VALUES (1, 'x' || @v, @l, NULL);",
	"COMMENT ON TABLE @t IS @v;",
	"COMMENT ON COLUMN @t.@c IS @v;",
	"CREATE INDEX @i ON @t (@c) WHERE @c <> @v;",
	"CREATE VIEW @w AS SELECT @v AS @c;",
	"CREATE FUNCTION @p(@c text) RETURNS text LANGUAGE sql"
	" AS 'SELECT $1' ;",
	"CREATE FUNCTION @g() RETURNS trigger LANGUAGE plpgsql AS $body$BEGIN"
	" PERFORM @v; RETURN NULL; END$body$;",
	"CREATE TRIGGER @g AFTER INSERT ON @t EXECUTE FUNCTION @g();",
	"CREATE POLICY @y ON @t USING (@c <> @v);",
	"CREATE SEQUENCE @q;",
	"CREATE DOMAIN @d AS text CHECK (VALUE <> @v);",
	"INSERT INTO cells (t, b) VALUES (@v, convert_to(@v, 'UTF8'));",
	/* once in sixteen */
	"*CREATE SCHEMA @s; CREATE TABLE @s.@t (id integer);",
};

static void pg_fill(struct sbuf *b, const char *text, size_t i, struct str s)
{
	for (; *text; text++) {
		if (*text != '@')
			sbuf_addc(b, *text);
		else if (*++text == 'v')
			quoted(b, '\'', i, 'v', s);
		else if (*text == 'l')
			quoted(b, '\'', i, 'l', s.n > 40 ? str_z("") : s);
		else
			pg_name(b, i, *text, s);
	}
	sbuf_addc(b, '\n');
}

static void poison_pg(void)
{
	struct sbuf b = SBUF_INIT((size_t)64 << 20);

	sbuf_addz(&b, "BEGIN;\nCREATE TABLE cells (id serial PRIMARY KEY,"
	    " t text, b bytea);\n");
	for (size_t i = 0; i < strings.n; i++) {
		struct str x = strings.v[i];

		if (x.n >= 20000 || !utf8_valid(x, NULL))
			continue;
		for (size_t k = 0; k < sizeof(pg_templates) /
		    sizeof(*pg_templates); k++)
			if (*pg_templates[k] != '*')
				pg_fill(&b, pg_templates[k], i, x);
			else if (i % 16 == 0)
				pg_fill(&b, pg_templates[k] + 1, i, x);
	}
	sbuf_addz(&b, "COMMIT;\n");
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

static void say(const char *level, size_t i)
{
	struct str s = strings.v[i % strings.n];
	struct sbuf b = SBUF_INIT((size_t)8 << 20);
	static const char *const parts[] = { "MESSAGE", "DETAIL", "HINT",
		"COLUMN", "CONSTRAINT", "TABLE", "SCHEMA" };

	sbuf_addf(&b, "DO $do$BEGIN RAISE %s USING ", level);
	for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++) {
		sbuf_addf(&b, "%s%s = ", k ? ", " : "", parts[k]);
		quoted(&b, '\'', i, 'v', s.n > 20000 ? str_sub(s, 0, 9999) : s);
	}
	sbuf_addz(&b, "; END$do$;\n");
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

static bool read_all(const char *path, struct sbuf *b)
{
	char buf[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return false;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		sbuf_add(b, (struct str){ buf, n });
	fclose(f);
	return true;
}

/* --- on a terminal --------------------------------------------------------------- */

static char *with_string(char *arg)
{
	const char *nth = getenv("FAULT_STRING");
	char *at = strstr(arg, "@S");
	struct str s;

	if (!at || !nth)
		return arg;
	s = strings.v[strtoul(nth, NULL, 10) % strings.n];
	if (s.n > 100000)
		s = str_sub(s, 0, 100000);
	return arena_z(a, arena_printf(a, "%.*s%.*s%s", (int)(at - arg), arg,
	    STR_ARG(s), at + 2));
}

/* Copies what comes until the other side is closed, or `until` is seen. */
static void copy(int master, int out, const char *until)
{
	struct sbuf all = SBUF_INIT((size_t)64 << 20);
	char buf[65536];

	for (;;) {
		ssize_t n = read(master, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (write(out, buf, (size_t)n) != n)
			break;
		sbuf_add(&all, (struct str){ buf, (size_t)n });
		if (until && str_find(sbuf_str(&all), str_z(until), 0) < all.n)
			break;
	}
	sbuf_free(&all);
}

static int on_terminal(const char *until, const char *file, char **argv)
{
	struct winsize size = { .ws_row = 40, .ws_col = 120 };
	int master, status = 0;
	int out = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	pid_t pid = forkpty(&master, NULL, NULL, &size);

	if (pid == 0) {
		for (size_t i = 1; argv[i]; i++)
			argv[i] = with_string(argv[i]);
		/* the terminal is for reading what is said, not for asking */
		if (!until || getenv("FAULT_UNASKED"))
			dup2(open("/dev/null", O_RDONLY), 0);
		execv(argv[0], argv);
		_exit(127);
	}
	copy(master, out, until);
	close(master);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

/* --- what a terminal would obey --------------------------------------------------- */

static bool is_hidden(int32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return true;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		if (c >= (int32_t)hidden[i].from && c <= (int32_t)hidden[i].to)
			return true;
	return false;
}

/* Length of ESC [ digits m at s.p[i], else 0. */
static size_t colour(struct str s, size_t i)
{
	size_t at = i + 2;

	if (at >= s.n || s.p[i] != 033 || s.p[i + 1] != '[')
		return 0;
	while (at < s.n && ((s.p[at] >= '0' && s.p[at] <= '9') ||
	    s.p[at] == ';'))
		at++;
	return at < s.n && s.p[at] == 'm' ? at + 1 - i : 0;
}

static int scan(const char *path)
{
	struct sbuf all = SBUF_INIT((size_t)256 << 20);
	size_t bad = 0, i = 0;
	int32_t before = 0;
	struct str s;

	if (!read_all(path, &all))
		return 1;
	s = sbuf_str(&all);
	while (i < s.n) {
		size_t at = i, skip = colour(s, i);
		int32_t c;

		if (skip || s.p[i] == '\n' || (s.p[i] == '\r' &&
		    i + 1 < s.n && (s.p[i + 1] == '\n' ||
		    s.p[i + 1] == '\r'))) {
			i += skip ? skip : 1;
			continue;
		}
		c = utf8_next(s, &i);
		/* the joiner within a picture: a family, a flag */
		if (c == 0x200d && (before >= 0x1f000 || before == 0xfe0f))
			continue;
		before = c;
		if ((c < 0 || is_hidden(c)) && bad++ < 10)
			printf("%s: byte %zu: %s%02x after \"%.*s\"\n", path,
			    at, c < 0 ? "no UTF-8 " : "U+",
			    c < 0 ? (unsigned char)s.p[at] : (unsigned)c,
			    (int)(at > 20 ? 20 : at),
			    s.p + (at > 20 ? at - 20 : 0));
	}
	sbuf_free(&all);
	return bad ? 1 : 0;
}

/* --- damage ------------------------------------------------------------------------- */

static uint64_t next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void damage(struct sbuf *b, unsigned long nth)
{
	uint64_t x = 88172645463325252u + nth * 7919u;
	size_t page = 4096, pages, p, q;
	char swap[4096];

	for (int i = 0; i < 16; i++)
		(void)next(&x);
	pages = b->n / page;
	p = next(&x) % pages * page;
	q = next(&x) % pages * page;
	switch (nth % 8) {
	case 0:		/* one bit anywhere */
		b->p[next(&x) % b->n] ^= (char)(1u << next(&x) % 8);
		break;
	case 1:		/* bits of one page */
		for (int i = 0; i < 40; i++)
			b->p[p + next(&x) % page] ^=
			    (char)(1u << next(&x) % 8);
		break;
	case 2:		/* cut anywhere */
		sbuf_truncate(b, next(&x) % b->n);
		break;
	case 3:		/* cut at a page */
		sbuf_truncate(b, p);
		break;
	case 4:		/* two pages swapped */
		memcpy(swap, b->p + p, page);
		memcpy(b->p + p, b->p + q, page);
		memcpy(b->p + q, swap, page);
		break;
	case 5:		/* one page twice */
		memcpy(b->p + p, b->p + q, page);
		break;
	case 6:		/* the header */
		b->p[16 + next(&x) % 84] = (char)next(&x);
		break;
	default:	/* the schema's own page, cells and pointers */
		for (int i = 0; i < 8; i++)
			b->p[100 + next(&x) % (page - 100)] = (char)next(&x);
		break;
	}
}

static int damaged(const char *from, const char *to, unsigned long nth)
{
	struct sbuf b = SBUF_INIT((size_t)256 << 20);
	FILE *f;
	size_t n;

	if (!read_all(from, &b) || b.n < 8192)
		return 1;
	damage(&b, nth);
	f = fopen(to, "wb");
	n = f ? fwrite(b.p, 1, b.n, f) : 0;
	n = f && fclose(f) == 0 && n == b.n ? 0 : 1;
	sbuf_free(&b);
	return (int)n;
}

int main(int argc, char **argv)
{
	struct str word = str_z(argc > 1 ? argv[1] : "");
	int status = 0;

	a = arena_new();
	make_strings();
	if (str_is(word, "count") && argc == 2) {
		printf("%zu\n", strings.n);
	} else if (str_is(word, "string") && argc == 3) {
		struct str s = strings.v[strtoul(argv[2], NULL, 10) %
		    strings.n];

		fwrite(s.p, 1, s.n, stdout);
	} else if (str_is(word, "utf8") && argc == 3) {
		status = !utf8_valid(strings.v[strtoul(argv[2], NULL, 10) %
		    strings.n], NULL);
	} else if (str_is(word, "poison") && argc == 3) {
		poison(argv[2]);
	} else if (str_is(word, "poison-pg") && argc == 2) {
		poison_pg();
	} else if (str_is(word, "raise") && argc == 4) {
		say(argv[2], strtoul(argv[3], NULL, 10));
	} else if (str_is(word, "pty") && argc > 3) {
		status = on_terminal(NULL, argv[2], argv + 3);
	} else if (str_is(word, "hangup") && argc > 4) {
		status = on_terminal(argv[2], argv[3], argv + 4);
	} else if (str_is(word, "scan") && argc > 2) {
		for (int i = 2; i < argc; i++)
			status |= scan(argv[i]);
	} else if (str_is(word, "damage") && argc == 5) {
		status = damaged(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	} else {
		fprintf(stderr, "fault: see the top of %s\n", __FILE__);
		status = 2;
	}
	arena_free(a);
	return status;
}
