/*
 * The manual page (man(7) of groff and mandoc). Text is escaped for roff as it is written, so the tables hold plain words;
 * what stands in capitals is a place to fill in and is set in italics.
 */
#include "cmd/generate.h"
#include "conf/settings.h"
#include "core/command.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define TEXT_OF(token)      #token
#define VERSION_TEXT(token) TEXT_OF(token)

struct entry {
	const char *name;
	const char *text;
};

/* ---- roff -------------------------------------------------------------------------------------- */

static void put_char(char c)
{
	static const char special[] = "\\-'`^~\"";
	static const char *const escapes[] = {"\\e", "\\-", "\\(aq", "\\(ga", "\\(ha", "\\(ti", "\\(dq"};
	const char *found = c ? strchr(special, c) : NULL;
	if (found)
		fputs(escapes[found - special], stdout);
	else
		putchar(c);
}

/* Never at the beginning of a control line: what begins with '.' is shielded. */
static void put(const char *text)
{
	if (*text == '.')
		fputs("\\&", stdout);
	for (; *text; text++)
		put_char(*text);
}

static void put_bold(const char *text)
{
	fputs("\\fB", stdout);
	put(text);
	fputs("\\fR", stdout);
}

/* Words of two and more capitals in italics: "ID new|open [FILE]". */
static void put_arguments(const char *text)
{
	while (*text) {
		size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (capitals > 1)
			printf("\\fI%.*s\\fR", (int)capitals, text);
		else
			for (size_t i = 0; i < capitals; i++)
				put_char(text[i]);
		text += capitals;
		for (; *text && !isupper((unsigned char)*text); text++)
			put_char(*text);
	}
}

static void put_entries(const struct entry *entries)
{
	for (; entries->name; entries++) {
		puts(".TP");
		put_bold(entries->name);
		putchar('\n');
		put(entries->text);
		putchar('\n');
	}
}

/* ---- commands ---------------------------------------------------------------------------------- */

static void put_option(const struct option_spec *spec)
{
	puts(".TP");
	if (spec->letter)
		printf("\\fB\\-%c\\fR, ", spec->letter);
	fputs("\\fB\\-\\-", stdout);
	put(spec->name);
	fputs("\\fR", stdout);
	if (spec->kind != OPTION_FLAG)
		printf(" \\fI%s\\fR%s", spec->kind == OPTION_NUMBER ? "N" : "TEXT",
		        spec->kind == OPTION_LIST ? "..." : "");
	putchar('\n');
	put(spec->help);
	if (spec->kind == OPTION_NUMBER)
		printf(" (%" PRId64 " to %" PRId64 ")", spec->least, spec->most);
	putchar('\n');
}

static void put_usage(const struct usage *usage)
{
	if (*usage->name) {
		if (usage->first) {
			printf(".SS %s\n", usage->row->name);
			put(usage->row->help);
			puts("");
		}
		puts(".PP");
		fputs("\\fBsandglass ", stdout);
		put(usage->name);
		fputs("\\fR", stdout);
		if (*usage->arguments)
			putchar(' ');
		put_arguments(usage->arguments);
		putchar('\n');
	}
	for (const struct option_spec *spec = usage->specs; spec->name; spec++)
		put_option(spec);
	if (!*usage->name)
		puts(".SH COMMANDS\nEach takes \\fB\\-\\-help\\fR.");
}

/* ---- the console ------------------------------------------------------------------------------- */

/* "g-g Home" as one types it: "g g, Home". */
static void put_keys(const char *keys)
{
	fputs("\\fB", stdout);
	for (const char *at = keys; *at; at++) {
		bool within = at > keys && at[-1] != ' ' && at[1] && at[1] != ' ';
		if (*at == ' ')
			fputs("\\fR, \\fB", stdout);
		else if (*at == '-' && within)
			putchar(' ');
		else
			put_char(*at);
	}
	fputs("\\fR", stdout);
}

