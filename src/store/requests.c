/*
 * What the console asks for. An action stays in the list until the server has answered it: when the connection breaks in
 * between nobody knows whether it was carried out, so it is sent again under the same request id, which the server
 * remembers. A refusal is an answer; a deadlock or a timeout is none: for the same reason it is tried once more.
 */
#include "link_parts.h"

#include "actions.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/trace.h"
#include "decode.h"
#include "store/db.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- actions ----------------------------------------------------------------------------------------- */

static void forget_action(struct link *link, const struct pending_action *pending)
{
	struct pending_action **at = &link->actions;
	while (*at != pending)
		at = &(*at)->next;
	*at = pending->next;
	link->action_count--;
}

static void answer_action(
        struct link *link, struct pending_action *pending, const struct action_result *result)
{
	forget_action(link, pending);
	if (pending->done)
		pending->done(pending->context, &pending->action, result);
	action_release(&pending->action);
	free(pending);
}

struct action_request {
	struct pending_action *pending;
	struct action_result result;
};

static void action_result_came(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct action_request *asked = request->data;
	action_call_result(result, &asked->result);
}

static void action_done(struct link *link, struct request *request, const struct error *err)
{
	struct action_request *asked = request->data;
	struct pending_action *pending = asked->pending;
	if (err && err->kind == ERROR_UNAVAILABLE && !pending->tried) {
		pending->tried = true;
		pending->sent = false;
		trace("%s again: %s", action_name(pending->action.kind), err->text);
		requests_send(link);
	} else {
		if (err)
			asked->result = (struct action_result){.error = *err};
		answer_action(link, pending, &asked->result);
	}
	free(asked);
}

/* The action itself waits in the list. */
static void action_lost(struct link *link, struct request *request)
{
	struct action_request *asked = request->data;
	asked->pending->sent = false;
	free(asked);
}

static const struct request_kind action_kind = {"action", action_result_came, action_done, action_lost};

static void send_action(struct link *link, struct pending_action *pending)
{
	struct action_call call;
	action_call_make(&call, &pending->action);
	struct action_request *asked = alloc_bytes(sizeof *asked);
	asked->pending = pending;
	pending->sent = true;
	trace("sending %s", action_name(pending->action.kind));
	pipeline_begin(link, &action_kind, asked, 0);
	pipeline_statement_of(link, call.sql, call.count, call.values, call.lengths, call.formats);
	pipeline_end(link);
	action_call_release(&call);
}

static void send_actions(struct link *link)
{
	bool sent = false;
	for (struct pending_action *pending = link->actions; pending; pending = pending->next)
		if (!pending->sent) {
			send_action(link, pending);
			sent = true;
		}
	if (sent) /* behind them in the pipeline, so that the changed rows come with the answers */
		sync_delta(link);
}

void link_action(struct link *link, const struct action *action, link_action_done *done, void *context)
{
	struct pending_action *pending = alloc_bytes(sizeof *pending);
	action_copy(&pending->action, action);
	pending->done = done;
	pending->context = context;
	struct pending_action **end = &link->actions;
	while (*end)
		end = &(*end)->next;
	*end = pending;
	link->action_count++;
	requests_send(link);
}

size_t link_actions_waiting(const struct link *link)
{
	return link->action_count;
}

/* ---- conversations -------------------------------------------------------------------------------------- */

struct conversation_request {
	struct wanted_conversation wanted;
	struct conversation conversation;
};

static void conversation_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct conversation_request *asked = request->data;
	decode_conversation(result, &asked->conversation);
}

static void conversation_done(struct link *link, struct request *request, const struct error *err)
{
	struct conversation_request *asked = request->data;
	struct error missing;
	asked->conversation.ticket_id = asked->wanted.ticket_id;
	if (!err && asked->conversation.count == 0) {
		error_set(&missing, ERROR_NOT_FOUND, _("there is no ticket %lld"),
		        (long long)asked->wanted.ticket_id);
		err = &missing;
	}
	/* Unless another one was asked for meanwhile, nothing is wanted any more. */
	if (link->conversation.sent && link->conversation.ticket_id == asked->wanted.ticket_id)
		link->conversation.ticket_id = 0;
	asked->wanted.done(asked->wanted.context, &asked->conversation, err);
	conversation_release(&asked->conversation);
	free(asked);
}

static void conversation_lost(struct link *link, struct request *request)
{
	struct conversation_request *asked = request->data;
	conversation_release(&asked->conversation);
	free(asked);
	link->conversation.sent = false;
}

static const struct request_kind conversation_kind = {
        "conversation", conversation_result, conversation_done, conversation_lost};

static void send_conversation(struct link *link)
{
	char sql[600], id[24];
	struct conversation_request *asked = alloc_bytes(sizeof *asked);
	asked->wanted = link->conversation;
	conversation_init(&asked->conversation);
	snprintf(sql, sizeof sql,
	        "SELECT %s FROM sandglass.console_conversation($1::bigint, %d) c, sandglass.reply_preview($1::bigint) r",
	        decode_conversation_columns, CONVERSATION_LINES);
	snprintf(id, sizeof id, "%" PRId64, asked->wanted.ticket_id);
	const char *values[] = {id};
	link->conversation.sent = true;
	pipeline_begin(link, &conversation_kind, asked, 0);
	pipeline_statement(link, sql, 1, values);
	pipeline_end(link);
}

