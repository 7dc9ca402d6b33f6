/* Questions of store/asks.def against a real server: each is answered exactly once, whatever becomes of the connection. */
#include "store/link.h"
#include "support/desk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct heard {
	int calls;
	size_t rows;
	int64_t backend;
	enum error_kind kind;
};

static void hear(void *context, const struct answer *answer, const struct error *err)
{
	struct heard *heard = context;
	heard->calls++;
	heard->kind = err ? err->kind : ERROR_NONE;
	heard->rows = answer->rows;
	if (answer->rows)
		heard->backend = answer_int(answer, 0, 1);
}

static bool was_heard(struct console *console, void *context)
{
	return ((struct heard *)context)->calls > 0;
}

Test(ask, is_answered_exactly_once)
{
	const char *host = getenv("SANDGLASS_TEST_PGHOST");
	cr_assert(host, "SANDGLASS_TEST_PGHOST is not set; run tests/support/run.sh");
	struct desk desk = desk_open(host);
	struct console console;
	console_open(&console, desk.anna);
	struct heard early = {0}, good = {0}, cut = {0}, last = {0};
	link_ask(console.link, ASK_SERVER, NULL, hear, &early);
	cr_expect_eq(early.calls, 1, "there is no connection yet, so the answer comes at once");
	cr_expect_eq(early.kind, ERROR_UNAVAILABLE);

	cr_assert(console_until_loaded(&console, 20000));
	link_ask(console.link, ASK_SERVER, NULL, hear, &good);
	cr_expect_eq(good.calls, 0);
	cr_assert(console_until(&console, was_heard, &good, 5000));
	cr_expect_eq(good.kind, ERROR_NONE);
	cr_expect_eq(good.rows, 1);

	desk_do(&desk, "SELECT pg_terminate_backend(%lld, 5000)", (long long)good.backend);
	link_ask(console.link, ASK_SERVER, NULL, hear, &cut);
	cr_assert(console_until(&console, was_heard, &cut, 5000));
	cr_expect_eq(cut.kind, ERROR_UNAVAILABLE);
	cr_assert(console_until_live(&console, 20000));
	console_run_for(&console, 200);
	cr_expect_eq(cut.calls, 1, "it is not asked again");

	link_ask(console.link, ASK_SERVER, NULL, hear, &last);
	console_close(&console);
	cr_expect_eq(last.calls, 1, "the link closed");
	cr_expect_eq(last.kind, ERROR_UNAVAILABLE);
	cr_expect_eq(good.calls, 1);
	desk_close(&desk);
}

struct seen_ticket {
	int calls;
	bool found;
	enum status status;
	char subject[80];
	char tags[40];
	enum error_kind kind;
};

static void see(void *context, const struct ticket_row *row, const struct error *err)
{
	struct seen_ticket *seen = context;
	seen->calls++;
	seen->found = row != NULL;
	seen->kind = err ? err->kind : ERROR_NONE;
	if (!row)
		return;
	seen->status = (enum status)row->status;
	snprintf(seen->subject, sizeof seen->subject, "%s", row->subject);
	snprintf(seen->tags, sizeof seen->tags, "%s", row->tags);
}

static bool was_seen(struct console *console, void *context)
{
	return ((struct seen_ticket *)context)->calls > 0;
}

