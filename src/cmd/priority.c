/* `sandglass priority`: sets a ticket's priority. */
#include "cmd/script.h"

int subcommand_priority(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ID urgent|high|normal", specs, 2, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	enum priority priority = PRIORITY_NORMAL;
	if (script_ticket_id(script.arguments[0], &id, &err) &&
	        !priority_parse(script.arguments[1], &priority))
		error_set(&err, ERROR_USAGE, "a priority is urgent, high or normal, not \"%s\"",
		        script.arguments[1]);
	struct action action;
	action_init(&action, ACTION_PRIORITY, id, 0);
	action.priority = priority;
	return script_action(&script, &action, &err);
}
