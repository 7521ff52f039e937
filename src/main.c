/* main.c: the floor above all others: argv and environment come in here. */
#include <stdio.h>
#include <string.h>

#ifndef WEIR_VERSION
#define WEIR_VERSION "unknown"
#endif

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("weir " WEIR_VERSION);
		return 0;
	}
	puts("usage: weir [--version | --help]");
	return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
}
