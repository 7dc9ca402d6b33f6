/*
 * libpq's pipeline mode (PostgreSQL manual, "Pipeline Mode"). Each statement's results end with NULL, each request with
 * PGRES_PIPELINE_SYNC, which no NULL follows. PQgetResult waits unless PQisBusy() says that it will not, so it is called only
 * then, and only while something is under way.
 */
#include "link_parts.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/trace.h"
#include "sqlstate.h"

#include <stdlib.h>

static void broke(struct link *link)
{
	struct error err;
	sqlstate_lost(&err, link->conn);
	link_broke(link, &err);
}

void pipeline_begin(struct link *link, const struct request_kind *kind, void *data, int64_t number)
{
	struct request *request = alloc_bytes(sizeof *request);
	request->kind = kind;
	request->data = data;
	request->number = number;
	request->sent_us = clock_us();
	link->making = request;
}

void pipeline_statement(struct link *link, const char *sql, int count, const char *const *values)
{
	pipeline_statement_of(link, sql, count, values, NULL, NULL);
}

void pipeline_statement_of(struct link *link, const char *sql, int count, const char *const *values,
        const int *lengths, const int *formats)
{
	if (!link->broken && !PQsendQueryParams(link->conn, sql, count, NULL, values, lengths, formats, 0))
		broke(link);
}

void pipeline_prepare(struct link *link, const char *name, const char *sql)
{
	if (!link->broken && !PQsendPrepare(link->conn, name, sql, 0, NULL))
		broke(link);
}

void pipeline_execute(struct link *link, const char *name, int count, const char *const *values)
{
	if (!link->broken && !PQsendQueryPrepared(link->conn, name, count, values, NULL, NULL, 0))
		broke(link);
}

void pipeline_end(struct link *link)
{
	struct request *request = link->making;
	link->making = NULL;
	if (!link->first && !link->ready)
		link->stats.round_trips_to_first_rows++;
	if (link->last)
		link->last->next = request;
	else
		link->first = request;
	link->last = request;
	if (link->broken)
		return;
	int left = PQpipelineSync(link->conn) ? PQflush(link->conn) : -1;
	if (left < 0)
		broke(link);
	link->wants_write = left > 0;
}

static void finish_first(struct link *link)
{
	struct request *request = link->first;
	link->first = request->next;
	if (!link->first)
		link->last = NULL;
	trace("%s: %s, %lld us", request->kind->name, request->error.kind == ERROR_NONE ? "ok" : "refused",
	        (long long)(clock_us() - request->sent_us));
	request->kind->done(link, request, request->error.kind == ERROR_NONE ? NULL : &request->error);
	free(request);
}

static void take_result(struct link *link, struct request *request, const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		if (request->kind->result && request->error.kind == ERROR_NONE)
			request->kind->result(link, request, request->step, result);
		break;
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		if (sqlstate_is_loss(result)) {
			struct error err;
			sqlstate_error(&err, result);
			link_broke(link, &err);
		} else if (request->error.kind == ERROR_NONE) {
			sqlstate_error(&request->error, result);
		}
	}
}

static void take_notifications(struct link *link)
{
	PGnotify *notify;
	bool woken = false;
	while ((notify = PQnotifies(link->conn)) != NULL) {
		woken = true;
		link->stats.wake_ups++;
		PQfreemem(notify);
	}
	if (woken)
		sync_wake(link);
}

void pipeline_read(struct link *link)
{
	if (!PQconsumeInput(link->conn)) {
		/* What came before the end is still worth reading: it may say why, or answer the last request. */
		trace("the connection ended");
	}
	bool ended = PQstatus(link->conn) == CONNECTION_BAD;
	while (link->first && !link->broken && !PQisBusy(link->conn)) {
		PGresult *result = PQgetResult(link->conn);
		struct request *request = link->first;
		if (!result) {
			if (!request->answered) /* nothing to read although something is under way: the end */
				break;
			request->answered = false;
			request->step++;
			continue;
		}
		link->last_heard = clock_ms();
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			finish_first(link);
		} else {
			request->answered = true;
			take_result(link, request, result);
		}
		PQclear(result);
	}
	take_notifications(link);
	if (ended && !link->broken)
		broke(link);
	if (!link->broken) {
		int left = PQflush(link->conn);
		if (left < 0)
			broke(link);
		link->wants_write = left > 0;
	}
}

void pipeline_reset(struct link *link)
{
	free(link->making);
	link->making = NULL;
	while (link->first) {
		struct request *request = link->first;
		link->first = request->next;
		if (request->kind->lost)
			request->kind->lost(link, request);
		free(request);
	}
	link->last = NULL;
	link->wants_write = false;
}
