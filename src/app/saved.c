/*
 * Saved views in the console: asking for the list, choosing one, saving what the list shows.
 *
 * What was made of a view when it was shown is remembered beside it: only so it can be told whether the agent has changed the
 * filter, the order or the columns since. Saving goes to the server and comes back with the list, like a colleague's.
 */
#include "app/saved.h"

#include "app/complete.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTING_MS = 15, TITLE_CELLS = 30 };

static void release_list(struct saved_view *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].name);
		free(list[i].filter);
		free(list[i].sort);
		free(list[i].columns);
		free(list[i].saved_by);
	}
	free(list);
}

static void forget_shown(struct saved_views *saved)
{
	free(saved->name);
	free(saved->filter);
	free(saved->columns);
	saved->name = saved->filter = saved->columns = NULL;
	saved->shown = 0;
}

void saved_release(struct saved_views *saved)
{
	release_list(saved->list, saved->count);
	free(saved->awaited);
	forget_shown(saved);
	*saved = (struct saved_views){.list = NULL};
}

const struct saved_view *saved_find(const struct console *console, const char *name)
{
	for (size_t i = 0; i < console->saved.count; i++)
		if (strcmp(console->saved.list[i].name, name) == 0)
			return &console->saved.list[i];
	return NULL;
}

static const struct saved_view *by_id(const struct console *console, int64_t id)
{
	for (size_t i = 0; i < console->saved.count; i++)
		if (console->saved.list[i].id == id)
			return &console->saved.list[i];
	return NULL;
}

void saved_names(const struct console *console, char *out, size_t size)
{
	struct strbuf names = STRBUF_INIT;
	for (size_t i = 0; i < console->saved.count; i++)
		strbuf_addf(&names, "%s\"%s\"", i ? ", " : "", console->saved.list[i].name);
	snprintf(out, size, "%s", console->saved.count ? names.data : _("none"));
	strbuf_release(&names);
}

/* ---- what is shown ------------------------------------------------------------------------------ */

