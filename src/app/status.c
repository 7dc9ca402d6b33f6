/*
 * What changes a ticket without words to the customer: claim, status, priority, assignment, "no reply needed".
 *
 * A status in which nobody looks at the ticket (pending, on hold, closed) while its customer waits is never set
 * silently: the guard asks what becomes of the wait. The server asks the same question (it may know of a message
 * that has not arrived here yet), and its refusal leads to the same place.
 */
#include "app/complete.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/countdown.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char say_why[] = N_("say why no reply is needed: it stands in the reports");

const char *agent_label(const struct console *console, int32_t agent_id)
{
	const struct agent *agent = directory_agent(&console->directory, agent_id);
	return agent ? agent->login : _("another agent");
}

/* ---- claim -------------------------------------------------------------------------------------- */

/* Of many: what the agent has already is left alone. */
static bool is_claimable(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	return row->assignee_id != console->identity.agent_id ||
	       error_set(why, ERROR_REFUSED, "%s", _("you have it already"));
}

static void claim_many(struct console *console)
{
	struct action action;
	if (action_begin(console, &action, ACTION_CLAIM))
		act(console, &action, &(struct deed){.title = _("claim"), .fit = is_claimable});
}

void command_CLAIM(struct console *console, const char *argument)
{
	if (act_is_many(console)) {
		claim_many(console);
		return;
	}
	const struct ticket_row *row = console_row(console);
	int64_t id = row->id;
	if (row->assignee_id && row->assignee_id != console->identity.agent_id) {
		console_say(console, ROLE_ERROR,
		        _("%s has %lld already; a gives it to somebody else, or to you"),
		        agent_label(console, row->assignee_id), (long long)id);
		return;
	}
	struct action action;
	if (!row->assignee_id && action_begin(console, &action, ACTION_CLAIM))
		act(console, &action, &(struct deed){.said = NULL});
	open_ticket(console, id);
}

/* ---- status and its guard ------------------------------------------------------------------------- */

/* A status alone, or all that a macro does. */
static void send_status(struct console *console, struct action *action)
{
	char *said = action->kind == ACTION_MACRO
	                     ? macro_said(action)
	                     : alloc_format(C_("status", "%lld is %s now; u takes it back"),
	                               (long long)action->ticket_id, status_label(action->status));
	action_send(console, action, said, NULL);
	free(said);
}

static void start_status(struct console *console, struct action *action, const struct aim *aim,
        enum bulk_waits waits, const char *reason)
{
	char *title = action->kind == ACTION_MACRO
	                      ? alloc_format(_("macro %s"), action->macro.name)
	                      : alloc_format(_("status %s"), status_label(action->status));
	bulk_start(console, action, &(struct deed){.title = title}, aim, waits, reason);
	free(title);
}

/* A ticket whose customer waits: its number and subject, and what its clock says. */
static void add_waiting(struct console *console, const struct ticket_row *row)
{
	const struct calendar *calendar = directory_calendar(&console->directory, row->calendar_id);
	struct countdown down = countdown_of(
	        row, calendar ? &calendar->line : NULL, console_now(console), console->settings.warn);
	char clock[64], text[400];
	countdown_text(&down, 20, console_utc_offset(console), clock, sizeof clock);
	snprintf(text, sizeof text, "%lld  %s", (long long)row->id, row->subject);
	pager_add(&console->guard, ROLE_TEXT, 2, NULL, text);
	snprintf(text, sizeof text, _("Nobody has answered %s. The reply clock says %s."),
	        row->requester_name, clock);
	pager_add(&console->guard, down.urgency == URGENCY_BREACHED ? ROLE_BREACHED : ROLE_WARNING, 2, NULL,
	        text);
}

static void add_go_on(struct console *console, enum status status)
{
	char go_on[240];
	snprintf(go_on, sizeof go_on,
	        status == STATUS_CLOSED ? _("close it all the same: it counts as closed without an answer")
	                                : _("set it to %s all the same: the clock runs on"),
	        status_label(status));
	pager_add(&console->guard, ROLE_TEXT, 2, "g", go_on);
}

static void guard_begin(struct console *console, const struct action *action, const char *title)
{
	action_release(&console->asked);
	action_copy(&console->asked, action);
	console->guarded.count = 0;
	pager_release(&console->guard);
	pager_init(&console->guard, title);
	pager_add(&console->guard, ROLE_TEXT, 0, NULL, "");
}

static void guard_ask(struct console *console, const struct action *action)
{
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	struct pager *page = &console->guard;
	guard_begin(console, action, _("A customer is waiting"));
	if (row)
		add_waiting(console, row);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	pager_add(page, ROLE_TEXT, 2, "r", _("answer first"));
	pager_add(page, ROLE_TEXT, 2, "d", _("no reply is needed: say why, then the status is set"));
	add_go_on(console, action->status);
	pager_add(page, ROLE_TEXT, 2, "q", _("leave it as it is"));
	console_enter(console, PLACE_GUARD);
}

