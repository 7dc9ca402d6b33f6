/*
 * Acting on many tickets (bulk.h says what that means).
 *
 * The list of items is made when the action is: a ticket each, two where a waiting customer's clock is dismissed before the
 * status is set. `next` runs through it; WINDOW of them at most are under way, and each answer sends the next one, so the
 * server is kept busy, the keys stay fast, and a stop leaves all but those few untouched. While the server is away the
 * window stays as it is: the link sends it again when it is back.
 *
 * One runs at a time. It ends when nothing is under way and nothing more is to be sent; only then it becomes something
 * that can be taken back, because before that nobody knows what was done.
 */
#include "app/bulk.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 32 };

/* ---- one or many ----------------------------------------------------------------------------------- */

bool act_is_many(const struct console *console)
{
	return console->aim.count > 0;
}

bool action_begin(struct console *console, struct action *action, enum action_kind kind)
{
	if (act_is_many(console)) {
		action_init(action, kind, 0, 0);
		return true;
	}
	if (console_row(console)) {
		action_init(action, kind, console->target, console->target_version);
		return true;
	}
	console_say(console, ROLE_ERROR, _("%lld has left the queue meanwhile; nothing was done"),
	        (long long)console->target);
	return false;
}

void act(struct console *console, struct action *action, const struct deed *deed)
{
	if (act_is_many(console))
		bulk_start(console, action, deed, &console->aim, WAITS_LEFT_OUT, NULL);
	else
		action_send(console, action, deed->said, deed->then);
}

/* ---- how far it is ------------------------------------------------------------------------------------ */

struct bulk_count bulk_count(const struct bulk *bulk)
{
	struct bulk_count count = {.all = 0};
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_item *item = &bulk->items[i];
		count.all += item->last;
		count.done += item->last && item->state == BULK_DONE;
		count.refused += item->last && item->state == BULK_REFUSED;
	}
	return count;
}

void bulk_progress(const struct bulk *bulk, bool can_stop, char *out, size_t size)
{
	const struct bulk_count count = bulk_count(bulk);
	const size_t ended = count.done + count.refused;

	if (bulk->stopping) {
		snprintf(out, size, _("%s: stopping; %zu are on their way to the server"), bulk->title,
		        bulk->under_way);
		return;
	}
	snprintf(out, size, can_stop ? _("%s: %zu of %zu - q or Esc stops") : _("%s: %zu of %zu"),
	        bulk->title, ended, count.all);
}

/* ---- the end ------------------------------------------------------------------------------------------ */

static void add_part(struct undoable *undo, const struct bulk_item *item)
{
	struct undo_part *part = &undo->parts[undo->part_count++];
	part->ticket_id = item->ticket_id;
	memcpy(part->request_id, item->request_id, sizeof part->request_id);
}

/* What was done, as an entry of the undo stack: the one that was made at the beginning. */
static void becomes_undoable(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	struct undoable *undo = undo_find(console, bulk->id);
	if (!undo)
		return; /* it was pushed out meanwhile */
	undo->parts = alloc_array(bulk->count, sizeof *undo->parts);
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_item *item = &bulk->items[i];
		if (item->state == BULK_DONE)
			add_part(undo, item);
	}
	if (!undo->part_count)
		undo_forget(console, bulk->id);
}

/* Whether it may be taken back still: a stop has left it untouched, or the server was too busy and nothing was decided. Asked
 * again for what it did after all, the server only says so again. */
static bool is_left(const struct bulk_item *item)
{
	return item->state == BULK_REFUSED ? item->kind == ERROR_UNAVAILABLE : item->state != BULK_DONE;
}

/* What was taken back, or was refused for good, is no longer in the entry. */
static void is_taken_back(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	struct undoable *undo = undo_find(console, bulk->id);
	if (!undo)
		return;
	undo->part_count = 0;
	for (size_t i = bulk->count; i-- > 0;) {
		const struct bulk_item *item = &bulk->items[i];
		if (is_left(item))
			add_part(undo, item);
	}
	if (!undo->part_count)
		undo_forget(console, bulk->id);
}

static void add_sentence(struct strbuf *line, const char *sentence)
{
	strbuf_addf(line, " %s", sentence);
}

