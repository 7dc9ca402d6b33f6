/* `sandglass` without a sub-command: reads the settings and runs the console. */
#include "app/console.h"
#include "base/strbuf.h"
#include "cmd/command_line.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static int check_config(const char *path)
{
	struct strbuf said = STRBUF_INIT;
	struct error err;
	bool fine = settings_check(path, &said, &err);
	if (fine)
		puts(said.data);
	strbuf_release(&said);
	return fine ? EX_OK : command_line_fail(NULL, &err);
}

static int print_default_config(void)
{
	struct strbuf text = STRBUF_INIT;
	settings_default_file(&text);
	fputs(text.data, stdout);
	strbuf_release(&text);
	return EX_OK;
}

/* One of the words of the setting, or else what only the console can tell: a saved view or a filter. */
static void choose_view(const char *text, struct settings *settings, const char **view)
{
	struct error err;
	struct strbuf assignment = STRBUF_INIT;
	strbuf_addf(&assignment, "view %s", text);
	if (*text && !settings_set(settings, assignment.data, &err))
		*view = text;
	strbuf_release(&assignment);
}

int subcommand_console(int argc, char **argv)
{
	const char *conninfo = NULL, *view = "", *config = NULL, *first = NULL;
	bool check = false, print = false, ascii = false;
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &conninfo, HELP_DATABASE, 0, 0},
	        {"view", 0, OPTION_TEXT, &view, "begin with all, mine, unassigned, a saved view or a filter",
	                0, 0, "all mine unassigned"},
	        {"ascii", 0, OPTION_FLAG, &ascii, "draw lines with - and | only", 0, 0, NULL},
	        {"config", 'c', OPTION_TEXT, &config, "the settings file", 0, 0, "FILE"},
	        {"check-config", 0, OPTION_FLAG, &check, "check the settings and the theme, and end", 0, 0},
	        {"default-config", 0, OPTION_FLAG, &print,
	                "print a settings file with every setting, and end", 0, 0},
	        {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0},
	};
	static char name[] = ""; /* the console is no command: failures are the program's own */
	argv[0] = name;
	int exit_code;
	int rest = command_line_options(argc, argv, "", specs, &exit_code);
	if (rest < 0)
		return exit_code;
	struct error err = {ERROR_NONE, ""};
	if (check)
		return check_config(rest < argc ? argv[rest] : config);
	if (print)
		return print_default_config();
	if (rest < argc)
		return command_line_no_command(argv[rest]);
	struct settings settings;
	if (!settings_load(config, &settings, &err))
		return command_line_fail(NULL, &err);
	choose_view(view, &settings, &first);
	settings.ascii = settings.ascii || ascii;
	const struct console_options options = {
	        .conninfo = conninfo ? conninfo : settings.database,
	        .view = first,
	        .settings = &settings,
	};
	return console_run(&options, &err) ? EX_OK : command_line_fail(NULL, &err);
}
