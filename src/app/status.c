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

#include <stdio.h>
#include <string.h>

static const char say_why[] = N_("say why no reply is needed: it stands in the reports");

const char *agent_label(const struct console *console, int32_t agent_id)
{
	const struct agent *agent = directory_agent(&console->directory, agent_id);
	return agent ? agent->login : _("another agent");
}

bool action_begin(struct console *console, struct action *action, enum action_kind kind)
{
	if (console_row(console)) {
		action_init(action, kind, console->target, console->target_version);
		return true;
	}
	console_say(console, ROLE_ERROR, _("%lld has left the queue meanwhile; nothing was done"),
	        (long long)console->target);
	return false;
}

/* ---- claim -------------------------------------------------------------------------------------- */

void command_CLAIM(struct console *console, const char *argument)
{
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
		action_send(console, &action, NULL, NULL);
	open_ticket(console, id);
}

static void claimed_next(
        struct console *console, struct pending_action *one, const struct action_result *result)
{
	if (result->error.kind != ERROR_NONE)
		return;
	console_say(console, ROLE_SUCCESS, _("%lld is yours"), (long long)result->ticket_id);
	/* The answer takes a moment: who has begun something else is not taken away from it. */
	if (console_place(console) <= PLACE_TICKET && !console->prompt.active && !console->typed_count &&
	        !console->editor)
		open_ticket(console, result->ticket_id);
}

void command_CLAIM_NEXT(struct console *console, const char *argument)
{
	struct action action;
	action_init(&action, ACTION_CLAIM_NEXT, 0, 0);
	action_send(console, &action, NULL, claimed_next);
}

/* ---- status and its guard ------------------------------------------------------------------------- */

static void send_status(struct console *console, struct action *action)
{
	char said[200];
	snprintf(said, sizeof said, C_("status", "%lld is %s now; u takes it back"),
	        (long long)action->ticket_id, status_label(action->status));
	action_send(console, action, said, NULL);
}

static void guard_ask(struct console *console, const struct action *action)
{
	action_release(&console->asked);
	action_copy(&console->asked, action);
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	struct pager *page = &console->guard;
	pager_release(page);
	pager_init(page, _("A customer is waiting"));
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	if (row) {
		const struct calendar *calendar = directory_calendar(&console->directory, row->calendar_id);
		struct countdown down = countdown_of(
		        row, calendar ? &calendar->line : NULL, console_now(console), console->settings.warn);
		char clock[64], text[400];
		countdown_text(&down, 20, console_utc_offset(console), clock, sizeof clock);
		snprintf(text, sizeof text, "%lld  %s", (long long)row->id, row->subject);
		pager_add(page, ROLE_TEXT, 2, NULL, text);
		snprintf(text, sizeof text, _("Nobody has answered %s. The reply clock says %s."),
		        row->requester_name, clock);
		pager_add(
		        page, down.urgency == URGENCY_BREACHED ? ROLE_BREACHED : ROLE_WARNING, 2, NULL, text);
	}
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	char go_on[240];
	snprintf(go_on, sizeof go_on,
	        action->status == STATUS_CLOSED
	                ? _("close it all the same: it counts as closed without an answer")
	                : _("set it to %s all the same: the clock runs on"),
	        status_label(action->status));
	pager_add(page, ROLE_TEXT, 2, "r", _("answer first"));
	pager_add(page, ROLE_TEXT, 2, "d", _("no reply is needed: say why, then the status is set"));
	pager_add(page, ROLE_TEXT, 2, "g", go_on);
	pager_add(page, ROLE_TEXT, 2, "q", _("leave it as it is"));
	console_enter(console, PLACE_GUARD);
}

/* Whether a customer waits for a reply, as far as is known here. Where a resolution clock is due before the reply, the
 * row shows that one, and who spoke last tells. */
static bool customer_waits(const struct ticket_row *row)
{
	return row->metric < METRIC_RESOLUTION ||
	       (row->metric == METRIC_RESOLUTION && row->last_author == AUTHOR_CUSTOMER);
}

static void set_status(struct console *console, enum status status, const char *hold_for)
{
	struct action action;
	if (!action_begin(console, &action, ACTION_STATUS))
		return;
	action.status = status;
	action.text = hold_for ? alloc_copy(hold_for) : NULL;
	bool hides = status == STATUS_PENDING || status == STATUS_HOLD || status == STATUS_CLOSED;
	if (hides && customer_waits(console_row(console))) {
		guard_ask(console, &action);
		action_release(&action);
	} else {
		send_status(console, &action);
	}
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
	if (*whom)
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
	console->target = console->asked.ticket_id;
	console_leave(console);
	dispatch_command(console, COMMAND_REPLY, "");
}

void command_GUARD_GO_ON(struct console *console, const char *argument)
{
	struct action action = console->asked;
	console->asked = (struct action){.ticket_id = 0};
	action.wait_goes_on = true;
	console_leave(console);
	send_status(console, &action);
}

/* Two actions on one ticket: the status goes when the dismissal was done, with the version that it led to. */
static void dismiss_then_status(struct console *console, const char *reason)
{
	if (!*reason) {
		prompt_refuse(console, dismiss_then_status, reason, _(say_why));
		return;
	}
	struct action dismiss, status = console->asked;
	console->asked = (struct action){.ticket_id = 0};
	action_init(&dismiss, ACTION_DISMISS, status.ticket_id, status.version);
	dismiss.text = alloc_copy(reason);
	console_leave(console);
	char said[200];
	snprintf(said, sizeof said, _("%lld is %s now, no reply needed; u u takes both back"),
	        (long long)status.ticket_id, status_label(status.status));
	action_send(console, &dismiss, NULL, NULL);
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

static void dismiss(struct console *console, const char *reason)
{
	struct action action;
	if (!*reason) {
		prompt_refuse(console, dismiss, reason, _(say_why));
		return;
	}
	if (!action_begin(console, &action, ACTION_DISMISS))
		return;
	action.text = alloc_copy(reason);
	char said[200];
	snprintf(said, sizeof said, _("%lld: no reply needed; u takes it back"), (long long)action.ticket_id);
	action_send(console, &action, said, NULL);
}

void command_DISMISS(struct console *console, const char *argument)
{
	const struct ticket_row *row = console_row(console);
	if (row->metric == METRIC_NONE)
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
	char said[200];
	snprintf(said, sizeof said, C_("priority", "%lld is %s now; u takes it back"),
	        (long long)action.ticket_id, priority_label(priority));
	action_send(console, &action, said, NULL);
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
