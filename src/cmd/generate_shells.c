/*
 * Completions for bash, zsh and fish. Each is a fixed script around one entry for every usage: its options, what their values
 * can be, and what can stand in which place.
 */
#include "cmd/generate.h"

#include <stdio.h>
#include <string.h>

/* In single quotes: in fish a backslash keeps its meaning there, in the others the quote is left and entered again. */
static void put_quoted(const char *text, const char *quote, const char *escaped)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs(quote, stdout);
		else if (strchr(escaped, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
	putchar('\'');
}

static const char *places_word(const struct places *places, int place)
{
	return place < places->count ? places->words[place] : "";
}

/* "agent add", which the word "agent" alone does not choose yet. */
static bool has_second_word(const struct usage *usage)
{
	return strchr(usage->name, ' ') != NULL;
}

/* ---- bash -------------------------------------------------------------------------------------- */

static void bash_names(const struct option_spec *specs, bool all)
{
	const char *blank = "";
	for (const struct option_spec *spec = specs; spec->name; spec++) {
		if (!all && spec->kind == OPTION_FLAG)
			continue;
		if (spec->letter)
			printf("%s-%c", blank, spec->letter), blank = " ";
		printf("%s--%s", blank, spec->name), blank = " ";
	}
}

static void bash_places(const char *arguments)
{
	struct places places;
	places_read(arguments, &places);
	fputs(" places=(", stdout);
	for (int i = 0; i < places.count; i++)
		printf("%s'%s'", i ? " " : "", places.words[i]);
	printf(") rest='%s' ;;\n", places.rest ? places_word(&places, places.count - 1) : "");
}

static void bash_usage(const struct usage *usage)
{
	if (usage->first && has_second_word(usage)) {
		printf("\t'%s') options='--help' valued=''", usage->row->name);
		bash_places(usage->row->arguments);
	}
	printf("\t'%s') options='--help ", usage->name);
	bash_names(usage->specs, true);
	fputs("' valued='", stdout);
	bash_names(usage->specs, false);
	putchar('\'');
	for (const struct option_spec *spec = usage->specs; spec->name; spec++)
		if (spec->values) {
			printf(" values[--%s]='%s'", spec->name, spec->values);
			if (spec->letter)
				printf(" values[-%c]='%s'", spec->letter, spec->values);
		}
	bash_places(usage->arguments);
}

static void bash_second_words(const struct usage *usage)
{
	if (has_second_word(usage))
		printf("\t'%s') command=$1\\ $2 at=3 ;;\n", usage->name);
}

void generate_bash(void)
{
	puts("# bash completion for sandglass, made by `sandglass generate bash`\n"
	     "_sandglass_offer()\n{\n"
	     "\tcase $1 in\n"
	     "\tFILE) compopt -o filenames 2>/dev/null\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$2\") ;;\n"
	     "\t?*) mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\") ;;\n"
	     "\tesac\n}\n\n"
	     "# _sandglass_command WORDS...: which usage it is (command), and where its arguments begin (at)\n"
	     "_sandglass_command()\n{\n"
	     "\tcommand= at=1\n"
	     "\tcase ${1-} in\n\t'' | -*) return ;;\n\tesac\n"
	     "\tcommand=$1 at=2\n"
	     "\tcase \"$1 ${2-}\" in");
	generate_each_usage(bash_second_words);
	fputs("\tesac\n}\n\n"
	      "_sandglass()\n{\n"
	      "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal command at options= valued= rest= commands i place=0 places=()\n"
	      "\tlocal -A values=()\n"
	      "\tCOMPREPLY=()\n"
	      "\t_sandglass_command \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
	      "\tcommands='",
	        stdout);
	for (const struct subcommand *row = generate_rows; row->name; row++)
		printf("%s%s", row == generate_rows ? "" : " ", row->name);
	puts("'\n\tcase $command in");
	generate_each_usage(bash_usage);
	puts("\tesac\n"
	     "\tif ((COMP_CWORD > at)) && [[ \" $valued \" == *\" $previous \"* ]]; then\n"
	     "\t\t_sandglass_offer \"${values[$previous]-}\" \"$current\"\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tif [[ $current == -* ]]; then\n"
	     "\t\t_sandglass_offer \"$options\" \"$current\"\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tif ((COMP_CWORD == 1)); then\n"
	     "\t\t_sandglass_offer \"$commands\" \"$current\"\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tfor ((i = at; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t-) ((place++)) ;;\n"
	     "\t\t-*) [[ \" $valued \" == *\" ${COMP_WORDS[i]} \"* ]] && ((i++)) ;;\n"
	     "\t\t*) ((place++)) ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\t_sandglass_offer \"${places[place]-$rest}\" \"$current\"\n"
	     "}\n"
	     "complete -F _sandglass sandglass");
}

/* ---- zsh --------------------------------------------------------------------------------------- */

static void zsh_action(const char *words)
{
	if (strcmp(words, "FILE") == 0)
		fputs(":file:_files", stdout);
	else if (*words)
		printf(":word:(%s)", words);
	else
		fputs(":text: ", stdout);
}

static void zsh_option(const struct option_spec *spec)
{
	fputs(" \\\n\t\t\t", stdout);
	if (spec->kind == OPTION_LIST)
		printf("'*'--%s=", spec->name);
	else if (spec->letter)
		printf("'(-%c --%s)'{-%c,--%s%s}", spec->letter, spec->name, spec->letter, spec->name,
		        spec->kind == OPTION_FLAG ? "" : "=");
	else
		printf("--%s%s", spec->name, spec->kind == OPTION_FLAG ? "" : "=");
	putchar('\'');
	putchar('[');
	for (const char *c = spec->help; *c; c++)
		if (*c == '\'')
			fputs("'\\''", stdout);
		else
			printf(strchr("[]:\\", *c) ? "\\%c" : "%c", *c);
	putchar(']');
	if (spec->kind != OPTION_FLAG)
		zsh_action(spec->values ? spec->values : "");
	putchar('\'');
}

static void zsh_arguments(const struct option_spec *specs, const char *arguments)
{
	struct places places;
	places_read(arguments, &places);
	fputs("\t\t_arguments -S --help'[what it takes]'", stdout);
	for (const struct option_spec *spec = specs; spec && spec->name; spec++)
		zsh_option(spec);
	for (int i = 0; i < places.count; i++) {
		if (places.rest && i == places.count - 1)
			fputs(" '*", stdout);
		else
			printf(" '%d", i + 1);
		zsh_action(places.words[i]);
		putchar('\'');
	}
	puts(" ;;");
}

static void zsh_usage(const struct usage *usage)
{
	if (usage->first && has_second_word(usage)) {
		printf("\t'%s')\n", usage->row->name);
		zsh_arguments(NULL, usage->row->arguments);
	}
	printf("\t'%s')\n", usage->name);
	zsh_arguments(usage->specs, usage->arguments);
}

static void zsh_second_words(const struct usage *usage)
{
	if (has_second_word(usage))
		printf("\t'%s') command=\"$words[2] $words[3]\" at=2 ;;\n", usage->name);
}

void generate_zsh(void)
{
	puts("#compdef sandglass\n# made by `sandglass generate zsh`\n"
	     "_sandglass() {\n"
	     "\tlocal curcontext=$curcontext command= at=0\n"
	     "\tlocal -a commands=(");
	for (const struct subcommand *row = generate_rows; row->name; row++) {
		printf("\t\t%s:", row->name);
		put_quoted(row->help, "'\\''", "\\");
		putchar('\n');
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
	     "\t\t_describe command commands\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\t[[ $words[2] == -* ]] || { command=$words[2]; at=1 }\n"
	     "\t(( CURRENT > 3 )) && case \"$words[2] $words[3]\" in");
	generate_each_usage(zsh_second_words);
	puts("\tesac\n"
	     "\tshift $at words\n"
	     "\t(( CURRENT -= at ))\n"
	     "\tcase $command in");
	generate_each_usage(zsh_usage);
	puts("\tesac\n}\n"
	     "_sandglass \"$@\"");
}

/* ---- fish -------------------------------------------------------------------------------------- */

static void fish_quoted(const char *text)
{
	put_quoted(text, "\\'", "\\");
}

static void fish_option(const char *name, const struct option_spec *spec)
{
	printf("complete -c sandglass -n '__sandglass_in %s' -l %s", name, spec->name);
	if (spec->letter)
		printf(" -s %c", spec->letter);
	if (spec->values && strcmp(spec->values, "FILE") == 0)
		fputs(" -r -F", stdout);
	else if (spec->kind != OPTION_FLAG)
		printf(" -x -a '%s'", spec->values ? spec->values : "");
	fputs(" -d ", stdout);
	fish_quoted(spec->help);
	putchar('\n');
}

static void fish_places(const char *name, const struct option_spec *specs, const char *arguments)
{
	struct places places;
	places_read(arguments, &places);
	for (int i = 0; i < places.count; i++) {
		if (!*places.words[i])
			continue;
		printf("complete -c sandglass -n '__sandglass_at \"%d%s\" \"", i,
		        places.rest && i == places.count - 1 ? "+" : "");
		if (specs)
			bash_names(specs, false);
		printf("\" %s' ", name);
		if (strcmp(places.words[i], "FILE") == 0)
			puts("-F");
		else
			printf("-a '%s'\n", places.words[i]);
	}
}

static void fish_usage(const struct usage *usage)
{
	if (usage->first && has_second_word(usage))
		fish_places(usage->row->name, NULL, usage->row->arguments);
	fish_places(usage->name, usage->specs, usage->arguments);
	for (const struct option_spec *spec = usage->specs; spec->name; spec++)
		fish_option(usage->name, spec);
}

void generate_fish(void)
{
	puts("# fish completion for sandglass, made by `sandglass generate fish`\n"
	     "# __sandglass_in WORDS...: the command line begins with these; without any: with no command\n"
	     "function __sandglass_in\n"
	     "\tset -l words (commandline -opc)[2..-1]\n"
	     "\tif test (count $argv) -eq 0\n"
	     "\t\ttest (count $words) -eq 0; or string match -q -- '-*' $words[1]\n"
	     "\t\treturn\n"
	     "\tend\n"
	     "\ttest (count $words) -ge (count $argv); and test \"$words[1..\"(count $argv)\"]\" = \"$argv\"\n"
	     "end\n"
	     "# __sandglass_at PLACE VALUED WORDS...: the argument that is typed is the PLACE-th behind WORDS (\"0+\": or a later\n"
	     "# one); VALUED are the options that take a value\n"
	     "function __sandglass_at\n"
	     "\t__sandglass_in $argv[3..-1]; or return 1\n"
	     "\tset -l valued (string split -- ' ' $argv[2])\n"
	     "\tset -l words (commandline -opc)\n"
	     "\tset -l place 0\n"
	     "\tset -l value no\n"
	     "\tfor word in $words[(count $argv)..-1]\n"
	     "\t\tif test $value = yes\n"
	     "\t\t\tset value no\n"
	     "\t\telse if contains -- $word $valued\n"
	     "\t\t\tset value yes\n"
	     "\t\telse if not string match -q -- '-?*' $word\n"
	     "\t\t\tset place (math $place + 1)\n"
	     "\t\tend\n"
	     "\tend\n"
	     "\ttest $place -eq (string trim -c + -- $argv[1]); and return\n"
	     "\tstring match -q -- '*+' $argv[1]; and test $place -ge (string trim -c + -- $argv[1])\n"
	     "end\n"
	     "complete -c sandglass -f\n"
	     "complete -c sandglass -l help -d 'what it takes'");
	for (const struct subcommand *row = generate_rows; row->name; row++) {
		printf("complete -c sandglass -n 'test (count (commandline -opc)) -eq 1' -a %s -d ",
		        row->name);
		fish_quoted(row->help);
		putchar('\n');
	}
	generate_each_usage(fish_usage);
}
