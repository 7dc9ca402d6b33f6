/*
 * What the console does when the server refuses what it asks by itself: it does not ask again with each row that comes.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "support/helpdesk.h"

#include <criterion/criterion.h>

static struct console *console_of(const char *login)
{
	struct console *console = alloc_bytes(sizeof *console);
	console_prepare(console);
	const struct link_model model = {.queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us};
	console->link = link_open(testdb_conninfo(login), &model);
	show_view(console, VIEW_ALL);
	return console;
}

static void turn(struct console *console)
{
	struct pollfd fds[4];
	int count = link_poll_fds(console->link, fds);
	poll(fds, (nfds_t)count, 10);
	connection_news(console, link_run(console->link));
}

static void until_subject(struct console *console, const char *subject)
{
	const int64_t until = clock_ms() + 20000;
	const struct ticket_row *row;
	while (!(row = queue_find(console->queue, 1)) || strcmp(row->subject, subject) != 0 ||
	        console->mentions.asked) {
		cr_assert(clock_ms() < until, "\"%s\" does not come", subject);
		turn(console);
	}
}

Test(refused, mentions_are_asked_for_later_and_later)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_act(conn, "ben");
	testdb_exec(conn, "SELECT ticket_note(gen_random_uuid(), 1, 0, 'Look, @anna');"
	                  "REVOKE EXECUTE ON FUNCTION my_mentions() FROM sandglass_viewer");
	struct console *console = console_of("anna");
	for (int i = 0; i < 8; i++) {
		char subject[20];
		snprintf(subject, sizeof subject, "Number %d", i);
		testdb_exec(conn, "SELECT ticket_set_subject(gen_random_uuid(), 1, 0, '%s')", subject);
		until_subject(console, subject);
	}
	cr_expect_eq(console->mentions.failures, 1, "%d", console->mentions.failures);
	cr_expect_gt(console->mentions.not_before_ms, clock_ms());

	testdb_exec(conn, "GRANT EXECUTE ON FUNCTION my_mentions() TO sandglass_viewer");
	console->mentions.not_before_ms = clock_ms();
	testdb_exec(conn, "SELECT ticket_set_subject(gen_random_uuid(), 1, 0, 'Again')");
	until_subject(console, "Again");
	cr_expect_eq(console->mentions.failures, 0);
	cr_expect(console->mentions.known);
	cr_expect_str_eq(console->message.text,
	        "1 note that you have not read mentions you: g m shows the ticket, with an @");
	console->left = true;
	link_close(console->link);
	console_release(console);
	free(console);
}