static char *names_of(const struct columns *columns)
{
	struct strbuf names = STRBUF_INIT;
	columns_text(columns, &names);
	return strbuf_detach(&names);
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_changed(const struct console *console)
{
	const struct saved_views *saved = &console->saved;
	char *columns = names_of(&console->columns);
	const bool changed = console->find.shown || console->view != VIEW_ALL ||
	                     !same(saved->filter, console->filter_shown) || !same(saved->columns, columns) ||
	                     !sort_same(saved->order, console->sorter.order);
	free(columns);
	return changed;
}

const char *saved_title(const struct console *console, char *out, size_t size)
{
	if (!console->saved.shown || console->find.shown)
		return NULL;
	int used;
	const int length =
	        (int)text_fit(console->saved.name, strlen(console->saved.name), TITLE_CELLS, &used);
	snprintf(out, size, "%.*s%s", length, console->saved.name, is_changed(console) ? "*" : "");
	return out;
}

static void remember(struct console *console, const struct saved_view *view)
{
	struct saved_views *saved = &console->saved;
	char *name = alloc_copy(view->name);
	forget_shown(saved);
	saved->shown = view->id;
	saved->name = name;
	saved->filter = console->filter_shown ? alloc_copy(console->filter_shown) : NULL;
	saved->columns = names_of(&console->columns);
	saved->order = console->sorter.order;
}

/* A word that this program does not know (a newer one's) is the setting's. */
static bool take(struct console *console, const struct saved_view *view, struct error *err)
{
	struct filter_mistake mistake;
	struct sort_order order = sort_order_of(console->settings.sort);
	if (!filter_set(console, view->filter, &mistake))
		return error_set(
		        err, ERROR_INPUT, _("the view \"%s\" cannot be shown: %s"), view->name, mistake.text);
	sort_parse(view->sort, &order);
	if (!views_columns(console, view->columns, NULL))
		views_columns(console, "", NULL);
	views_sort(console, order);
	return true;
}

bool saved_show(struct console *console, const struct saved_view *view, struct error *err)
{
	find_end(console);
	if (!take(console, view, err))
		return false;
	show_view(console, VIEW_ALL);
	remember(console, view);
	return true;
}

void saved_leave(struct console *console)
{
	struct filter_mistake mistake;
	if (!console->saved.shown)
		return;
	forget_shown(&console->saved);
	filter_set(console, "", &mistake);
	views_columns(console, "", NULL);
	views_sort(console, sort_order_of(console->settings.sort));
}

/* ---- the list ----------------------------------------------------------------------------------- */

static char *cell(const struct answer *answer, size_t row, size_t column)
{
	return alloc_copy(answer_text(answer, row, column));
}

static void fill_list(struct saved_views *saved, const struct answer *answer)
{
	release_list(saved->list, saved->count);
	saved->count = answer->rows;
	saved->list = alloc_array(answer->rows, sizeof *saved->list);
	saved->known = true;
	for (size_t row = 0; row < answer->rows; row++)
		saved->list[row] = (struct saved_view){.id = answer_int(answer, row, 0),
		        .name = cell(answer, row, 1),
		        .filter = cell(answer, row, 2),
		        .sort = cell(answer, row, 3),
		        .columns = cell(answer, row, 4),
		        .shared = answer_true(answer, row, 5),
		        .saved_by = cell(answer, row, 6)};
}

/* The view that is shown is as it is saved now: the cursor stays where it is. */
static void follow(struct console *console, const struct saved_view *view)
{
	struct error err;
	if (!take(console, view, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		return;
	}
	remember(console, view);
	list_filter_again(console);
}

static void list_came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct saved_views *saved = &console->saved;
	struct error mistake;
	saved->refused = err ? *err : (struct error){.kind = ERROR_NONE};
	if (err)
		return; /* the list of before is as good as any */
	const bool unchanged = saved->shown && !is_changed(console);
	fill_list(saved, answer);
	console->dirty = true;
	const struct saved_view *awaited = saved->awaited ? saved_find(console, saved->awaited) : NULL;
	const struct saved_view *shown = saved->shown ? by_id(console, saved->shown) : NULL;
	if (awaited) {
		free(saved->awaited);
		saved->awaited = NULL;
		if (!saved_show(console, awaited, &mistake))
			console_say(console, ROLE_ERROR, "%s", mistake.text);
	} else if (saved->shown && !shown) {
		console_say(console, ROLE_HINT,
		        _("the view \"%s\" has been deleted; the list stays as it is"), saved->name);
		forget_shown(saved);
	} else if (shown && unchanged) {
		follow(console, shown);
	}
}

void saved_ask(struct console *console)
{
	link_ask(console->link, ASK_VIEWS, NULL, list_came, console);
}

/* ---- choosing ----------------------------------------------------------------------------------- */

static void show_named(struct console *console, const struct saved_view *view)
{
	struct error err;
	if (!saved_show(console, view, &err))
		console_say(console, ROLE_ERROR, "%s", err.text);
}

static void picked(struct console *console, int64_t id)
{
	const struct saved_view *view = by_id(console, id);
	if (view)
		show_named(console, view);
	else
		console_say(console, ROLE_ERROR, _("that view has just been deleted"));
}

static void about(struct console *console, int64_t id, struct pager *page)
{
	const struct saved_view *view = by_id(console, id);
	char text[400];
	size_t count;
	if (!view)
		return;
	pager_add(page, ROLE_MATCH, 0, NULL, *view->filter ? view->filter : _("all open tickets"));
	if (views_count(console, view->filter, &count)) {
		snprintf(text, sizeof text, P_("%zu ticket now", "%zu tickets now", count), count);
		pager_add(page, ROLE_TEXT, 0, NULL, text);
	}
	if (*view->sort) {
		snprintf(text, sizeof text, _("order: %s"), view->sort);
		pager_add(page, ROLE_TEXT, 0, NULL, text);
	}
	if (*view->columns) {
		snprintf(text, sizeof text, _("columns: %s"), view->columns);
		pager_add(page, ROLE_TEXT, 0, NULL, text);
	}
	snprintf(text, sizeof text, view->shared ? _("for everybody, saved by %s") : _("your own"),
	        view->saved_by);
	pager_add(page, ROLE_DIM, 0, NULL, text);
}

/* How many tickets each shows, as far as that is known in a moment; the preview counts the one under the cursor in any case. */
static void choose(struct console *console)
{
	const struct saved_views *saved = &console->saved;
	struct picker_item *items = alloc_array(saved->count, sizeof *items);
	char(*tails)[48] = alloc_array(saved->count, sizeof *tails);
	const int64_t until = clock_ms() + COUNTING_MS;
	for (size_t i = 0; i < saved->count; i++) {
		const struct saved_view *view = &saved->list[i];
		const char *whose = view->shared ? _("shared") : _("own");
		size_t count;
		if (clock_ms() < until && views_count(console, view->filter, &count))
			snprintf(tails[i], sizeof tails[i], "%s %6zu", whose, count);
		else
			snprintf(tails[i], sizeof tails[i], "%s       ", whose);
		items[i] = (struct picker_item){view->id, view->name, view->filter, tails[i]};
	}
	pick_open(console, _("saved views"), items, saved->count, about, picked);
	free(items);
	free(tails);
}

size_t complete_view(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	size_t count = 0;
	for (size_t i = 0; i < console->saved.count && count < room; i++) {
		const struct saved_view *view = &console->saved.list[i];
		if (strncmp(view->name, text, strlen(text)) == 0)
			out[count++] = (struct candidate){.text = view->name, .help = view->filter};
	}
	return count;
}

void command_VIEW(struct console *console, const char *argument)
{
	const struct saved_view *view = *argument ? saved_find(console, argument) : NULL;
	char names[300];
	saved_names(console, names, sizeof names);
	if (view)
		show_named(console, view);
	else if (*argument)
		console_say(console, ROLE_ERROR, _("there is no view \"%s\"; there is %s"), argument, names);
	else if (console->saved.count)
		choose(console);
	else
		console_say(console, ROLE_HINT,
		        _("no view is saved yet; :view save NAME keeps filter, order and columns"));
}

/* ---- saving ------------------------------------------------------------------------------------- */

static void save_done(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (!err) {
		console_say(console, ROLE_SUCCESS, _("saved; g v shows it again"));
		saved_ask(console);
		return;
	}
	free(console->saved.awaited);
	console->saved.awaited = NULL;
	console_say(console, ROLE_ERROR, "%s", err->text);
}

/* The view's own part of the filter: a saved one shows all, so "mine" becomes a term. */
static const char *base_term(const struct console *console)
{
	static const char *const terms[] = {
	        [VIEW_ALL] = "", [VIEW_MINE] = "assignee:me ", [VIEW_UNASSIGNED] = "assignee:none "};
	return terms[console->view];
}

static void save(struct console *console, const char *name, bool shared)
{
	struct columns usual;
	struct strbuf filter = STRBUF_INIT;
	columns_parse(console->settings.columns, &usual, NULL);
	char *columns = names_of(&console->columns), *usual_columns = names_of(&usual);
	const bool own_order = !sort_same(console->sorter.order, sort_order_of(console->settings.sort));
	strbuf_addf(&filter, "%s%s", base_term(console), console->filter_shown ? console->filter_shown : "");
	const char *const values[] = {name, filter.data, own_order ? sort_word(console->sorter.order) : "",
	        same(columns, usual_columns) ? "" : columns, shared ? "true" : "false"};
	free(console->saved.awaited);
	console->saved.awaited = alloc_copy(name);
	link_ask(console->link, ASK_VIEW_SAVE, values, save_done, console);
	strbuf_release(&filter);
	free(columns);
	free(usual_columns);
}

void command_VIEW_SAVE(struct console *console, const char *argument)
{
	if (*argument)
		save(console, argument, false);
	else if (console->saved.shown)
		save(console, console->saved.name, false);
	else
		console_say(console, ROLE_ERROR, _("save it under which name? :view save NAME"));
}

void command_VIEW_SHARE(struct console *console, const char *argument)
{
	if (console->identity.access < ACCESS_LEAD)
		console_say(console, ROLE_ERROR, _("only leads share views; :view save NAME keeps your own"));
	else if (*argument)
		save(console, argument, true);
	else if (console->saved.shown)
		save(console, console->saved.name, true);
	else
		console_say(console, ROLE_ERROR, _("share it under which name? :view share NAME"));
}

/* ---- deleting ----------------------------------------------------------------------------------- */

/* What is deleted, as this console knew it. */
struct deleting {
	struct console *console;
	struct saved_view *view; /* owned; NULL: not known here */
};

static struct saved_view *copy_of(const struct saved_view *view)
{
	struct saved_view *copy = alloc_bytes(sizeof *copy);
	*copy = (struct saved_view){.shared = view->shared,
	        .name = alloc_copy(view->name),
	        .filter = alloc_copy(view->filter),
	        .sort = alloc_copy(view->sort),
	        .columns = alloc_copy(view->columns),
	        .saved_by = alloc_copy(view->saved_by)};
	return copy;
}

void saved_view_free(struct saved_view *view)
{
	release_list(view, view ? 1 : 0);
}

static void becomes_undoable(struct console *console, struct deleting *deleting)
{
	struct undoable *undo = undo_push(console);
	action_make_id(undo->request_id);
	undo->view = deleting->view;
	deleting->view = NULL;
}

static void delete_done(void *context, const struct answer *answer, const struct error *err)
{
	struct deleting *deleting = context;
	struct console *console = deleting->console;
	const bool shared = !err && answer_true(answer, 0, 0);
	const bool known = deleting->view && deleting->view->shared == shared;
	if (err)
		console_say(console, ROLE_ERROR, "%s", err->text);
	else if (known)
		console_say(console, ROLE_SUCCESS,
		        shared ? _("the shared view is deleted; u brings it back")
		               : _("your view is deleted; u brings it back"));
	else
		console_say(console, ROLE_SUCCESS,
		        shared ? _("the shared view is deleted") : _("your view is deleted"));
	if (!err && known)
		becomes_undoable(console, deleting);
	saved_ask(console);
	saved_view_free(deleting->view);
	free(deleting);
}

void command_VIEW_DELETE(struct console *console, const char *argument)
{
	const char *const values[] = {argument};
	const struct saved_view *view = saved_find(console, argument);
	if (!*argument) {
		console_say(console, ROLE_ERROR, _("delete which view? :view delete NAME"));
		return;
	}
	struct deleting *deleting = alloc_bytes(sizeof *deleting);
	*deleting = (struct deleting){console, view ? copy_of(view) : NULL};
	link_ask(console->link, ASK_VIEW_DELETE, values, delete_done, deleting);
}

/* ---- bringing it back --------------------------------------------------------------------------- */

struct returning {
	struct console *console;
	char request_id[37]; /* of the entry of the undo list */
};

static void undelete_done(void *context, const struct answer *answer, const struct error *err)
{
	struct returning *returning = context;
	struct console *console = returning->console;
	struct undoable *undo = undo_find(console, returning->request_id);
	if (err)
		console_say(console, ROLE_ERROR, "%s", err->text);
	else if (undo)
		console_say(
		        console, ROLE_SUCCESS, _("the view \"%s\" is back; g v shows it"), undo->view->name);
	if (err && err->kind == ERROR_UNAVAILABLE && undo)
		undo->under_way = false; /* it may be tried again */
	else
		undo_forget(console, returning->request_id);
	saved_ask(console);
	free(returning);
}

void saved_undelete(struct console *console, struct undoable *undo)
{
	const struct saved_view *view = undo->view;
	for (size_t i = 0; i < console->saved.count; i++) {
		const struct saved_view *other = &console->saved.list[i];
		if (other->shared == view->shared && strcmp(other->name, view->name) == 0) {
			console_say(console, ROLE_HINT,
			        _("there is another view \"%s\" now; the deleted one stays deleted"),
			        view->name);
			undo_forget(console, undo->request_id);
			return;
		}
	}
	const char *const values[] = {
	        view->name, view->filter, view->sort, view->columns, view->shared ? "true" : "false"};
	struct returning *returning = alloc_bytes(sizeof *returning);
	returning->console = console;
	memcpy(returning->request_id, undo->request_id, sizeof returning->request_id);
	undo->under_way = true;
	link_ask(console->link, ASK_VIEW_SAVE, values, undelete_done, returning);
}
