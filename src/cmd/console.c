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

/* A view's name, or else a filter. A single word that is no view is rather a mistake than a search. */
static bool choose_view(const char *view, struct settings *settings, const char **filter, struct error *err)
{
	if (!*view)
		return true;
	if (strpbrk(view, ":<>\" ")) {
		*filter = view;
		return true;
	}
	struct strbuf assignment = STRBUF_INIT;
	strbuf_addf(&assignment, "view %s", view);
	bool chosen = settings_set(settings, assignment.data, err);
	strbuf_release(&assignment);
	if (!chosen)
		error_set(err, ERROR_USAGE,
		        "--view takes all, mine, unassigned or a filter such as status:new, not \"%s\"",
		        view);
	return chosen;
}

int subcommand_console(int argc, char **argv)
{
	const char *conninfo = NULL, *view = "", *config = NULL, *filter = NULL;
	bool check = false, print = false;
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &conninfo, HELP_DATABASE, 0, 0},
	        {"view", 0, OPTION_TEXT, &view, "begin with all, mine, unassigned or a filter", 0, 0,
	                "all mine unassigned"},
	        {"config", 'c', OPTION_TEXT, &config, "the settings file", 0, 0, "FILE"},
	        {"check-config", 0, OPTION_FLAG, &check, "check the settings and the theme, and end", 0, 0},
	        {"default-config", 0, OPTION_FLAG, &print,
	                "print a settings file with every setting, and end", 0, 0},
	        {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0},
	};
	static char name[] = ""; /* the console is no command: failures are the program's own */
	argv[0] = name;
	int exit_code;
	int first = command_line_options(argc, argv, "", specs, &exit_code);
	if (first < 0)
		return exit_code;
	struct error err = {ERROR_NONE, ""};
	if (check)
		return check_config(first < argc ? argv[first] : config);
	if (print)
		return print_default_config();
	if (first < argc)
		return command_line_no_command(argv[first]);
	struct settings settings;
	if (!settings_load(config, &settings, &err) || !choose_view(view, &settings, &filter, &err))
		return command_line_fail(NULL, &err);
	const struct console_options options = {
	        .conninfo = conninfo ? conninfo : settings.database,
	        .filter = filter,
	        .settings = &settings,
	};
	return console_run(&options, &err) ? EX_OK : command_line_fail(NULL, &err);
}
