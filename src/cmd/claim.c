/* `sandglass claim`: takes a ticket, or the most urgent one that nobody has, and prints its id. */
#include "cmd/script.h"

int subcommand_claim(int argc, char **argv)
{
	struct script script = {.json = false};
	bool next = false;
	const struct option_spec specs[] = {
	        {"next", 0, OPTION_FLAG, &next, "the most urgent ticket that nobody has", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ID | --next", specs, 0, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	if (next == (script.count == 1))
		error_set(&err, ERROR_USAGE, "it takes either a ticket's number or --next");
	else if (!next)
		script_ticket_id(script.arguments[0], &id, &err);
	struct action action;
	action_init(&action, next ? ACTION_CLAIM_NEXT : ACTION_CLAIM, id, 0);
	return script_action(&script, &action, &err);
}