static void put_command(const struct command *command)
{
	puts(".TP");
	if (*command->keys) {
		put_keys(command->keys);
		fputs(", ", stdout);
	}
	fputs("\\fB:", stdout);
	put(command->name);
	fputs("\\fR", stdout);
	if (*command->argument)
		putchar(' ');
	put_arguments(command->argument);
	putchar('\n');
	put(command->help);
	putchar('\n');
}

static void put_console(void)
{
	static const struct {
		const char *title;
		unsigned scope;
	} places[] = {{"In the queue and on a ticket", SCOPE_ANY | SCOPE_PAGE},
	        {"In the customer pane", SCOPE_CUSTOMER}, {"In a file of a ticket", SCOPE_FILE},
	        {"In the list of what was refused", SCOPE_SUMMARY},
	        {"In the preview before sending", SCOPE_PREVIEW},
	        {"In the question about a customer who is waiting", SCOPE_GUARD}};
	puts(".SH KEYS\nEach command has a name too, which \\fB:\\fR takes. \\fB:\\fR\\fIID\\fR opens a ticket.");
	unsigned before = 0;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		printf(".SS %s\n", places[i].title);
		for (int id = 0; id < COMMAND_COUNT; id++)
			if (commands[id].scope & places[i].scope && !(commands[id].scope & before))
				put_command(&commands[id]);
		before |= places[i].scope;
	}
}

static void put_filters(void)
{
	static const struct {
		const char *name;
		const char *operators;
		const char *help;
	} keys[] = {
#define FILTER_KEY(id, name, others, operators, kind, what, help) {name, operators, help},
#include "core/filter_keys.def"
#undef FILTER_KEY
	};
	puts(".SH FILTERS\nEvery term of a filter must hold; a comma means any of, \\fB\\-\\fR before a term means not. "
	     "A word without a key is looked for in subject, requester and organization.");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		puts(".TP");
		for (const char *one = keys[i].operators; *one; one++)
			printf("%s\\fB%s%c\\fR", one == keys[i].operators ? "" : ", ", keys[i].name, *one);
		putchar('\n');
		put(keys[i].help);
		putchar('\n');
	}
}

static void put_settings(void)
{
	static const struct {
		const char *name;
		const char *takes;
		const char *help;
	} rows[] = {
#define SETTING_BOOL(name, initial, help)          {#name, "true or false", help},
#define SETTING_CHOICE(name, initial, words, help) {#name, "one of: " words, help},
#define SETTING_TIME(name, initial, least, most, help)                                                       \
	{#name, "working time, such as 90m, 2h or 1h30m", help},
#define SETTING_TEXT(name, initial, most, help)           {#name, "text", help},
#define SETTING_CHECKED(name, initial, most, check, help) {#name, "text", help},
#include "conf/settings.def"
#undef SETTING_BOOL
#undef SETTING_CHOICE
#undef SETTING_TIME
#undef SETTING_TEXT
#undef SETTING_CHECKED
	};
	struct settings defaults;
	settings_default(&defaults);
	puts(".SH SETTINGS\nIn the settings file, and for one session with \\fB:set\\fR. "
	     "\\fBsandglass \\-\\-default\\-config\\fR prints a file with every one.");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct strbuf initial = STRBUF_INIT;
		settings_value(&defaults, rows[i].name, &initial);
		puts(".TP");
		put_bold(rows[i].name);
		putchar('\n');
		put(rows[i].help);
		fputs(" (", stdout);
		put(rows[i].takes);
		fputs("; default: ", stdout);
		put(*initial.data ? initial.data : "empty");
		puts(")");
		strbuf_release(&initial);
	}
}

/* ---- what is around it ------------------------------------------------------------------------- */

