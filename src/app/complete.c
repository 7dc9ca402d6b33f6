/*
 * Completion of the `:` line. Behind a command's name comes its argument, completed as in the argument's own prompt, so
 * there is one table: which command's argument is completed by what. A candidate stands for the whole line, the list shows
 * only the argument.
 */
#include "app/complete.h"

#include "app/contacts.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

static prompt_complete *const completers[COMMAND_COUNT] = {
        [COMMAND_ASSIGN] = complete_agent,
        [COMMAND_COLUMNS] = complete_columns,
        [COMMAND_FILTER] = complete_filter,
        [COMMAND_LINK] = complete_link,
        [COMMAND_MERGE] = complete_merge,
        [COMMAND_NEW] = complete_contact,
        [COMMAND_ORGANIZATION] = complete_organization,
        [COMMAND_REQUESTER] = complete_contact,
        [COMMAND_MACRO_DELETE] = complete_macro,
        [COMMAND_MACRO_EDIT] = complete_macro,
        [COMMAND_SET] = complete_setting,
        [COMMAND_SORT] = complete_sort,
        [COMMAND_VIEW] = complete_view,
        [COMMAND_VIEW_DELETE] = complete_view,
        [COMMAND_VIEW_SAVE] = complete_view,
        [COMMAND_VIEW_SHARE] = complete_view,
        [COMMAND_TAG] = complete_tags,
        [COMMAND_TEAM] = complete_team,
        [COMMAND_ATTACH] = complete_path,
        [COMMAND_THEME] = complete_theme,
};

/* ---- texts that live as long as the candidates are shown ---------------------------------------- */

void completions_clear(struct completions *completions)
{
	for (size_t i = 0; i < completions->count; i++)
		free(completions->texts[i]);
	free(completions->texts);
	*completions = (struct completions){0};
}

const char *completions_add(struct completions *completions, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	completions->texts =
	        alloc_grow(completions->texts, completions->count + 1, sizeof *completions->texts);
	return completions->texts[completions->count++] = strbuf_detach(&text);
}

size_t complete_words(struct completions *completions, const char *lead, const char *words,
        const char *beginning, struct candidate *out, size_t room)
{
	const size_t length = strlen(beginning);
	size_t count = 0;
	completions_clear(completions);
	for (size_t size; *words && count < room; words += size + (words[size] == ' ')) {
		size = strcspn(words, " ");
		if (size < length || strncmp(words, beginning, length) != 0)
			continue;
		const char *text = completions_add(completions, "%s%.*s", lead, (int)size, words);
		out[count++] = (struct candidate){.text = text, .help = "", .shown = text + strlen(lead)};
	}
	return count;
}

/* ---- the line ----------------------------------------------------------------------------------- */

static size_t complete_argument(struct console *console, const char *line, struct candidate *out, size_t room)
{
	const char *argument;
	const enum command_id id = command_by_name(line, &argument);
	/* Without a blank behind it the name itself is still being typed. */
	if (id == COMMAND_NONE || !completers[id] || argument == line || argument[-1] != ' ')
		return 0;
	const size_t count = completers[id](console, argument, out, room);
	completions_clear(&console->line_completions);
	for (size_t i = 0; i < count; i++) {
		out[i].shown = out[i].shown ? out[i].shown : out[i].text;
		out[i].text = completions_add(
		        &console->line_completions, "%.*s%s", (int)(argument - line), line, out[i].text);
	}
	return count;
}

size_t complete_line(void *context, const char *line, struct candidate *out, size_t room)
{
	struct console *console = context;
	enum command_id ids[COMMAND_COUNT];
	const size_t found = command_complete(line, ids, COMMAND_COUNT);
	size_t count = complete_argument(console, line, out, room);
	for (size_t i = 0; i < found && count < room; i++)
		if (command_works(console, ids[i]))
			out[count++] = (struct candidate){
			        .text = commands[ids[i]].name, .help = _(commands[ids[i]].help)};
	return count;
}
