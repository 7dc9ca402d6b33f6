/*
 * The footer: which keys work here and now, from the table of commands. What the place, the login, the server or the ticket
 * does not allow is not shown.
 */
#include "app/state.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { HINTS_MOST = 24 };

/* `keep`: the hints before it give way to it when there is little room. */
struct footer_word {
	enum command_id id;
	const char *text;
	bool keep;
};

static const struct footer_word queue_words[] = {{COMMAND_CLAIM, N_("claim"), false},
        {COMMAND_OPEN, N_("read"), false}, {COMMAND_REPLY, N_("reply"), false},
        {COMMAND_STATUS_NEW, N_("status"), false}, {COMMAND_CLAIM_NEXT, N_("next"), false},
        {COMMAND_PRIORITY_URGENT, N_("priority"), false}, {COMMAND_ASSIGN, N_("assign"), false},
        {COMMAND_MACRO, N_("macro"), false}, {COMMAND_MARK, N_("mark"), false},
        {COMMAND_SEARCH, N_("search"), false}, {COMMAND_FILTER, N_("filter"), false},
        {COMMAND_GO_ALL, N_("go"), false}, {COMMAND_UNDO, N_("undo"), false},
        {COMMAND_COPY_TICKET, N_("copy"), false}, {COMMAND_COMMAND_LINE, N_("command"), false},
        {COMMAND_BACK, N_("back"), true}, {COMMAND_HELP, N_("help"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word marked_words[] = {{COMMAND_STATUS_NEW, N_("status"), false},
        {COMMAND_PRIORITY_URGENT, N_("priority"), false}, {COMMAND_ASSIGN, N_("assign"), false},
        {COMMAND_CLAIM, N_("claim"), false}, {COMMAND_TAG, N_("tag"), false},
        {COMMAND_REPLY, N_("reply"), false}, {COMMAND_UNMARK, N_("unmark all"), true},
        {COMMAND_MACRO, N_("macro"), false}, {COMMAND_NOTE, N_("note"), false},
        {COMMAND_LINK, N_("link"), false}, {COMMAND_MARK, N_("mark"), false},
        {COMMAND_UNDO, N_("undo"), false}, {COMMAND_HELP, N_("help"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word ticket_words[] = {{COMMAND_REPLY, N_("reply"), false},
        {COMMAND_CLAIM, N_("claim"), false}, {COMMAND_NOTE, N_("note"), false},
        {COMMAND_STATUS_NEW, N_("status"), false}, {COMMAND_NEXT_TICKET, N_("next"), false},
        {COMMAND_PREVIOUS_TICKET, N_("previous"), false}, {COMMAND_PRIORITY_URGENT, N_("priority"), false},
        {COMMAND_ASSIGN, N_("assign"), false}, {COMMAND_MACRO, N_("macro"), false},
        {COMMAND_DISMISS, N_("no reply needed"), false}, {COMMAND_UNDO, N_("undo"), false},
        {COMMAND_FOLD, N_("fold"), false}, {COMMAND_ATTACHMENTS, N_("files"), false},
        {COMMAND_LINK, N_("link"), false}, {COMMAND_SEARCH, N_("search"), false},
        {COMMAND_COPY_TICKET, N_("copy"), false}, {COMMAND_BACK, N_("back"), true},
        {COMMAND_HELP, N_("help"), true}, {COMMAND_NONE, NULL, false}};
static const struct footer_word page_words[] = {{COMMAND_DOWN, N_("down"), false},
        {COMMAND_UP, N_("up"), false}, {COMMAND_PAGE_DOWN, N_("page"), false},
        {COMMAND_SEARCH, N_("find"), false}, {COMMAND_BACK, N_("back"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word summary_words[] = {{COMMAND_DOWN, N_("down"), false},
        {COMMAND_UP, N_("up"), false}, {COMMAND_SUMMARY_OPEN, N_("read"), false},
        {COMMAND_PAGE_DOWN, N_("page"), false}, {COMMAND_SEARCH, N_("find"), false},
        {COMMAND_BACK, N_("back"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word file_words[] = {{COMMAND_SAVE_SHOWN, N_("save"), false},
        {COMMAND_DOWN, N_("down"), false}, {COMMAND_UP, N_("up"), false},
        {COMMAND_PAGE_DOWN, N_("page"), false}, {COMMAND_SEARCH, N_("find"), false},
        {COMMAND_BACK, N_("back"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word moved_words[] = {{COMMAND_MOVE_DRAFT, N_("take it there"), false},
        {COMMAND_EDIT_AGAIN, N_("edit"), false}, {COMMAND_BACK, N_("keep draft"), false},
        {COMMAND_NONE, NULL, false}};
static const struct footer_word reply_words[] = {{COMMAND_SEND_PENDING, N_("send, pending"), true},
        {COMMAND_SEND_OPEN, NC_("send and", "open"), true},
        {COMMAND_SEND_HOLD, NC_("send and", "hold"), true},
        {COMMAND_SEND_CLOSED, NC_("send and", "close"), true}, {COMMAND_EDIT_AGAIN, N_("edit"), true},
        {COMMAND_ATTACH, N_("attach"), false}, {COMMAND_SEND_INTERNAL, N_("internal"), false},
        {COMMAND_MACRO, N_("macro"), false}, {COMMAND_BACK, N_("keep draft"), true},
        {COMMAND_NONE, NULL, false}};
static const struct footer_word note_words[] = {{COMMAND_SEND_PENDING, N_("add the note"), false},
        {COMMAND_ATTACH, N_("attach"), false}, {COMMAND_EDIT_AGAIN, N_("edit"), false},
        {COMMAND_BACK, N_("keep draft"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word customer_words[] = {{COMMAND_DOWN, N_("down"), false},
        {COMMAND_UP, N_("up"), false}, {COMMAND_CUSTOMER_OPEN, N_("read"), false},
        {COMMAND_PANE, N_("pane"), false}, {COMMAND_BACK, N_("back"), false},
        {COMMAND_HELP, N_("help"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word guard_words[] = {{COMMAND_GUARD_REPLY, N_("answer"), false},
        {COMMAND_GUARD_DISMISS, N_("no reply needed"), false}, {COMMAND_GUARD_GO_ON, N_("go on"), false},
        {COMMAND_BACK, N_("leave it"), false}, {COMMAND_NONE, NULL, false}};
static const struct footer_word guard_many_words[] = {{COMMAND_GUARD_LEAVE_OUT, N_("leave those out"), false},
        {COMMAND_GUARD_DISMISS, N_("no reply needed"), false}, {COMMAND_GUARD_GO_ON, N_("go on"), false},
        {COMMAND_BACK, N_("leave all"), false}, {COMMAND_NONE, NULL, false}};

static const struct footer_word *footer_words(const struct console *console)
{
	switch (console_place(console)) {
	case PLACE_TICKET:
		return ticket_words;
	case PLACE_HELP:
	case PLACE_MESSAGES:
	case PLACE_TIMER:
	case PLACE_DEBUG:
		return page_words;
	case PLACE_SUMMARY:
		return summary_words;
	case PLACE_FILE:
		return file_words;
	case PLACE_PREVIEW:
		return console->draft.goes_to    ? moved_words
		       : console->draft.internal ? note_words
		                                 : reply_words;
	case PLACE_CUSTOMER:
		return customer_words;
	case PLACE_GUARD:
		return console->guarded.count ? guard_many_words : guard_words;
	default:
		return console->marks.count ? marked_words : queue_words;
	}
}

/* What is known here; the server may know better and refuse. */
static bool ticket_allows(const struct console *console, enum command_id id)
{
	const struct ticket_row *row = queue_find(console->queue, console_ticket(console));
	if (!row)
		return false;
	if (id == COMMAND_CLAIM) /* one's own it opens, as Enter does */
		return !row->assignee_id;
	return id != COMMAND_DISMISS || row->metric != METRIC_NONE;
}

bool console_may_act(const struct console *console)
{
	return console->identity.access >= ACCESS_AGENT && !console->identity.read_only;
}

bool command_works(const struct console *console, enum command_id id)
{
	const unsigned needs = commands[id].needs;
	const bool many = console_place(console) == PLACE_QUEUE && console->marks.count;
	if (!(commands[id].scope & place_scope(console_place(console))) ||
	        ((needs & NEEDS_AGENT) && !console_may_act(console)))
		return false;
	if (id == COMMAND_UNDO)
		return console->undo_count != 0;
	if (id == COMMAND_MOVE_DRAFT)
		return console->draft.goes_to != 0;
	if (console_place(console) == PLACE_CUSTOMER && !customer_allows(console, id))
		return false;
	if (id == COMMAND_SUMMARY_OPEN)
		return console->page.choosing;
	if (id == COMMAND_UNMARK)
		return console->marks.count != 0;
	if (id == COMMAND_STOP)
		return console->bulk.runs;
	if (many && (needs & NEEDS_TICKET) && (needs & NEEDS_AGENT))
		return needs & FOR_MANY;
	return !(needs & NEEDS_TICKET) || ticket_allows(console, id);
}

struct hint_buffer {
	struct hint hints[HINTS_MOST];
	char keys[HINTS_MOST][24];
	size_t count;
};

static void add_hint(struct hint_buffer *buffer, const char *key_text, const char *text, bool keep)
{
	if (buffer->count == HINTS_MOST)
		return;
	char *copy = buffer->keys[buffer->count];
	snprintf(copy, sizeof buffer->keys[0], "%s", key_text);
	buffer->hints[buffer->count++] = (struct hint){.key = copy, .text = text, .keep = keep};
}

/* What `y` does to the status is what the macro says, if one does. */
static const char *word_shown(const struct console *console, const struct footer_word *word)
{
	static const char *const sent[STATUS_COUNT] = {[STATUS_OPEN] = N_("send, open"),
	        [STATUS_PENDING] = N_("send, pending"),
	        [STATUS_HOLD] = N_("send, hold"),
	        [STATUS_CLOSED] = N_("send, close")};
	const struct draft *draft = &console->draft;
	if (word->id == COMMAND_HELP && console->bulk.offered)
		return _("why");
	if (word->id == COMMAND_SEND_PENDING && !draft->internal && draft->macro.sets_status &&
	        sent[draft->macro.status])
		return _(sent[draft->macro.status]);
	return i18n_marked(word->text);
}

/* The queue is where q leads, but from what was found; an empty list has no ticket to read, though `:open` has; a ticket may have
 * no files, and nothing to fold. */
static bool leads_somewhere(const struct console *console, enum command_id id)
{
	if (id == COMMAND_FOLD)
		return ticket_view_has_folds(console->ticket_view);
	if (id == COMMAND_ATTACHMENTS)
		return files_here(console);
	if (console_place(console) != PLACE_QUEUE)
		return true;
	return id == COMMAND_BACK ? console->find.shown : id != COMMAND_OPEN || console_ticket(console);
}

/* What works at rest: the place's words, without what the agent may not do. A sequence shows its first key. */
static void hints_at_rest(const struct console *console, struct hint_buffer *buffer)
{
	for (const struct footer_word *word = footer_words(console); word->text; word++) {
		if (!command_works(console, word->id) || !leads_somewhere(console, word->id))
			continue;
		char key_text[24];
		command_key_text(word->id, key_text, sizeof key_text);
		key_text[strcspn(key_text, " ")] = '\0'; /* of a sequence the first key */
		add_hint(buffer, key_text, word_shown(console, word), word->keep);
	}
}

/* What the last key of a sequence stands for: in English the last word of its command's name; catalogs have a short word. */
static const char *sequence_word(enum command_id id)
{
	const char *name = commands[id].name, *word = _(name), *blank = strrchr(name, ' ');
	return word != name || !blank ? word : blank + 1;
}

/* What may follow the keys typed so far: "s" shows new, open, pending, hold, closed. */
static void hints_after_prefix(const struct console *console, struct hint_buffer *buffer)
{
	char prefix[32] = "";
	for (size_t i = 0; i < console->typed_count; i++) {
		char one[16];
		key_name(console->typed[i], one, sizeof one);
		size_t used = strlen(prefix);
		snprintf(prefix + used, sizeof prefix - used, "%s ", one);
	}
	for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
		char key_text[24];
		command_key_text(id, key_text, sizeof key_text);
		if (!command_works(console, id) || strncmp(key_text, prefix, strlen(prefix)) != 0)
			continue;
		add_hint(buffer, key_text + strlen(prefix), sequence_word(id), false);
	}
	add_hint(buffer, "Esc", _("never mind"), false);
}

static void hints_while_typing(const struct console *console, struct hint_buffer *buffer)
{
	add_hint(buffer, "Enter", _("done"), false);
	if (console->prompt.complete)
		add_hint(buffer, "Tab", _("completes"), false);
	if (console->prompt.history)
		add_hint(buffer, "Up", _("earlier ones"), false);
	add_hint(buffer, "^U", _("empties the line"), false);
	add_hint(buffer, "Esc", _("never mind"), false);
}

static void hints_while_picking(const struct console *console, struct hint_buffer *buffer)
{
	const bool scrolls = picker_scrolls_preview(&console->pick.picker);
	add_hint(buffer, "Enter", _("takes it"), true);
	if (scrolls)
		add_hint(buffer, "PgDn", _("more of the preview"), true);
	add_hint(buffer, "a-z", _("type to narrow"), !scrolls); /* the empty line says it, too */
	add_hint(buffer, "Up Down", _("arrows move"), true);
	add_hint(buffer, "^U", _("empties the line"), false);
	add_hint(buffer, "Esc", _("never mind"), false);
}

static void make_hints(const struct console *console, struct hint_buffer *buffer)
{
	if (console->prompt.active)
		hints_while_typing(console, buffer);
	else if (console_place(console) == PLACE_PICKER)
		hints_while_picking(console, buffer);
	else if (console->typed_count)
		hints_after_prefix(console, buffer);
	else
		hints_at_rest(console, buffer);
}

void footer_show(struct console *console)
{
	struct hint_buffer buffer = {.count = 0};
	make_hints(console, &buffer);
	footer_draw(console->terminal, terminal_rows(console->terminal) - 1, buffer.hints, buffer.count);
}

bool footer_keys_at(const struct console *console, int column, char *out, size_t size)
{
	struct hint_buffer buffer = {.count = 0};
	make_hints(console, &buffer);
	const struct hint *hint = footer_at(console->terminal, buffer.hints, buffer.count, column);
	snprintf(out, size, "%s", hint ? hint->key : "");
	return hint != NULL;
}
