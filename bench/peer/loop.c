/*
 * loop: the least that committing after every migration can cost.
 *
 *	loop DB FILE…
 *
 * Each FILE is run in a transaction of its own, a tracking row written with
 * it. The peer of `weir migrate --each`; checks nothing, keeps nothing safe.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void run(sqlite3 *db, const char *text)
{
	char *msg = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &msg) != SQLITE_OK) {
		fprintf(stderr, "loop: %s\n", msg ? msg : "?");
		exit(1);
	}
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0) {
		perror(path);
		exit(1);
	}
	rewind(f);
	text = malloc((size_t)n + 1);
	if (!text || fread(text, 1, (size_t)n, f) != (size_t)n) {
		perror(path);
		exit(1);
	}
	text[n] = '\0';
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	sqlite3 *db;

	if (argc < 3 || sqlite3_open(argv[1], &db) != SQLITE_OK)
		return 2;
	run(db, "CREATE TABLE IF NOT EXISTS __drizzle_migrations ("
		"id SERIAL PRIMARY KEY, hash text NOT NULL, "
		"created_at numeric)");
	for (int i = 2; i < argc; i++) {
		char *text = slurp(argv[i]);

		run(db, "BEGIN EXCLUSIVE");
		run(db, text);
		run(db, "INSERT INTO __drizzle_migrations (hash, created_at) "
			"VALUES (hex(zeroblob(32)), 0)");
		run(db, "COMMIT");
		free(text);
	}
	sqlite3_close(db);
	return 0;
}
