/*
 * `sandglass tag`: puts tags on a ticket and takes tags off. What begins with a minus is a tag when it stands behind the
 * ticket's number, but for the options that every command has.
 */
#include "base/strbuf.h"
#include "cmd/script.h"
#include "core/tags.h"

#include <string.h>

static bool is_option(const char *argument)
{
	static const char *const shorts[] = {"-d", "-h"};
	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++)
		if (strcmp(argument, shorts[i]) == 0)
			return true;
	return strncmp(argument, "--", 2) == 0;
}

/* Moves the tags out of argv; what is left is options and the number. Returns the new argc. */
static int take_tags(int argc, char **argv, struct strbuf *tags)
{
	int left = 1;
	bool behind_number = false;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		const bool value =
		        i > 1 && (strcmp(argv[i - 1], "-d") == 0 || strcmp(argv[i - 1], "--database") == 0);
		if (behind_number && !value && !is_option(word)) {
			strbuf_addf(tags, " %s", word);
		} else {
			behind_number = behind_number || (!value && *word != '-');
			argv[left++] = argv[i];
		}
	}
	argv[left] = NULL;
	return left;
}

int subcommand_tag(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	struct strbuf tags = STRBUF_INIT;
	struct tag_change change = {NULL, NULL};
	int code;
	argc = take_tags(argc, argv, &tags);
	if (!script_arguments(&script, argc, argv, "ID [+]TAG... -TAG...", specs, 1, 1, &code)) {
		strbuf_release(&tags);
		return code;
	}
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	if (script_ticket_id(script.arguments[0], &id, &err)) {
		if (!tags.length)
			error_set(&err, ERROR_USAGE,
			        "it takes a ticket and tags: sandglass tag 17 billing -spam");
		else
			tag_change_read(tags.data, &change, &err);
	}
	strbuf_release(&tags);
	struct action action;
	action_init(&action, ACTION_TAG, id, 0);
	action.text = change.add;
	action.tags_off = change.remove;
	return script_action(&script, &action, &err);
}