/* The result, then what can be done about it. */
static void say_end(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	const struct bulk_count count = bulk_count(bulk);
	const size_t left = count.all - count.done - count.refused;
	struct strbuf line = STRBUF_INIT;
	char hidden[240];
	bulk->offered = count.refused > 0;
	if (left)
		strbuf_addf(&line, _("%s, stopped: %zu done, %zu refused, %zu left."), bulk->title,
		        count.done, count.refused, left);
	else if (count.refused)
		strbuf_addf(&line, _("%s: %zu done, %zu refused."), bulk->title, count.done, count.refused);
	else
		strbuf_addf(&line, _("%s: %zu done."), bulk->title, count.done);
	snprintf(hidden, sizeof hidden, _("Not touched: %zu."), bulk->hidden);
	if (bulk->hidden)
		add_sentence(&line, hidden);
	if (bulk->offered)
		add_sentence(&line, _("? shows why."));
	if (bulk->outcome)
		add_sentence(&line, bulk->outcome);
	const struct undoable *undo = undo_find(console, bulk->id);
	if (undo && !undo->final)
		add_sentence(&line, bulk->undoes ? _("u goes on.") : _("u takes it back."));
	console_say(console, count.refused || left ? ROLE_WARNING : ROLE_SUCCESS, "%s", line.data);
	strbuf_release(&line);
}

static void end(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	bulk->runs = false;
	(bulk->undoes ? is_taken_back : becomes_undoable)(console);
	if (bulk->ended)
		bulk->ended(console);
	say_end(console);
	list_refresh(console);
}

/* ---- on the way ---------------------------------------------------------------------------------------- */

static void refuse(struct bulk_item *item, enum error_kind kind, const char *why)
{
	item->state = BULK_REFUSED;
	item->kind = kind;
	free(item->why);
	item->why = alloc_copy(why);
}

static void pump(struct console *console);

static void answered(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct bulk *bulk = &console->bulk;
	struct bulk_item *item = &bulk->items[one->part];
	bulk->under_way--;
	if (result->error.kind == ERROR_NONE) {
		item->state = BULK_DONE;
		if (bulk->undoes && item->last)
			marks_add(&console->awaited_marks, &(int64_t){item->ticket_id}, 1);
	} else {
		refuse(item, result->error.kind, result->error.text);
	}
	pump(console);
}

/* The action of an item, ready to be sent. */
static void make_action(
        struct console *console, const struct bulk *bulk, struct bulk_item *item, struct action *action)
{
	if (bulk->undoes) {
		action_init(action, ACTION_UNDO, item->ticket_id, 0);
		undo_returns(console, item->ticket_id);
		memcpy(action->undoes, item->request_id, sizeof action->undoes);
		return;
	}
	if (item->dismisses) {
		action_init(action, ACTION_DISMISS, item->ticket_id, item->version);
		action->text = alloc_copy(bulk->reason);
	} else {
		action_copy(action, &bulk->action);
		if (bulk->derive)
			action_derive_id(action->request_id, bulk->action.request_id, item->ticket_id);
		else
			action_make_id(action->request_id);
		action->ticket_id = item->ticket_id;
		action->version = item->version;
		action->wait_goes_on = item->wait_goes_on;
	}
	memcpy(item->request_id, action->request_id, sizeof item->request_id);
}

/* Whether the item may be sent at all. What an undo brings back need not be in the queue. */
static bool fits(
        struct console *console, const struct bulk_item *item, struct action *action, struct error *why)
{
	const struct bulk *bulk = &console->bulk;
	const struct ticket_row *row = queue_find(console->queue, item->ticket_id);
	if (bulk->undoes)
		return true;
	if (!row)
		return error_set(why, ERROR_NOT_FOUND, "%s", _("it has left the queue meanwhile"));
	return item->dismisses || !bulk->fit || bulk->fit(console, row, action, why);
}

static void send_item(struct console *console, size_t at)
{
	struct bulk *bulk = &console->bulk;
	struct bulk_item *item = &bulk->items[at];
	const struct bulk_item *before = at && !bulk->items[at - 1].last ? item - 1 : NULL;
	struct action action;
	struct error why;
	if (before && before->state == BULK_REFUSED) {
		refuse(item, before->kind, before->why);
		return;
	}
	make_action(console, bulk, item, &action);
	if (!fits(console, item, &action, &why)) {
		refuse(item, why.kind, why.text);
		action_release(&action);
		return;
	}
	item->state = BULK_SENT;
	bulk->under_way++;
	action_send_of_many(console, &action, at, answered);
}

