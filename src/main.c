/*
 * sandglass: the way in. A word on the command line that names a sub-command goes to it; without one
 * the program is the console. Everything else lives in cmd and app.
 */
#include "cmd/command_line.h"

int main(int argc, char **argv)
{
	return command_line_run(argc, argv);
}
