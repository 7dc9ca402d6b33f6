/* Asking terminfo about a name: for `sandglass doctor`, which opens no terminal. */
/* curses has a key_name() of its own. */
#define key_name curses_key_name
#include <curses.h>
#undef key_name

#include "ui/terminal.h"

#include <term.h>

bool terminal_type_known(const char *name)
{
	int status = 0;
	if (setupterm(name, 1, &status) != OK || status != 1)
		return false;
	del_curterm(cur_term);
	return true;
}