static void pump(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	const bool goes_on = !console->left && !bulk->stopping;
	/* What belongs to the same ticket as the one before it is never left half done by a stop. */
	while (bulk->next < bulk->count && bulk->under_way < WINDOW &&
	        (goes_on || (bulk->next && !bulk->items[bulk->next - 1].last && !console->left)))
		send_item(console, bulk->next++);
	if (!bulk->under_way)
		end(console);
	console->dirty = true;
}

/* ---- the beginning --------------------------------------------------------------------------------------- */

bool bulk_is_busy(struct console *console)
{
	char progress[240];
	if (!console->bulk.runs)
		return false;
	bulk_progress(&console->bulk, false, progress, sizeof progress);
	console_say(console, ROLE_HINT, _("not while another is under way (%s); :stop stops it"), progress);
	return true;
}

void bulk_release(struct bulk *bulk)
{
	for (size_t i = 0; i < bulk->count; i++)
		free(bulk->items[i].why);
	free(bulk->items);
	free(bulk->title);
	free(bulk->reason);
	free(bulk->text);
	macro_actions_release(&bulk->macro);
	action_release(&bulk->action);
	*bulk = (struct bulk){.runs = false};
}

static void run(struct console *console)
{
	console->bulk.runs = true;
	console_unsay(console);
	pump(console);
	list_refresh(console);
}

static void add_items(struct bulk *bulk, const struct target *target, enum bulk_waits waits)
{
	struct bulk_item item = {.ticket_id = target->id, .version = target->version};
	if (target->waits && waits == WAITS_DISMISSED) {
		item.dismisses = true;
		bulk->items[bulk->count++] = item;
		item.dismisses = false;
	}
	item.wait_goes_on = target->waits && waits == WAITS_GO_ON;
	item.last = true;
	bulk->items[bulk->count++] = item;
}

void bulk_start(struct console *console, struct action *action, const struct deed *deed,
        const struct aim *aim, enum bulk_waits waits, const char *reason)
{
	struct bulk *bulk = &console->bulk;
	if (bulk_is_busy(console)) {
		action_release(action);
		return;
	}
	bulk_release(bulk);
	bulk->action = *action;
	bulk->title = alloc_copy(deed->title);
	bulk->reason = alloc_copy(reason);
	bulk->fit = deed->fit;
	bulk->derive = deed->derive;
	bulk->ended = deed->ended;
	bulk->hidden = aim->hidden;
	bulk->items = alloc_array(aim->count * 2, sizeof *bulk->items);
	for (size_t i = 0; i < aim->count; i++)
		if (!aim->list[i].waits || waits != WAITS_LEFT_OUT)
			add_items(bulk, &aim->list[i], waits);
	action_make_id(bulk->id);
	marks_release(&console->awaited_marks);
	struct undoable *undo = undo_push(console);
	undo->title = alloc_copy(deed->title);
	undo->final = undo_is_final(action->kind);
	memcpy(undo->request_id, bulk->id, sizeof undo->request_id);
	run(console);
}

void bulk_undo(struct console *console, const struct undoable *undo)
{
	struct bulk *bulk = &console->bulk;
	if (bulk_is_busy(console))
		return;
	bulk_release(bulk);
	bulk->undoes = true;
	bulk->text = alloc_copy(undo->text);
	macro_actions_copy(&bulk->macro, &undo->macro);
	bulk->ended = undo->text ? circular_taken_back : NULL;
	bulk->title = alloc_format(_("undo of %s"), undo->title);
	memcpy(bulk->id, undo->request_id, sizeof bulk->id);
	bulk->count = undo->part_count;
	bulk->items = alloc_array(bulk->count, sizeof *bulk->items);
	for (size_t i = 0; i < bulk->count; i++) {
		const struct undo_part *part = &undo->parts[bulk->count - 1 - i];
		struct bulk_item *item = &bulk->items[i];
		item->ticket_id = part->ticket_id;
		item->last = true;
		memcpy(item->request_id, part->request_id, sizeof item->request_id);
		if (i && item[-1].ticket_id == item->ticket_id)
			item[-1].last = false;
	}
	run(console);
}