/* Takes over the aim: the keys that answer the question aim anew. */
static void guard_ask_many(struct console *console, const struct action *action, size_t waiting)
{
	struct pager *page = &console->guard;
	char text[240];
	guard_begin(console, action, _("Customers are waiting"));
	struct aim before = console->guarded;
	console->guarded = console->aim;
	console->aim = (struct aim){.list = before.list, .room = before.room};
	const struct aim *aim = &console->guarded;
	snprintf(text, sizeof text, _("%zu of the %zu marked tickets have a waiting customer."), waiting,
	        aim->count);
	pager_add(page, ROLE_TEXT, 2, NULL, text);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	pager_add(page, ROLE_TEXT, 2, "l", _("leave those out: only the others are set, those stay marked"));
	pager_add(page, ROLE_TEXT, 2, "d",
	        _("no reply is needed on those: say why, then the status of all is set"));
	pager_add(page, ROLE_TEXT, 2, "g",
	        action->status == STATUS_CLOSED
	                ? _("close those all the same: they count as closed without an answer")
	                : _("set those all the same: their clocks run on"));
	pager_add(page, ROLE_TEXT, 2, "q", _("leave all as they are"));
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	for (size_t i = 0; i < aim->count; i++) {
		const struct ticket_row *row =
		        aim->list[i].waits ? queue_find(console->queue, aim->list[i].id) : NULL;
		if (row)
			add_waiting(console, row);
	}
	console_enter(console, PLACE_GUARD);
}

/* Whether a customer waits for a reply, as far as is known here. Where a resolution clock is due before the reply, the
 * row shows that one, and who spoke last tells. */
static bool customer_waits(const struct ticket_row *row)
{
	return row->metric < METRIC_RESOLUTION ||
	       (row->metric == METRIC_RESOLUTION && row->last_author == AUTHOR_CUSTOMER);
}

/* Notes which of the targets have a waiting customer; how many. */
static size_t note_waits(struct console *console)
{
	size_t waiting = 0;
	for (size_t i = 0; i < console->aim.count; i++) {
		struct target *target = &console->aim.list[i];
		const struct ticket_row *row = queue_find(console->queue, target->id);
		target->waits = row && customer_waits(row);
		waiting += target->waits;
	}
	return waiting;
}

/* In none of these does anybody look at the ticket. */
static bool hides(enum status status)
{
	return status == STATUS_PENDING || status == STATUS_HOLD || status == STATUS_CLOSED;
}

void status_act(struct console *console, struct action *action)
{
	const bool many = act_is_many(console), away = hides(action->status);
	const size_t waiting = away && many ? note_waits(console) : 0;
	if (waiting) {
		guard_ask_many(console, action, waiting);
		action_release(action);
	} else if (many) {
		start_status(console, action, &console->aim, WAITS_LEFT_OUT, NULL);
	} else if (away && customer_waits(console_row(console))) {
		guard_ask(console, action);
		action_release(action);
	} else {
		send_status(console, action);
	}
}

bool status_guards_note(struct console *console, int64_t ticket_id, enum status status)
{
	const struct ticket_row *row = queue_find(console->queue, ticket_id);
	struct action action;
	if (!row || !hides(status) || !customer_waits(row))
		return false;
	action_init(&action, ACTION_NOTE, ticket_id, row->version);
	action.status = status;
	guard_ask(console, &action);
	action_release(&action);
	return true;
}

static void set_status(struct console *console, enum status status, const char *hold_for)
{
	struct action action;
	if (!action_begin(console, &action, ACTION_STATUS))
		return;
	action.status = status;
	action.text = hold_for ? alloc_copy(hold_for) : NULL;
	status_act(console, &action);
}

void command_STATUS_NEW(struct console *console, const char *argument)
{
	set_status(console, STATUS_NEW, NULL);
}

void command_STATUS_OPEN(struct console *console, const char *argument)
{
	set_status(console, STATUS_OPEN, NULL);
}

void command_STATUS_PENDING(struct console *console, const char *argument)
{
	set_status(console, STATUS_PENDING, NULL);
}

void command_STATUS_CLOSED(struct console *console, const char *argument)
{
	set_status(console, STATUS_CLOSED, NULL);
}

static void hold_for(struct console *console, const char *whom)
{
	if (text_shows(whom))
		set_status(console, STATUS_HOLD, whom);
	else
		prompt_refuse(console, hold_for, whom,
		        _("a ticket on hold waits for somebody: a team, or a connected service"));
}

void command_STATUS_HOLD(struct console *console, const char *argument)
{
	if (*argument)
		hold_for(console, argument);
	else
		prompt_ask(console, _("waits for whom? "), "", NULL, NULL, hold_for);
}

