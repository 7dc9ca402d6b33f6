/*
 * sandglass: the way in. A word on the command line that names a sub-command goes to it; without one
 * the program is the console. Everything else lives in cmd and app.
 *
 * The libraries for mail bring some thirty others with them, which a console would load for nothing each time it starts: what
 * needs them is done by sandglass-mail, which has all of it (src/main_mail.c).
 */
#include "cmd/command_line.h"

#include <stddef.h>

static const struct subcommand subcommands[] = {
#define SUBCOMMAND(function, name, arguments, help)           {name, arguments, help, subcommand_##function},
#define SUBCOMMAND_WITH_MAIL(function, name, arguments, help) {name, arguments, help, command_line_with_mail},
#include "cmd/subcommands.def"
        {NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
	return command_line_run(argc, argv, subcommands);
}