static void put_exit_codes(void)
{
	static const struct {
		int code;
		const char *text;
	} codes[] = {{EX_OK, "done"},
	        {1, "policy diff: there are differences; policy apply: not applied; doctor: something is wrong"},
	        {EX_USAGE, "the command line is wrong"},
	        {EX_DATAERR, "the input is refused, by its form or by a rule"},
	        {EX_NOINPUT, "a file that was named cannot be read"},
	        {EX_NOUSER, "there is no such ticket, agent or calendar"},
	        {EX_SOFTWARE, "a fault of sandglass"}, {EX_IOERR, "reading or writing failed"},
	        {EX_TEMPFAIL, "the server is away, or somebody was first: try again later"},
	        {EX_NOPERM, "the login may not do this, or is not let in"},
	        {EX_CONFIG, "the settings, a theme or the database's schema are wrong"}};
	puts(".SH EXIT STATUS\nThe codes of sysexits.h:");
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		printf(".TP\n\\fB%d\\fR\n", codes[i].code);
		put(codes[i].text);
		putchar('\n');
	}
}

static const struct entry environment[] = {
        {"PGHOST, PGPORT, PGDATABASE, PGUSER, PGSERVICE, PGPASSFILE...",
                "the server, as libpq reads them, where -d and the setting database say nothing"},
        {"PGCONNECT_TIMEOUT, PGOPTIONS", "libpq's; without them sandglass sets time limits of its own"},
        {"VISUAL, EDITOR", "the editor for replies and notes, when the setting editor is empty"},
        {"TERM", "the terminal's type"},
        {"TMUX", "that it is tmux's: then y copies into tmux's buffer"},
        {"LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "the console's language, where the setting language is auto"},
        {"NO_COLOR", "when it is set and not empty, the theme auto is mono"},
        {"COLORFGBG", "whether the theme auto is dark or light"},
        {"HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME",
                "where settings, drafts and the demo are (see FILES)"},
        {"XDG_DOWNLOAD_DIR",
                "where files of tickets are saved, when the setting download_directory is empty"},
        {"PATH", "where the demo looks for PostgreSQL, besides its usual places"},
        {"SANDGLASS_SMTP_PASSWORD", "the password for deliver --user"},
        {"SANDGLASS_TRACE",
                "a file for a trace: keys, names and times of queries, never the text of a ticket"},
        {NULL, NULL},
};

static const struct entry files[] = {
        {"~/.config/sandglass/sandglass.conf", "the settings"},
        {"~/.config/sandglass/themes/NAME.conf", "themes of your own"},
        {"~/.local/state/sandglass/drafts/", "drafts of replies and notes that are not sent yet"},
        {"~/.local/share/sandglass/demo/", "the demo's server"},
        {"~/.netrc", "passwords for mail servers, for deliver --user"},
        {"~/.pgpass", "passwords for PostgreSQL, as libpq reads them"},
        {NULL, NULL},
};

void generate_man(void)
{
	puts(".\\\" Made by `sandglass generate man' from the program's tables.\n"
	     ".TH SANDGLASS 1 \"\" \"sandglass " VERSION_TEXT(
	             SANDGLASS_VERSION) "\" \"User Commands\"\n"
	                                ".SH NAME\nsandglass \\- a terminal console for support agents on a shared PostgreSQL\n"
	                                ".SH SYNOPSIS\n"
	                                "\\fBsandglass\\fR [\\fB\\-d\\fR \\fICONNINFO\\fR] [\\fB\\-\\-view\\fR \\fIVIEW\\fR]\n.br\n"
	                                "\\fBsandglass\\fR \\fICOMMAND\\fR [\\fB\\-d\\fR \\fICONNINFO\\fR] [\\fIARGUMENTS\\fR]\n"
	                                ".SH DESCRIPTION\n"
	                                "The ticket queue sorted by priority, reply clocks in working hours, and one key for every change.\n"
	                                "Without a command it is the console. Options stand behind the command.\n"
	                                ".SH OPTIONS");
	generate_each_usage(put_usage);
	put_console();
	put_filters();
	put_settings();
	put_exit_codes();
	puts(".SH ENVIRONMENT");
	put_entries(environment);
	puts(".SH FILES");
	put_entries(files);
	puts(".SH SEE ALSO\n\\fBpsql\\fR(1)");
}