void command_GUARD_REPLY(struct console *console, const char *argument)
{
	if (console->guarded.count) {
		console_say(console, ROLE_HINT,
		        _("answer them one by one: l sets the others, and those that wait stay marked"));
		return;
	}
	console->target = console->asked.ticket_id;
	console_leave(console);
	dispatch_command(console, COMMAND_REPLY, "");
}

/* The question is answered: the action, which is the caller's now. */
static struct action guard_answered(struct console *console)
{
	struct action action = console->asked;
	console->asked = (struct action){.ticket_id = 0};
	console_leave(console);
	return action;
}

void command_GUARD_LEAVE_OUT(struct console *console, const char *argument)
{
	size_t waiting = 0;
	for (size_t i = 0; i < console->guarded.count; i++)
		waiting += console->guarded.list[i].waits;
	if (waiting == console->guarded.count) {
		console_say(console, ROLE_HINT, _("no ticket would be left; q leaves it as it is"));
		return;
	}
	struct action action = guard_answered(console);
	start_status(console, &action, &console->guarded, WAITS_LEFT_OUT, NULL);
}

void command_GUARD_GO_ON(struct console *console, const char *argument)
{
	struct action action = guard_answered(console);
	if (console->guarded.count) {
		start_status(console, &action, &console->guarded, WAITS_GO_ON, NULL);
		return;
	}
	action.wait_goes_on = true;
	if (action.kind == ACTION_NOTE)
		reply_send_note(console, true);
	else
		send_status(console, &action);
}

/* Two actions on one ticket: the status goes when the dismissal was done, with the version that it led to. */
static void dismiss_then_status(struct console *console, const char *reason)
{
	if (!text_shows(reason)) {
		prompt_refuse(console, dismiss_then_status, reason, _(say_why));
		return;
	}
	struct action dismiss, status = guard_answered(console);
	if (console->guarded.count) {
		start_status(console, &status, &console->guarded, WAITS_DISMISSED, reason);
		return;
	}
	action_init(&dismiss, ACTION_DISMISS, status.ticket_id, status.version);
	dismiss.text = alloc_copy(reason);
	char said[200];
	snprintf(said, sizeof said, _("%lld is %s now, no reply needed; u u takes both back"),
	        (long long)status.ticket_id, status_label(status.status));
	action_send(console, &dismiss, NULL, NULL);
	if (status.kind == ACTION_NOTE)
		reply_send_note(console, false);
	else
		action_send(console, &status, said, NULL);
}

void command_GUARD_DISMISS(struct console *console, const char *argument)
{
	if (*argument)
		dismiss_then_status(console, argument);
	else
		prompt_ask(console, _("why is no reply needed? "), "", NULL, NULL, dismiss_then_status);
}

/* ---- no reply needed ------------------------------------------------------------------------------ */

/* Of many: those on which nobody waits are left alone. */
static bool has_a_wait(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	return row->metric != METRIC_NONE ||
	       error_set(why, ERROR_REFUSED, "%s", _("nobody is waiting for a reply"));
}

static void dismiss(struct console *console, const char *reason)
{
	struct action action;
	if (!text_shows(reason)) {
		prompt_refuse(console, dismiss, reason, _(say_why));
		return;
	}
	if (!action_begin(console, &action, ACTION_DISMISS))
		return;
	action.text = alloc_copy(reason);
	char said[200];
	snprintf(said, sizeof said, _("%lld: no reply needed; u takes it back"), (long long)action.ticket_id);
	act(console, &action, &(struct deed){.said = said, .title = _("no reply needed"), .fit = has_a_wait});
}

void command_DISMISS(struct console *console, const char *argument)
{
	const struct ticket_row *row = act_is_many(console) ? NULL : console_row(console);
	if (row && row->metric == METRIC_NONE)
		console_say(
		        console, ROLE_HINT, _("nobody is waiting for a reply on %lld"), (long long)row->id);
	else if (*argument)
		dismiss(console, argument);
	else
		prompt_ask(console, _("why is no reply needed? "), "", NULL, NULL, dismiss);
}

/* ---- priority ------------------------------------------------------------------------------------- */

static void set_priority(struct console *console, enum priority priority)
{
	struct action action;
	if (!action_begin(console, &action, ACTION_PRIORITY))
		return;
	action.priority = priority;
	char said[200], title[120];
	snprintf(said, sizeof said, C_("priority", "%lld is %s now; u takes it back"),
	        (long long)action.ticket_id, priority_label(priority));
	snprintf(title, sizeof title, _("priority %s"), priority_label(priority));
	act(console, &action, &(struct deed){.said = said, .title = title});
}

void command_PRIORITY_URGENT(struct console *console, const char *argument)
{
	set_priority(console, PRIORITY_URGENT);
}

void command_PRIORITY_HIGH(struct console *console, const char *argument)
{
	set_priority(console, PRIORITY_HIGH);
}

void command_PRIORITY_NORMAL(struct console *console, const char *argument)
{
	set_priority(console, PRIORITY_NORMAL);
}
