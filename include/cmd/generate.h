/*
 * The manual page and the completions of shells, made from the tables that the program itself uses: sub-commands with
 * their options, console keys, filter keys, settings, exit codes.
 */
#ifndef CMD_GENERATE_H
#define CMD_GENERATE_H

#include "cmd/command_line.h"

/* One usage of the command line, as --help would print it. The console's has an empty name. */
struct usage {
	const struct subcommand *row;
	bool first;       /* of its row: "agent add" is, "agent list" is not */
	const char *name; /* "list", "agent add" */
	const char *arguments;
	const struct option_spec *specs;
};

/* All sub-commands in the order of the help; ends with a name of NULL. */
extern const struct subcommand generate_rows[];

/* Calls `each` for every usage: the console's first, then the sub-commands'. */
void generate_each_usage(void (*each)(const struct usage *usage));

/* What can stand where, read from a usage such as "ID new|open [FILE]" or "check FILE | export". */
enum { PLACES_MOST = 4 };
struct places {
	char words[PLACES_MOST]
	          [96]; /* blanks between them; "FILE" for a file's name; "" when it can be anything */
	int count;
	bool rest; /* the last place may be repeated */
};
void places_read(const char *arguments, struct places *out);

/* Each prints its whole file on stdout. */
void generate_man(void);
void generate_bash(void);
void generate_zsh(void);
void generate_fish(void);

#endif