void link_conversation(struct link *link, int64_t ticket_id, link_conversation_done *done, void *context)
{
	link->conversation =
	        (struct wanted_conversation){.ticket_id = ticket_id, .done = done, .context = context};
	requests_send(link);
}

/* ---- explanations --------------------------------------------------------------------------------------- */

struct explain_request {
	struct explanation explanation;
	link_explain_done *done;
	void *context;
};

static void explain_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct explain_request *asked = request->data;
	decode_explanation(result, &asked->explanation);
}

static void forget_explanation(struct explain_request *asked)
{
	explanation_release(&asked->explanation);
	free(asked);
}

static void explain_done(struct link *link, struct request *request, const struct error *err)
{
	struct explain_request *asked = request->data;
	asked->done(asked->context, &asked->explanation, err);
	forget_explanation(asked);
}

static void explain_lost(struct link *link, struct request *request)
{
	forget_explanation(request->data);
}

static const struct request_kind explain_kind = {"explain", explain_result, explain_done, explain_lost};

/* It is not asked again after a reconnect: a page that opens a minute after its key would be in the way. */
bool link_explain(struct link *link, int64_t ticket_id, link_explain_done *done, void *context)
{
	if (!link->ready || link->broken)
		return false;
	char id[24];
	struct explain_request *asked = alloc_bytes(sizeof *asked);
	explanation_init(&asked->explanation);
	asked->done = done;
	asked->context = context;
	snprintf(id, sizeof id, "%" PRId64, ticket_id);
	const char *values[] = {id};
	pipeline_begin(link, &explain_kind, asked, 0);
	pipeline_statement(link, decode_explanation_sql, 1, values);
	pipeline_end(link);
	return true;
}

/* ---- one ticket ------------------------------------------------------------------------------------------ */

struct ticket_request {
	link_ticket_done *done;
	void *context;
};

/* The row's strings are the result's, so the callback is called while that is there. */
static void ticket_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct ticket_request *asked = request->data;
	struct ticket_row row;
	if (PQntuples(result))
		decode_ticket(result, 0, 0, &row);
	asked->done(asked->context, PQntuples(result) ? &row : NULL, NULL);
	asked->done = NULL;
}

static void ticket_done(struct link *link, struct request *request, const struct error *err)
{
	struct ticket_request *asked = request->data;
	if (asked->done)
		asked->done(asked->context, NULL, err);
	free(asked);
}

static void ticket_lost(struct link *link, struct request *request)
{
	struct error err;
	error_set(&err, ERROR_UNAVAILABLE, _("not connected to the server"));
	ticket_done(link, request, &err);
}

static const struct request_kind ticket_kind = {"ticket", ticket_result, ticket_done, ticket_lost};

void link_ticket(struct link *link, int64_t ticket_id, link_ticket_done *done, void *context)
{
	char sql[900], id[24];
	struct ticket_request *asked = alloc_bytes(sizeof *asked);
	*asked = (struct ticket_request){done, context};
	if (!link->ready || link->broken) {
		struct request none = {.data = asked};
		ticket_lost(link, &none);
		return;
	}
	snprintf(sql, sizeof sql, "SELECT %s FROM sandglass.console_ticket WHERE id = $1::bigint",
	        db_ticket_columns);
	snprintf(id, sizeof id, "%" PRId64, ticket_id);
	const char *values[] = {id};
	pipeline_begin(link, &ticket_kind, asked, 0);
	pipeline_statement(link, sql, 1, values);
	pipeline_end(link);
}

/* ---- marks ----------------------------------------------------------------------------------------------- */

static void mark_done(struct link *link, struct request *request, const struct error *err)
{
	if (err)
		trace("not marked as read: %s", err->text);
}

static const struct request_kind mark_kind = {"mark read", NULL, mark_done, NULL};

/* Nothing is lost when it cannot be sent: the message is shown as unread once more. */
void link_mark_read(struct link *link, int64_t ticket_id, int64_t message_id)
{
	if (!link->ready || link->broken)
		return;
	char ticket[24], message[24];
	snprintf(ticket, sizeof ticket, "%" PRId64, ticket_id);
	snprintf(message, sizeof message, "%" PRId64, message_id);
	const char *values[] = {ticket, message};
	pipeline_begin(link, &mark_kind, NULL, 0);
	pipeline_statement(link, "SELECT sandglass.mark_read($1::bigint, $2::bigint)", 2, values);
	pipeline_end(link);
}

/* ---- all of them -------------------------------------------------------------------------------------------- */

void requests_send(struct link *link)
{
	if (!link->ready || link->broken)
		return;
	send_actions(link);
	if (link->conversation.ticket_id && !link->conversation.sent)
		send_conversation(link);
}

void requests_release(struct link *link)
{
	struct action_result result = {.version = 0};
	error_set(&result.error, ERROR_UNAVAILABLE, "the console closed before the server answered");
	while (link->actions)
		answer_action(link, link->actions, &result);
}
