/*
 * Which tickets the list shows, and in which order: those of the view (all, mine, nobody's) that match the filter. Filter and
 * order stay on while the views change.
 *
 * Rows come and go in a filtered list when they change and when time passes. The listing follows the changes by itself;
 * for time the filter says when the next row is moved (core/filter.h), the loop wakes then, and only then all rows are
 * looked at again.
 */
#include "app/complete.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the list ----------------------------------------------------------------------------------- */

static struct filter_desk desk_of(const struct console *console)
{
	return (struct filter_desk){.directory = &console->directory,
	        .self = console->identity.agent_id,
	        .warn_s = console->settings.warn,
	        .queue = console->queue};
}

bool is_mine(const struct ticket_row *row, const void *context)
{
	const struct identity *identity = context;
	return identity->agent_id && row->assignee_id == identity->agent_id && row->status != STATUS_CLOSED;
}

static bool belongs(const struct console *console, const struct ticket_row *row)
{
	if (console->find.shown)
		return find_has(&console->find, row->id) &&
		       (!console->filter || filter_matches(console->filter, row));
	if (row->status == STATUS_CLOSED)
		return false;
	if (console->view == VIEW_MINE &&
	        (!row->assignee_id || row->assignee_id != console->identity.agent_id) &&
	        !ticket_mentions(row->mentioned, console->identity.agent_id))
		return false;
	if (console->view == VIEW_UNASSIGNED && row->assignee_id)
		return false;
	return !console->filter || filter_matches(console->filter, row);
}

static bool is_shown(const struct ticket_row *row, const void *context)
{
	const struct console *console = context;
	return row->id == console->brought || belongs(console, row);
}

/* The queue's own order needs no key: it is kept for nothing. */
static void set_order(struct console *console, struct sort_order order)
{
	console->find.by_match = false;
	const bool own = order.by == SORT_PRIORITY && !order.reversed;
	sorter_set(&console->sorter, order, &console->directory);
	listing_sort(console->listing, own ? NULL : sorter_key, &console->sorter);
}

void show_view(struct console *console, enum view_setting view)
{
	console->view = view;
	console->brought = 0;
	if (console->filter)
		filter_at(console->filter, console_now(console));
	listing_filter(console->listing, is_shown, console);
	listing_refresh(console->listing); /* another list: nothing of the old one is kept in place */
	console->depth = 0;
	console->opened = 0;
	queue_pin(console->queue, 0);
	console->queue_view.top = 0;
	console->counts_at = INSTANT_NONE;
	console->new_above = 0;
	console->position = listing_position(console->listing, console->selected);
	if (console->position == SIZE_MAX)
		select_ticket(console, listing_id(console->listing, 0));
	console->dirty = true;
}

static void look_again(struct console *console)
{
	listing_filter(console->listing, is_shown, console);
	console->counts_at = INSTANT_NONE;
}

void views_bring(struct console *console, int64_t id)
{
	if (console->brought == id)
		return;
	console->brought = id;
	look_again(console);
}

void views_follow_brought(struct console *console)
{
	const struct ticket_row *row = console->brought ? queue_find(console->queue, console->brought) : NULL;
	if (row && belongs(console, row))
		console->brought = 0;
}

void list_filter_again(struct console *console)
{
	if (console->filter)
		filter_at(console->filter, console_now(console));
	look_again(console);
	list_refresh(console);
}

bool views_count(struct console *console, const char *text, size_t *out)
{
	struct filter_desk desk = desk_of(console);
	struct filter_mistake mistake;
	struct filter *filter = filter_parse(text, &desk, &mistake);
	if (!filter)
		return false;
	struct listing *all = listing_new(console->queue);
	filter_at(filter, console_now(console));
	*out = 0;
	for (size_t i = 0; i < listing_count(all); i++) {
		const struct ticket_row *row = listing_row(all, i);
		*out += row->status != STATUS_CLOSED && filter_matches(filter, row);
	}
	listing_free(all);
	filter_free(filter);
	return true;
}

void views_follow_time(struct console *console)
{
	if (console->filter && filter_at(console->filter, console_now(console)))
		look_again(console);
}

void views_follow_desk(struct console *console)
{
	struct filter_desk desk = desk_of(console);
	if (console->sorter.order.by == SORT_ORGANIZATION && !console->find.by_match)
		set_order(console, console->sorter.order);
	if (!console->filter && console->sorter.order.by != SORT_ORGANIZATION)
		return;
	if (console->filter)
		filter_resolve(console->filter, &desk);
	list_refresh(console);
}

/* The cursor stays on its ticket, and the list is scrolled to it. */
void views_sort(struct console *console, struct sort_order order)
{
	set_order(console, order);
	console->queue_view.top = 0; /* what comes first is seen, if the cursor is near it */
	console->position = listing_position(console->listing, console->selected);
	console->new_above = 0;
	console->dirty = true;
}

static void go(struct console *console, enum view_setting view)
{
	find_end(console);
	saved_leave(console);
	show_view(console, view);
}

void command_GO_ALL(struct console *console, const char *argument)
{
	go(console, VIEW_ALL);
}

void command_GO_MINE(struct console *console, const char *argument)
{
	go(console, VIEW_MINE);
}

void command_GO_UNASSIGNED(struct console *console, const char *argument)
{
	go(console, VIEW_UNASSIGNED);
}

/* ---- the order ---------------------------------------------------------------------------------- */

