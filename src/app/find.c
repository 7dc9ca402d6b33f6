/*
 * Searching on the server and showing what it found.
 *
 * The answer takes a moment: whoever has begun something else meanwhile (a prompt, an editor, a page) is not taken away from
 * it, and is told that the search has ended.
 */
#include "app/find.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOUND_MOST = 200, TITLE_CELLS = 30 };
#define ASKED_MOST "201" /* one more tells that there are more */

static void forget(struct find *find)
{
	free(find->text);
	free(find->places);
	free(find->filter);
	find->text = find->filter = NULL;
	find->places = NULL;
	find->count = 0;
	find->shown = find->more = find->by_match = false;
}

void find_release(struct find *find)
{
	forget(find);
	free(find->asked);
	free(find->offered);
	*find = (struct find){.text = NULL};
}

/* ---- what was found ----------------------------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
	const struct found_place *left = a, *right = b;
	return (left->id > right->id) - (left->id < right->id);
}

static const struct found_place *place_of(const struct find *find, int64_t id)
{
	const struct found_place wanted = {.id = id};
	return find->count ? bsearch(&wanted, find->places, find->count, sizeof wanted, compare_ids) : NULL;
}

bool find_has(const struct find *find, int64_t id)
{
	return place_of(find, id) != NULL;
}

int64_t find_key(const struct ticket_row *row, const void *context)
{
	const struct found_place *found = place_of(context, row->id);
	return found ? found->place : INSTANT_NONE;
}

const char *find_title(const struct console *console, char *out, size_t size)
{
	const struct find *find = &console->find;
	if (!find->shown)
		return NULL;
	int used;
	const int length = (int)text_fit(find->text, strlen(find->text), TITLE_CELLS, &used);
	if (find->more)
		snprintf(out, size, _("FIND %.*s  the best %zu tickets"), length, find->text, find->count);
	else
		snprintf(out, size, P_("FIND %.*s  %zu ticket", "FIND %.*s  %zu tickets", find->count),
		        length, find->text, find->count);
	return out;
}

/* ---- the way in and out ------------------------------------------------------------------------- */

bool find_end(struct console *console)
{
	struct find *find = &console->find;
	struct filter_mistake mistake;
	if (!find->shown)
		return false;
	filter_set(console, find->filter ? find->filter : "", &mistake);
	queue_keep(console->queue, NULL, 0);
	forget(find);
	views_sort(console, find->order);
	return true;
}

bool find_back(struct console *console)
{
	const int64_t selected = console->find.selected;
	const size_t top = console->find.top;
	if (!find_end(console))
		return false;
	show_view(console, console->view);
	if (listing_position(console->listing, selected) != SIZE_MAX) {
		select_ticket(console, selected);
		console->queue_view.top = top;
	}
	return true;
}

static void remember_list(struct console *console)
{
	struct find *find = &console->find;
	struct filter_mistake mistake;
	find->filter = console->filter_shown ? alloc_copy(console->filter_shown) : NULL;
	find->order = console->sorter.order;
	find->selected = console->selected;
	find->top = console->queue_view.top;
	filter_set(console, "", &mistake);
}

static void take_rows(struct console *console, const struct answer *answer)
{
	struct find *find = &console->find;
	struct ticket_row row;
	find->more = answer->rows > FOUND_MOST;
	find->count = find->more ? FOUND_MOST : answer->rows;
	free(find->places);
	find->places = alloc_array(find->count, sizeof *find->places);
	int64_t *ids = alloc_array(find->count, sizeof *ids);
	for (size_t i = 0; i < find->count; i++) {
		ids[i] = answer_int(answer, i, 0);
		find->places[i] = (struct found_place){ids[i], (int64_t)i};
	}
	qsort(find->places, find->count, sizeof *find->places, compare_ids);
	queue_keep(console->queue, ids, find->count);
	for (size_t i = 0; i < find->count; i++) {
		link_answer_ticket(answer, i, &row);
		queue_put(console->queue, &row);
	}
	actions_redraw(console);
	free(ids);
}

static void show(struct console *console, const char *text, const struct answer *answer)
{
	struct find *find = &console->find;
	const bool again = find->shown && strcmp(find->text, text) == 0;
	if (!find->shown)
		remember_list(console);
	char *copy = alloc_copy(text);
	free(find->text);
	find->text = copy;
	find->shown = true;
	take_rows(console, answer);
	if (!again || find->by_match) {
		find->by_match = true;
		listing_sort(console->listing, find_key, find);
	}
	if (again) {
		list_filter_again(console);
		return;
	}
	console_unsay(console); /* that it is searching */
	console->selected = 0;  /* the best match comes first, whatever the cursor was on */
	show_view(console, console->view);
}

static bool is_free(const struct console *console)
{
	const enum place place = console_place(console);
	return (place == PLACE_QUEUE || place == PLACE_TICKET) && !console->prompt.active &&
	       !console->editor && !console->typed_count;
}

static void came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct find *find = &console->find;
	char *text = find->asked;
	const bool again = find->shown && text && strcmp(find->text, text) == 0;
	find->asked = NULL;
	if (err && err->kind == ERROR_UNAVAILABLE && link_state(console->link) == LINK_LIVE)
		console_say(console, ROLE_ERROR,
		        _("the search for \"%s\" took too long; another word makes it quicker"), text);
	else if (err)
		console_say(console, ROLE_ERROR, "%s", err->text);
	else if (again)
		show(console, text, answer);
	else if (!answer->rows)
		console_say(console, ROLE_ERROR, _("no ticket, open or closed, matches \"%s\""), text);
	else if (is_free(console))
		show(console, text, answer);
	else
		console_say(
		        console, ROLE_HINT, _("the search for \"%s\" found tickets; :find shows them"), text);
	free(text);
}

void find_start(struct console *console, const char *text)
{
	struct find *find = &console->find;
	const char *const values[] = {text, ASKED_MOST};
	if (find->asked) {
		console_say(console, ROLE_HINT, _("the search for \"%s\" is still under way"), find->asked);
		return;
	}
	find->asked = alloc_copy(text);
	console_say(console, ROLE_HINT, _("searching all tickets, closed ones too"));
	link_ask(console->link, ASK_SEARCH, values, came, console);
}

void find_again(struct console *console)
{
	struct find *find = &console->find;
	if (!find->shown || find->asked)
		return;
	const char *const values[] = {find->text, ASKED_MOST};
	find->asked = alloc_copy(find->text);
	link_ask(console->link, ASK_SEARCH, values, came, console);
}

/* ---- the command -------------------------------------------------------------------------------- */

static void find_done(struct console *console, const char *text)
{
	text += strspn(text, " ");
	if (!*text)
		return;
	history_add(&console->search_history, text);
	find_start(console, text);
}

void command_FIND(struct console *console, const char *argument)
{
	if (*argument)
		find_done(console, argument);
	else
		prompt_ask(
		        console, _("find in all tickets: "), "", NULL, &console->search_history, find_done);
}
