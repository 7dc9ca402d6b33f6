/* `sandglass new`: a ticket for somebody who called, wrote in a chat, or is to be written to. Prints its number. */
#include "base/alloc.h"
#include "cmd/script.h"

int subcommand_new(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *name = "", *channel = "phone", *priority = "normal";
	const struct option_spec specs[] = {
	        {"name", 0, OPTION_TEXT, &name, "of somebody whom the desk does not know yet", 0, 0},
	        {"channel", 0, OPTION_TEXT, &channel,
	                "phone (unless given) or chat: the text is a note; email: the text is sent to the customer",
	                0, 0, "phone chat email"},
	        {"priority", 0, OPTION_TEXT, &priority, "urgent, high or normal (unless given)", 0, 0,
	                "urgent high normal"},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ADDRESS SUBJECT [FILE]", specs, 2, 3, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	struct action action;
	char *body = NULL;
	action_init(&action, ACTION_OPEN, 0, 0);
	if (!channel_parse(channel, &action.channel) || action.channel == CHANNEL_FORM ||
	        action.channel == CHANNEL_IMPORT)
		error_set(&err, ERROR_USAGE, "--channel takes phone, chat or email, not \"%s\"", channel);
	else if (!priority_parse(priority, &action.priority))
		error_set(&err, ERROR_USAGE, "--priority takes urgent, high or normal, not \"%s\"", priority);
	else
		body = script_read(script.count == 3 ? script.arguments[2] : NULL, &err);
	action.text = body;
	action.address = alloc_copy(script.arguments[0]);
	action.subject = alloc_copy(script.arguments[1]);
	action.name = alloc_copy(name);
	return script_action(&script, &action, &err);
}
