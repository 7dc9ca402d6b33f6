/*
 * Marking, and what marks mean for a key.
 *
 * Marks belong to tickets, not to a list: they stay when the view or the filter changes, and go when the ticket leaves the
 * queue. A key acts only on those that the list shows; of the others the line says how many there are.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a key acts on ---------------------------------------------------------------------------- */

void aim_release(struct aim *aim)
{
	free(aim->list);
	*aim = (struct aim){.count = 0};
}

static int by_order(const void *a, const void *b, void *queue)
{
	const struct target *left = a, *right = b;
	return ticket_order(queue_find(queue, left->id), queue_find(queue, right->id));
}

void aim_at_marked(struct console *console)
{
	struct aim *aim = &console->aim;
	const struct marks *marks = &console->marks;
	if (console_place(console) != PLACE_QUEUE)
		return;
	aim->count = 0;
	if (aim->room < marks->count) {
		aim->room = marks->count;
		aim->list = alloc_grow(aim->list, aim->room, sizeof *aim->list);
	}
	for (size_t i = 0; i < marks->count; i++)
		if (listing_has(console->listing, marks->ids[i])) {
			const struct ticket_row *row = queue_find(console->queue, marks->ids[i]);
			aim->list[aim->count++] = (struct target){.id = row->id, .version = row->version};
		}
	aim->hidden = marks->count - aim->count;
	if (aim->count)
		qsort_r(aim->list, aim->count, sizeof *aim->list, by_order, console->queue);
}

/* ---- marks and the queue ----------------------------------------------------------------------------- */

/* What is only closed by an unconfirmed change keeps its mark: it may come back. */
static bool is_there(void *context, int64_t id)
{
	const struct console *console = context;
	const struct ticket_row *row = queue_find(console->queue, id);
	return (row && row->status != STATUS_CLOSED) || action_is_pending(console, id);
}

static bool has_not_come(void *context, int64_t id)
{
	const struct console *console = context;
	return !queue_find(console->queue, id);
}

/* An undo has brought tickets back that were marked when they went. */
static void mark_those_that_came(struct console *console)
{
	struct marks *awaited = &console->awaited_marks;
	int64_t *came = alloc_array(awaited->count, sizeof *came);
	size_t count = 0;
	for (size_t i = 0; i < awaited->count; i++)
		if (!has_not_come(console, awaited->ids[i]))
			came[count++] = awaited->ids[i];
	marks_add(&console->marks, came, count);
	marks_retain(awaited, has_not_come, console);
	free(came);
}

void marks_follow_queue(struct console *console)
{
	if (console->awaited_marks.count)
		mark_those_that_came(console);
	if (console->marks.count)
		marks_retain(&console->marks, is_there, console);
}

/* Looking at all marks is done when rows or marks have changed, not for each key. */
static size_t shown_now(struct console *console)
{
	const uint64_t list = listing_revision(console->listing), marks = console->marks.revision;
	if (console->marks_shown_list != list || console->marks_shown_marks != marks) {
		console->marks_shown = 0;
		for (size_t i = 0; i < console->marks.count; i++)
			console->marks_shown += listing_has(console->listing, console->marks.ids[i]);
		console->marks_shown_list = list;
		console->marks_shown_marks = marks;
	}
	return console->marks_shown;
}

void marks_text(struct console *console, char *out, size_t size)
{
	const size_t count = console->marks.count, shown = count ? shown_now(console) : 0;
	*out = '\0';
	if (!count)
		return;
	if (!console_may_act(console))
		snprintf(out, size, _("%zu marked; U unmarks."), count);
	else if (shown == count)
		snprintf(out, size, _("%zu marked. Actions apply to marked tickets; U unmarks."), count);
	else if (shown)
		snprintf(out, size,
		        _("%zu marked, %zu of them not shown: actions apply to the %zu shown. U unmarks."),
		        count, count - shown, shown);
	else
		snprintf(out, size,
		        _("%zu marked, none shown: actions apply to the ticket under the cursor. U unmarks."),
		        count);
}

/* ---- commands ----------------------------------------------------------------------------------------- */

/* Takes over `ids`, of which the first `count` have changed. */
static void remember(struct console *console, int64_t *ids, size_t count, bool marked)
{
	console->dirty = true;
	if (!count) {
		free(ids);
		return;
	}
	struct undoable *undo = undo_push(console);
	undo->ids = ids;
	undo->id_count = count;
	undo->marked = marked;
}

void marks_take_back(struct console *console, const struct undoable *undo)
{
	int64_t *ids = alloc_array(undo->id_count, sizeof *ids);
	size_t count = 0;
	for (size_t i = 0; i < undo->id_count; i++)
		if (is_there(console, undo->ids[i]))
			ids[count++] = undo->ids[i];
	(undo->marked ? marks_remove : marks_add)(&console->marks, ids, count);
	free(ids);
	console->dirty = true;
}

void command_MARK(struct console *console, const char *argument)
{
	int64_t *id = alloc_bytes(sizeof *id);
	*id = console->target;
	const bool marked = !marks_has(&console->marks, *id);
	if (marked)
		console->mark_anchor = *id;
	remember(console, id, (marked ? marks_add : marks_remove)(&console->marks, id, 1), marked);
	int64_t below = listing_id(console->listing, listing_position(console->listing, console->target) + 1);
	if (below)
		select_ticket(console, below);
}

static void mark_between(struct console *console, size_t from, size_t to)
{
	const size_t count = to - from + 1;
	int64_t *ids = alloc_array(count, sizeof *ids);
	for (size_t i = 0; i < count; i++)
		ids[i] = listing_id(console->listing, from + i);
	remember(console, ids, marks_add(&console->marks, ids, count), true);
}

void command_MARK_ALL(struct console *console, const char *argument)
{
	const size_t count = listing_count(console->listing);
	if (count)
		mark_between(console, 0, count - 1);
	else
		console_say(console, ROLE_HINT, _("there is no ticket in this list"));
}

void command_MARK_RANGE(struct console *console, const char *argument)
{
	size_t from = listing_position(console->listing, console->mark_anchor);
	size_t to = listing_position(console->listing, console->target);
	if (!console->marks.count) {
		command_MARK_ALL(console, "");
	} else if (from == SIZE_MAX || to == SIZE_MAX) {
		console_say(console, ROLE_HINT,
		        _("what was marked last is not in this list; Space marks where V begins"));
	} else {
		mark_between(console, from < to ? from : to, from < to ? to : from);
		console->mark_anchor = console->target;
	}
}

void command_UNMARK(struct console *console, const char *argument)
{
	struct marks *marks = &console->marks;
	if (!marks->count) {
		console_say(console, ROLE_HINT, _("nothing is marked; Space marks a ticket"));
		return;
	}
	int64_t *ids = alloc_array(marks->count, sizeof *ids);
	memcpy(ids, marks->ids, marks->count * sizeof *ids);
	remember(console, ids, marks_remove(marks, ids, marks->count), false);
	marks_release(&console->awaited_marks);
	console->mark_anchor = 0;
}
