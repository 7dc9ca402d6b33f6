/* `sandglass team`: gives a ticket to a team, or to none. */
#include "base/alloc.h"
#include "cmd/script.h"

#include <string.h>

int subcommand_team(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ID TEAM|-", specs, 2, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	script_ticket_id(script.arguments[0], &id, &err);
	struct action action;
	action_init(&action, ACTION_TEAM, id, 0);
	if (strcmp(script.arguments[1], "-") != 0)
		action.text = alloc_copy(script.arguments[1]);
	return script_action(&script, &action, &err);
}
