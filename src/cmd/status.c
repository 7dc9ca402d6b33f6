/* `sandglass status`: sets a ticket's status. */
#include "base/alloc.h"
#include "cmd/script.h"

int subcommand_status(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *hold_for = NULL;
	bool go_on = false;
	const struct option_spec specs[] = {
	        {"hold-for", 0, OPTION_TEXT, &hold_for, "whom a held ticket waits for", 0, 0},
	        {"go-on", 0, OPTION_FLAG, &go_on,
	                "although a customer is waiting: the wait goes on without an answer", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ID new|open|pending|hold|closed", specs, 2, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	enum status status = STATUS_OPEN;
	if (script_ticket_id(script.arguments[0], &id, &err) && !status_parse(script.arguments[1], &status))
		error_set(&err, ERROR_USAGE, "a status is new, open, pending, hold or closed, not \"%s\"",
		        script.arguments[1]);
	else if (hold_for && status != STATUS_HOLD)
		error_set(&err, ERROR_USAGE, "--hold-for belongs to the status hold");
	struct action action;
	action_init(&action, ACTION_STATUS, id, 0);
	action.status = status;
	action.wait_goes_on = go_on;
	action.text = alloc_copy(hold_for);
	return script_action(&script, &action, &err);
}
