/* sandglass-mail: all of sandglass, with the libraries for mail. `sandglass intake` runs it. */
#include "cmd/generate.h"

int main(int argc, char **argv)
{
	return command_line_run(argc, argv, generate_rows);
}
