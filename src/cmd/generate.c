/*
 * `sandglass generate man | bash | zsh | fish`: what `make` calls for the files that `make install` puts beside the program.
 * The options are asked of each sub-command (command_line_describe), so a new one stands in all four at once.
 */
#include "cmd/generate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

const struct subcommand generate_rows[] = {
#define SUBCOMMAND(function, name, arguments, help) {name, arguments, help, subcommand_##function},
#include "cmd/subcommands.def"
        {NULL, NULL, NULL, NULL},
};

/* ---- usages ------------------------------------------------------------------------------------ */

struct walk {
	void (*each)(const struct usage *usage);
	const struct subcommand *row;
	bool first;
};

static void visit(void *context, const char *name, const char *arguments, const struct option_spec *specs)
{
	struct walk *walk = context;
	const struct usage usage = {walk->row, walk->first, name, arguments, specs};
	walk->each(&usage);
	walk->first = false;
}

void generate_each_usage(void (*each)(const struct usage *usage))
{
	static const struct subcommand console = {"", "", "", subcommand_console};
	struct walk walk = {each, &console, true};
	command_line_describe(console.run, "", visit, &walk);
	for (walk.row = generate_rows; walk.row->name; walk.row++) {
		walk.first = true;
		command_line_describe(walk.row->run, walk.row->name, visit, &walk);
	}
}

/* ---- places ------------------------------------------------------------------------------------ */

/* Words that stand as they are begin with a small letter; capitals name what a person fills in. */
static void add_words(char *words, size_t size, const char *token, size_t length)
{
	for (const char *end = token + length; token < end; token++) {
		size_t word = strcspn(token, "|");
		if (word > (size_t)(end - token))
			word = (size_t)(end - token);
		bool file = word == 4 && strncmp(token, "FILE", 4) == 0;
		size_t used = strlen(words);
		bool again = file && strstr(words, "FILE");
		if (word && !again && (file || islower((unsigned char)*token)))
			snprintf(words + used, size - used, "%s%.*s", used ? " " : "", (int)word, token);
		token += word;
	}
}

void places_read(const char *arguments, struct places *out)
{
	*out = (struct places){.count = 0};
	int place = 0;
	while (*(arguments += strspn(arguments, " ["))) {
		size_t length = strcspn(arguments, " ]");
		const char *token = arguments;
		arguments += length + strspn(arguments + length, "]");
		if (length == 1 && *token == '|') {
			place = 0;
			continue;
		}
		if (*token == '-' || strncmp(token, "OPTIONS", length) == 0 || place == PLACES_MOST)
			continue;
		if (length > 3 && strncmp(token + length - 3, "...", 3) == 0) {
			out->rest = true;
			length -= 3;
		}
		add_words(out->words[place], sizeof out->words[place], token, length);
		place++;
		if (place > out->count)
			out->count = place;
	}
}

/* ---- the sub-command --------------------------------------------------------------------------- */

int subcommand_generate(int argc, char **argv)
{
	static const struct {
		const char *word;
		void (*print)(void);
	} kinds[] = {{"man", generate_man}, {"bash", generate_bash}, {"zsh", generate_zsh},
	        {"fish", generate_fish}};
	const struct option_spec specs[] = {{NULL}};
	int code;
	int first = command_line_options(argc, argv, "man|bash|zsh|fish", specs, &code);
	if (first < 0)
		return code;
	struct error err;
	for (size_t i = 0; argc - first == 1 && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(argv[first], kinds[i].word) == 0) {
			kinds[i].print();
			if (fflush(stdout) == 0 && !ferror(stdout))
				return EX_OK;
			error_errno(&err, ERROR_IO, "cannot write");
			return command_line_fail("generate", &err);
		}
	error_set(&err, ERROR_USAGE, "it takes man, bash, zsh or fish");
	return command_line_fail("generate", &err);
}
