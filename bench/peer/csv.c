/*
 * csv FILE TABLE: a table as CSV on stdout by the least that a program can do:
 * sqlite3_step(), the engine's own text of each value, quoting, write(2).
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static char buffer[1 << 17];

static void put(const char *s)
{
	if (!strpbrk(s, ",\"\r\n") && *s) {
		fputs(s, stdout);
		return;
	}
	putchar_unlocked('"');
	for (; *s; s++) {
		if (*s == '"')
			putchar_unlocked('"');
		putchar_unlocked(*s);
	}
	putchar_unlocked('"');
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	char sql[200];
	int n;

	if (argc != 3 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY,
	    NULL))
		return 1;
	sqlite3_snprintf(sizeof(sql), sql, "SELECT * FROM \"%w\"", argv[2]);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL))
		return 1;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	n = sqlite3_column_count(s);
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < n; i++) {
			const char *text =
			    (const char *)sqlite3_column_text(s, i);

			if (i)
				putchar_unlocked(',');
			if (text)
				put(text);
		}
		putchar_unlocked('\n');
	}
	sqlite3_finalize(s);
	return sqlite3_close(db) || fflush(stdout);
}
