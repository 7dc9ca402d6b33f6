/* `sandglass link`: links a ticket to an open incident, to a new one, or to none. */
#include "base/alloc.h"
#include "cmd/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool incident_id(const char *text, int64_t *out, struct error *err)
{
	char *end;
	errno = 0;
	*out = strcmp(text, "-") == 0 ? 0 : strtoll(text, &end, 10);
	if (strcmp(text, "-") != 0 && (errno || end == text || *end || *out < 1))
		return error_set(err, ERROR_USAGE,
		        "an incident is a number like 3, or - for none, not \"%s\"; --new TITLE opens one",
		        text);
	return true;
}

int subcommand_link(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *title = NULL;
	const struct option_spec specs[] = {
	        {"new", 0, OPTION_TEXT, &title, "to a new incident of that title", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ID INCIDENT|- | ID --new TITLE", specs, 1, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0, incident = 0;
	if ((title != NULL) == (script.count == 2))
		error_set(&err, ERROR_USAGE,
		        "it takes a ticket and either an incident's number, - or --new TITLE");
	else if (script_ticket_id(script.arguments[0], &id, &err) && !title)
		incident_id(script.arguments[1], &incident, &err);
	struct action action;
	action_init(&action, ACTION_LINK, id, 0);
	action.incident_id = incident;
	action.text = title ? alloc_copy(title) : NULL;
	return script_action(&script, &action, &err);
}