size_t complete_sort(void *context, const char *text, struct candidate *out, size_t room)
{
	static const char *const helps[SORT_COUNT] = {
	        [SORT_PRIORITY] = N_("priority, mailbox, due: the queue's own order"),
	        [SORT_DUE] = N_("the earliest reply first"),
	        [SORT_AGE] = N_("the oldest ticket first"),
	        [SORT_LAST] = N_("the newest message first"),
	        [SORT_ORGANIZATION] = N_("by the organization's name"),
	};
	size_t count = 0;
	for (int number = 0; number < 2 * SORT_COUNT && count < room; number++) {
		const struct sort_order order = sort_order_of(number);
		if (strncmp(sort_word(order), text, strlen(text)) == 0)
			out[count++] = (struct candidate){.text = sort_word(order),
			        .help = order.reversed ? _("the other way round") : _(helps[order.by])};
	}
	return count;
}

static void sort_by(struct console *console, const char *word)
{
	struct sort_order order;
	if (sort_parse(word, &order)) {
		views_sort(console, order);
		return;
	}
	char mistake[160];
	snprintf(mistake, sizeof mistake,
	        _("there is no order \"%.20s\"; priority, due, age, last or organization, -due the other way round"),
	        word);
	prompt_refuse(console, sort_by, word, mistake);
}

void command_SORT(struct console *console, const char *argument)
{
	if (*argument)
		sort_by(console, argument);
	else
		prompt_ask(console, _("sort by: "), "", complete_sort, NULL, sort_by);
}

/* ---- columns ------------------------------------------------------------------------------------ */

size_t complete_column_names(
        struct console *console, size_t from, const char *line, struct candidate *out, size_t room)
{
	const char *names = line + from, *last = names + strlen(names);
	while (last > names && !strchr(" ,", last[-1]))
		last--;
	char *lead = alloc_copy_n(line, (size_t)(last - line));
	const size_t count = complete_words(&console->completions, lead, column_names, last, out, room);
	free(lead);
	return count;
}

size_t complete_columns(void *console, const char *text, struct candidate *out, size_t room)
{
	return complete_column_names(console, 0, text, out, room);
}

bool views_columns(struct console *console, const char *names, struct error *err)
{
	if (!columns_parse(*names ? names : console->settings.columns, &console->columns, err))
		return false;
	console->dirty = true;
	return true;
}

static void show_columns(struct console *console, const char *names)
{
	struct error err;
	if (!views_columns(console, names, &err))
		prompt_refuse(console, show_columns, names, err.text);
}

void command_COLUMNS(struct console *console, const char *argument)
{
	show_columns(console, argument);
}

/* ---- the filter --------------------------------------------------------------------------------- */

bool filter_set(struct console *console, const char *text, struct filter_mistake *mistake)
{
	struct filter_desk desk = desk_of(console);
	struct strbuf shown = STRBUF_INIT;
	struct filter *filter = filter_parse(text, &desk, mistake);
	if (!filter)
		return false;
	filter_text(filter, &shown);
	filter_free(console->filter);
	free(console->filter_shown);
	console->filter = filter;
	console->filter_shown = strbuf_detach(&shown);
	if (!*console->filter_shown) {
		filter_free(console->filter);
		free(console->filter_shown);
		console->filter = NULL;
		console->filter_shown = NULL;
	}
	return true;
}

size_t complete_filter(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	struct filter_desk desk = desk_of(console);
	struct filter_candidates *found = &console->filter_candidates;
	filter_candidates_release(found);
	filter_complete(text, &desk, room, found);
	for (size_t i = 0; i < found->count; i++)
		out[i] = (struct candidate){.text = found->list[i].text,
		        .help = found->list[i].help,
		        .shown = found->list[i].word};
	return found->count;
}

/* What is wrong with the text so far. What ends where the text ends is only not finished yet. */
static void filter_typed(struct console *console, const char *text)
{
	struct filter_desk desk = desk_of(console);
	struct filter_mistake mistake;
	struct filter *filter = filter_parse(text, &desk, &mistake);
	if (!filter)
		prompt_say(
		        &console->prompt, mistake.end == strlen(text) ? ROLE_HINT : ROLE_ERROR, mistake.text);
	else if (console->filter && !text[strspn(text, " ")])
		prompt_say(&console->prompt, ROLE_HINT, _("Enter takes the filter off"));
	else
		prompt_say(&console->prompt, ROLE_TEXT, NULL);
	filter_free(filter);
}

static void filter_done(struct console *console, const char *text);

static void ask_filter(struct console *console, const char *initial)
{
	prompt_ask(console, _("filter: "), initial, complete_filter, &console->filter_history, filter_done);
	console->prompt_changed = filter_typed;
}

/* A filter with a mistake stays in the line, with the cursor at the mistake. */
static void filter_done(struct console *console, const char *text)
{
	struct filter_mistake mistake;
	if (filter_set(console, text, &mistake)) {
		show_view(console, console->view);
		return;
	}
	ask_filter(console, text);
	prompt_say(&console->prompt, ROLE_ERROR, mistake.text);
	if (strcmp(console->prompt.text.data, text) == 0)
		console->prompt.cursor = mistake.end;
}

void command_FILTER(struct console *console, const char *argument)
{
	if (*argument)
		filter_done(console, argument);
	else
		ask_filter(console, console->filter_shown);
}
