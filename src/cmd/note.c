/* `sandglass note`: an internal note, which the customer never sees and which stops no clock. */
#include "cmd/script.h"

int subcommand_note(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ID [FILE]", specs, 1, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	char *body = NULL;
	if (script_ticket_id(script.arguments[0], &id, &err))
		body = script_read(script.count == 2 ? script.arguments[1] : NULL, &err);
	struct action action;
	action_init(&action, ACTION_NOTE, id, 0);
	action.text = body;
	return script_action(&script, &action, &err);
}
