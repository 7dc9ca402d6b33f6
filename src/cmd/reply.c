/* `sandglass reply`: a public message to the customer, then a status, in one transaction. */
#include "base/alloc.h"
#include "cmd/script.h"

int subcommand_reply(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *word = "pending", *hold_for = NULL;
	const struct option_spec specs[] = {
	        {"status", 's', OPTION_TEXT, &word, "open, pending (unless given), hold or closed after it",
	                0, 0, "open pending hold closed"},
	        {"hold-for", 0, OPTION_TEXT, &hold_for, "whom a held ticket waits for", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ID [FILE]", specs, 1, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	enum status status = STATUS_PENDING;
	char *body = NULL;
	if (!status_parse(word, &status) || status == STATUS_NEW)
		error_set(&err, ERROR_USAGE,
		        "the status after a reply is open, pending, hold or closed, not \"%s\"", word);
	else if (script_ticket_id(script.arguments[0], &id, &err))
		body = script_read(script.count == 2 ? script.arguments[1] : NULL, &err);
	struct action action;
	action_init(&action, ACTION_REPLY, id, 0);
	action.status = status;
	action.text = body;
	action.hold_for = alloc_copy(hold_for);
	return script_action(&script, &action, &err);
}
