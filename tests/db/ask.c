/* Questions of store/asks.def against a real server: each is answered exactly once, whatever becomes of the connection. */
#include "store/link.h"
#include "support/desk.h"

#include <criterion/criterion.h>
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
