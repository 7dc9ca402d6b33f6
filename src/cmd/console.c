/* `sandglass`: the console. */
#include "cmd/command_line.h"

#include <stdio.h>

int subcommand_console(int argc, char **argv)
{
	struct error err;
	error_set(&err, ERROR_INTERNAL, "the console is being built");
	return command_line_fail(NULL, &err);
}