/* A closed ticket is in no queue; it is asked for by its number. */
Test(ask, for_one_ticket)
{
	const char *host = getenv("SANDGLASS_TEST_PGHOST");
	cr_assert(host, "SANDGLASS_TEST_PGHOST is not set; run tests/support/run.sh");
	struct desk desk = desk_open(host);
	struct console console;
	desk_fill(&desk, 2);
	const int64_t id = desk_number(&desk,
	        "UPDATE sandglass.ticket SET status = 'closed', hold_for = NULL, subject = 'Old', tags = '{billing,vip}'"
	        " WHERE id = (SELECT min(id) FROM sandglass.ticket) RETURNING id");
	console_open(&console, desk.anna);
	struct seen_ticket early = {0}, closed = {0}, none = {0}, last = {0};
	link_ticket(console.link, id, see, &early);
	cr_expect(early.calls == 1 && early.kind == ERROR_UNAVAILABLE, "there is no connection yet");
	cr_assert(console_until_loaded(&console, 20000));
	cr_expect_null(queue_find(console.queue, id));
	link_ticket(console.link, id, see, &closed);
	link_ticket(console.link, 999999, see, &none);
	cr_assert(console_until(&console, was_seen, &none, 5000));
	cr_expect(closed.calls == 1 && closed.found && closed.status == STATUS_CLOSED);
	cr_expect_str_eq(closed.subject, "Old");
	cr_expect_str_eq(closed.tags, "billing,vip");
	cr_expect(none.calls == 1 && !none.found && none.kind == ERROR_NONE, "there is no such ticket");
	link_ticket(console.link, id, see, &last);
	console_close(&console);
	cr_expect(last.calls == 1 && last.kind == ERROR_UNAVAILABLE, "the link closed");
	desk_close(&desk);
}

struct found {
	struct heard heard;
	struct ticket_row row;
	char subject[80], email[80];
};

static void find(void *context, const struct answer *answer, const struct error *err)
{
	struct found *found = context;
	found->heard.calls++;
	found->heard.kind = err ? err->kind : ERROR_NONE;
	found->heard.rows = answer->rows;
	if (!answer->rows)
		return;
	link_answer_ticket(answer, 0, &found->row);
	snprintf(found->subject, sizeof found->subject, "%s", found->row.subject);
	snprintf(found->email, sizeof found->email, "%s", found->row.requester_email);
}

static bool was_found(struct console *console, void *context)
{
	return ((struct found *)context)->heard.calls > 0;
}

/* Rows of the search are tickets as a delta brings them; it has a time limit of its own, and nothing after it has. */
Test(ask, searches_within_its_time)
{
	struct desk desk = desk_open(getenv("SANDGLASS_TEST_PGHOST"));
	struct console console;
	struct found good = {.heard.calls = 0}, slow = {.heard.calls = 0};
	struct heard after = {0};
	desk_fill(&desk, 3);
	int64_t id = desk_number(&desk, "SELECT min(id) FROM sandglass.ticket");
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)id);
	const char *const values[] = {number, "201"};
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	link_ask(console.link, ASK_SEARCH, values, find, &good);
	cr_assert(console_until(&console, was_found, &good, 10000));
	cr_assert_eq(good.heard.kind, ERROR_NONE);
	cr_assert_eq(good.heard.rows, 1);
	const struct ticket_row *known = queue_find(console.queue, id);
	cr_expect(good.row.id == id && good.row.version == known->version &&
	          good.row.priority == known->priority && good.row.status == known->status &&
	          good.row.due_at == known->due_at && good.row.created_at == known->created_at &&
	          good.row.last_message_at == known->last_message_at && good.row.metric == known->metric);
	cr_expect_str_eq(good.subject, known->subject);
	cr_expect_str_eq(good.email, known->requester_email);

	desk_do(&desk, "CREATE OR REPLACE FUNCTION sandglass.console_search(query text, n int)"
	               " RETURNS SETOF sandglass.console_ticket LANGUAGE plpgsql AS"
	               " 'BEGIN PERFORM pg_sleep(60); RETURN; END'");
	link_ask(console.link, ASK_SEARCH, values, find, &slow);
	link_ask(console.link, ASK_SERVER, NULL, hear, &after);
	cr_assert(console_until(&console, was_heard, &after, 30000));
	cr_expect_eq(slow.heard.kind, ERROR_UNAVAILABLE);
	cr_expect_eq(after.kind, ERROR_NONE);
	cr_expect_eq(link_state(console.link), LINK_LIVE, "the connection stands");
	console_close(&console);
	desk_close(&desk);
}
