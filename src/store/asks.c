/*
 * The questions of store/asks.def. Their rows are copied out of libpq's result, so app reads them without knowing it.
 */
#include "link_parts.h"

#include "base/alloc.h"
#include "decode.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *within; /* as the server's statement_timeout; NULL: no limit */
	int parameters;
	const char *sql;
} asks[] = {
#define ASK(id, parameters, sql)                [ASK_##id] = {#id, NULL, parameters, sql},
#define ASK_WITHIN(id, within, parameters, sql) [ASK_##id] = {#id, within, parameters, sql},
#include "store/asks.def"
#undef ASK
#undef ASK_WITHIN
};

struct asked {
	struct answer answer;
	link_ask_done *done;
	void *context;
};

static void ask_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct asked *asked = request->data;
	if (step == (asks[request->number].within ? 1 : 0))
		decode_answer(&asked->answer, result);
}

static void answer_it(struct asked *asked, const struct error *err)
{
	asked->done(asked->context, &asked->answer, err);
	answer_release(&asked->answer);
	free(asked);
}

static void ask_done(struct link *link, struct request *request, const struct error *err)
{
	answer_it(request->data, err);
}

static void not_connected(struct asked *asked)
{
	struct error err;
	error_set(&err, ERROR_UNAVAILABLE, "not connected to the server");
	answer_it(asked, &err);
}

static void ask_lost(struct link *link, struct request *request)
{
	not_connected(request->data);
}

static const struct request_kind ask_kind = {"ask", ask_result, ask_done, ask_lost};

void link_ask(struct link *link, enum ask ask, const char *const *values, link_ask_done *done, void *context)
{
	struct asked *asked = alloc_bytes(sizeof *asked);
	asked->done = done;
	asked->context = context;
	if (!link->ready || link->broken) {
		not_connected(asked);
		return;
	}
	pipeline_begin(link, &ask_kind, asked, ask);
	/* What is set holds up to the synchronisation point, which ends the transaction. */
	if (asks[ask].within)
		pipeline_statement(
		        link, "SELECT set_config('statement_timeout', $1, true)", 1, &asks[ask].within);
	pipeline_statement(link, asks[ask].sql, asks[ask].parameters, values);
	pipeline_end(link);
}