void bulk_stop(struct console *console)
{
	if (!console->bulk.runs)
		return;
	console->bulk.stopping = true;
	pump(console);
}

void command_STOP(struct console *console, const char *argument)
{
	if (console->bulk.runs)
		bulk_stop(console);
	else
		console_say(console, ROLE_HINT, _("nothing is under way that could be stopped"));
}

/* ---- what was refused -------------------------------------------------------------------------------------- */

/* In the order in which they stand on the page. */
static const struct {
	enum error_kind kind;
	const char *heading;
} reasons[] = {
        {ERROR_CONFLICT, N_("Somebody else changed it first")},
        {ERROR_WAITING, N_("A customer is waiting for a reply")},
        {ERROR_REFUSED, N_("Not possible, or not needed")},
        {ERROR_PERMISSION, N_("You may not do this")},
        {ERROR_NOT_FOUND, N_("Not in the queue any more")},
        {ERROR_UNAVAILABLE, N_("The server did not answer")},
        {ERROR_NONE, N_("Other reasons")},
};

enum { REASONS = sizeof reasons / sizeof *reasons };

static int reason_of(enum error_kind kind)
{
	int i = 0;
	while (i < REASONS - 1 && reasons[i].kind != kind)
		i++;
	return i;
}

/* Of two actions on one ticket the reason is that of the first one that was refused. */
static const struct bulk_item *cause_of(const struct bulk_item *item, const struct bulk_item *first)
{
	while (item > first && !item[-1].last && item[-1].state == BULK_REFUSED)
		item--;
	return item;
}

static size_t count_reason(const struct bulk *bulk, int reason)
{
	size_t count = 0;
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_item *item = &bulk->items[i];
		count += item->last && item->state == BULK_REFUSED &&
		         reason_of(cause_of(item, bulk->items)->kind) == reason;
	}
	return count;
}

static void add_reason(struct console *console, int reason)
{
	const struct bulk *bulk = &console->bulk;
	struct pager *page = &console->page;
	char line[400];
	const size_t count = count_reason(bulk, reason);
	if (!count)
		return;
	snprintf(line, sizeof line, "%s (%zu)", _(reasons[reason].heading), count);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	pager_add(page, ROLE_HEADER, 0, NULL, line);
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_item *item = &bulk->items[i];
		const struct bulk_item *cause = cause_of(item, bulk->items);
		if (!item->last || item->state != BULK_REFUSED || reason_of(cause->kind) != reason)
			continue;
		snprintf(line, sizeof line, "%lld", (long long)item->ticket_id);
		pager_add_choice(page, ROLE_TEXT, 2, line, cause->why, item->ticket_id);
	}
}

void bulk_show_summary(struct console *console)
{
	const struct bulk *bulk = &console->bulk;
	const struct bulk_count count = bulk_count(bulk);
	char line[400];
	page_begin(console, bulk->title);
	snprintf(line, sizeof line, _("%zu tickets: %zu done, %zu refused, %zu left as they were."),
	        count.all, count.done, count.refused, count.all - count.done - count.refused);
	pager_add(&console->page, ROLE_TEXT, 0, NULL, line);
	for (int reason = 0; reason < REASONS; reason++)
		add_reason(console, reason);
	pager_choose(&console->page, bulk->looked_at);
	page_show(console, PLACE_SUMMARY);
}

/* The page comes again by :refused, with the cursor where it was. */
void command_SUMMARY_OPEN(struct console *console, const char *argument)
{
	int64_t id;
	if (!pager_chosen(&console->page, &id)) {
		console_say(console, ROLE_HINT, _("nothing was refused"));
		return;
	}
	console->bulk.looked_at = id;
	while (console->depth)
		console_leave(console);
	open_number(console, id);
}

void command_SUMMARY(struct console *console, const char *argument)
{
	if (!console->bulk.title)
		console_say(console, ROLE_HINT, _("nothing was done to marked tickets yet"));
	else if (console->bulk.runs)
		console_say(console, ROLE_HINT,
		        _("it is still under way; at its end the line says what was refused"));
	else
		bulk_show_summary(console);
}
