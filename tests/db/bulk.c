/*
 * One key for many tickets, against a real server: what is taken back leaves the desk as it was, whatever was marked, stopped
 * or touched by a colleague meanwhile; and never more of them are under way than the window holds.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "support/helpdesk.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKETS = 70, WINDOW = 32, ROUNDS = 12, FACTS = 400 };

/* ---- a console without a screen -------------------------------------------------------------------- */

static struct console *console_of(const char *login)
{
	struct console *console = alloc_bytes(sizeof *console);
	console_prepare(console);
	console->settings.warn = 1800;
	const struct link_model model = {.queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us};
	console->link = link_open(testdb_conninfo(login), &model);
	show_view(console, VIEW_ALL);
	return console;
}

static void console_end(struct console *console)
{
	console->left = true;
	link_close(console->link);
	console_release(console);
	free(console);
}

static void turn(struct console *console)
{
	struct pollfd fds[4];
	int count = link_poll_fds(console->link, fds);
	poll(fds, (nfds_t)count, 20);
	connection_news(console, link_run(console->link));
	cr_assert_leq(link_actions_waiting(console->link), WINDOW + 1, "%zu are under way",
	        link_actions_waiting(console->link));
}

/* "Pu", "sh", ":assign ben\n": as they are typed. */
static void type(struct console *console, const char *keys)
{
	for (; *keys; keys++)
		dispatch_key(console, *keys == '\n' ? KEY_ENTER_KEY : (key)*keys);
}

static void until_ended(struct console *console)
{
	int64_t until = clock_ms() + 20000;
	while (console->bulk.runs) {
		cr_assert(clock_ms() < until, "it does not end");
		turn(console);
	}
}

/* The console knows all rows as the server does. */
static void until_caught_up(struct console *console, PGconn *conn)
{
	int64_t wanted =
	        testdb_int(conn, "SELECT coalesce(sum(version), 0) FROM ticket WHERE status <> 'closed'");
	int64_t until = clock_ms() + 20000, known;
	do {
		known = 0;
		turn(console);
		for (size_t i = 0; i < listing_count(console->listing); i++)
			known += listing_row(console->listing, i)->version;
		cr_assert(clock_ms() < until, "the console does not catch up");
	} while (known != wanted);
}

/* ---- the desk --------------------------------------------------------------------------------------- */

static void fill(PGconn *conn)
{
	static const char *const domains[] = {"ent", "ra", "page", "none"};
	for (int i = 0; i < TICKETS; i++)
		testdb_exec(conn,
		        "SELECT intake_message(jsonb_build_object('message_id', 'm%d@x', 'in_reply_to', '', 'from',"
		        " jsonb_build_object('name', '', 'email', 'c%d@%s.test'), 'to', jsonb_build_array('help@desk.test'),"
		        " 'subject', 'Help', 'body', 'Hello'), 'raw', '{}')",
		        i, i, domains[i % 4]);
	testdb_exec(conn,
	        "SELECT ticket_reply(gen_random_uuid(), id, 0, 'Answer', CASE WHEN id %% 3 = 0 THEN 'open' ELSE 'pending' END::status)"
	        " FROM ticket WHERE id %% 2 = 0");
	testdb_exec(conn,
	        "SELECT ticket_set_priority(gen_random_uuid(), id, 0, 'high') FROM ticket WHERE id %% 5 = 0");
	testdb_exec(conn,
	        "SELECT ticket_assign(gen_random_uuid(), id, 0, (SELECT min(a.id) FROM agent a) + (id %% 2)::int)"
	        " FROM ticket WHERE id %% 7 < 3");
}

/* What may be seen of a ticket and its running waits; not its version and history. */
static void facts_of(PGconn *conn, int64_t id, char *out)
{
	snprintf(out, FACTS, "%s",
	        testdb_text(conn,
	                "SELECT concat_ws(' ', status, hold_for, priority, assignee_id, tags,"
	                " (SELECT string_agg(concat_ws('/', metric, started_at, target_s, due_at, breach_at), ' ' ORDER BY metric, started_at)"
	                " FROM sla_clock c WHERE c.ticket_id = t.id AND ended_at IS NULL)) FROM ticket t WHERE id = %" PRId64,
	                id));
}

/* ---- the property -------------------------------------------------------------------------------------- */

static const char *const deeds[] = {"Pu", "Ph", "Pn", "so", "sn", "sp", "sc", "shFacebook\n", "c",
        "dnot a question\n", ":assign -\n", ":assign ben\n", ":tag odd\n"};
enum { DEEDS = sizeof deeds / sizeof *deeds };
static const char *const answers[] = {"l", "g", "danswered by phone\n"};

static void mark_some(struct console *console, struct random *random)
{
	type(console, "U");
	for (size_t i = 0; i < listing_count(console->listing); i++)
		if (!random_one_in(random, 4)) {
			select_ticket(console, listing_id(console->listing, i));
			type(console, " ");
		}
}

struct touched {
	int64_t ids[3];
	char facts[3][FACTS];
	size_t count;
};

/* Ben changes some tickets, whether they were acted on or not. */
static void colleague_acts(PGconn *conn, struct random *random, struct touched *touched)
{
	touched->count = (size_t)random_between(random, 0, 3);
	helpdesk_act(conn, "ben");
	for (size_t i = 0; i < touched->count; i++) {
		touched->ids[i] = random_between(random, 1, TICKETS);
		testdb_exec(conn, "SELECT ticket_note(gen_random_uuid(), %" PRId64 ", 0, 'I look at it')",
		        touched->ids[i]);
		facts_of(conn, touched->ids[i], touched->facts[i]);
	}
	helpdesk_act(conn, "anna");
}

static const char *touched_as(const struct touched *touched, int64_t id)
{
	for (size_t i = 0; i < touched->count; i++)
		if (touched->ids[i] == id)
			return touched->facts[i];
	return NULL;
}

static void undo_whole(struct console *console, struct random *random)
{
	type(console, "u");
	if (random_one_in(random, 3)) { /* stopped in the middle, and gone on with */
		type(console, "q");
		until_ended(console);
		if (console->undo_count && console->undo[console->undo_count - 1].title)
			type(console, "u");
	}
	until_ended(console);
}

static void one_round(struct console *console, PGconn *conn, struct random *random)
{
	static char before[TICKETS + 1][FACTS];
	char after[FACTS];
	struct touched touched;
	const char *deed = deeds[random_between(random, 0, DEEDS - 1)];
	mark_some(console, random);
	for (int64_t id = 1; id <= TICKETS; id++)
		facts_of(conn, id, before[id]);
	type(console, deed);
	if (console_place(console) == PLACE_GUARD)
		type(console, answers[random_between(random, 0, 2)]);
	if (random_one_in(random, 3))
		type(console, "q"); /* stops what is under way, or leaves the question */
	until_ended(console);
	cr_assert_eq(console_place(console), PLACE_QUEUE);
	const bool was_done = console->undo_count && console->undo[console->undo_count - 1].title;
	colleague_acts(conn, random, &touched);
	if (was_done)
		undo_whole(console, random);
	for (int64_t id = 1; id <= TICKETS; id++) {
		const char *left_alone = touched_as(&touched, id);
		facts_of(conn, id, after);
		cr_assert_str_eq(after, left_alone ? left_alone : before[id],
		        "seed %" PRIu64 ", %s: ticket %" PRId64 ": %s", random->seed, deed, id,
		        console->message.text);
	}
	cr_assert(!console->undo_count || !console->undo[console->undo_count - 1].title);
	/* What ben held on to is put right, so that the rounds do not run out of tickets. */
	testdb_exec(conn,
	        "SELECT ticket_set_status(gen_random_uuid(), id, 0, 'open') FROM ticket WHERE status = 'closed'");
	until_caught_up(console, conn);
}

Test(bulk, taken_back_leaves_the_desk_as_it_was)
{
	PGconn *conn = helpdesk_create();
	struct random random = random_start();
	fill(conn);
	struct console *console = console_of("anna");
	until_caught_up(console, conn);
	for (int round = 0; round < ROUNDS; round++)
		one_round(console, conn, &random);
	console_end(console);
}

/* ---- one key behind the other ---------------------------------------------------------------------------- */

static struct action reply_to(const struct console *console, const char *text)
{
	struct action reply;
	action_init(&reply, ACTION_REPLY, 1, queue_find(console->queue, 1)->version);
	reply.text = alloc_copy(text);
	reply.status = STATUS_PENDING;
	return reply;
}

static void until_answered(struct console *console)
{
	const int64_t until = clock_ms() + 20000;
	while (actions_waiting(console)) {
		cr_assert_lt(clock_ms(), until, "it does not end");
		turn(console);
	}
}

/* A reply that waits for an undo goes only to the ticket as its writer saw it: an undo does not say what came in between. */
Test(bulk, a_reply_behind_an_undo_is_not_past_a_newer_message)
{
	static const char *const id = "00000000-0000-0000-0000-000000000001";
	for (int newer = 0; newer < 2; newer++) {
		PGconn *conn = helpdesk_create();
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
		testdb_exec(conn, "SELECT ticket_reply('%s', 1, 0, 'Wrong')", id);
		struct console *console = console_of("anna");
		until_caught_up(console, conn);
		if (newer)
			helpdesk_mail(conn, "11-23 10:10", "a@ent.test", "b@x", "a@x");
		struct action undo, reply = reply_to(console, "Right");
		action_init(&undo, ACTION_UNDO, 1, 0);
		memcpy(undo.undoes, id, sizeof undo.undoes);
		action_send(console, &undo, NULL, NULL);
		action_send(console, &reply, NULL, NULL);
		until_answered(console);
		cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM outbox WHERE state = 'waiting'"), !newer,
		        "%d: %s", newer, console->message.text ? console->message.text : "");
		console_end(console);
	}
}

static void reply_came(
        struct console *console, struct pending_action *one, const struct action_result *result)
{
	recall_sent(console, one->action.request_id, result->version);
}

/* What came after a reply that is taken back its writer has not seen: the draft is of the ticket without it. */
Test(bulk, a_recalled_reply_is_of_the_ticket_as_its_writer_saw_it)
{
	for (int newer = 0; newer < 2; newer++) {
		PGconn *conn = helpdesk_create();
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
		struct console *console = console_of("anna");
		until_caught_up(console, conn);
		struct action reply = reply_to(console, "Wrong");
		recall_sending(console, &reply);
		action_send(console, &reply, NULL, reply_came);
		until_answered(console);
		until_caught_up(console, conn);
		if (newer)
			helpdesk_mail(conn, "11-23 10:10", "a@ent.test", "b@x", "a@x");
		until_caught_up(console, conn);
		type(console, "Puuu");
		until_answered(console);
		struct strbuf place = STRBUF_INIT;
		struct draft draft;
		struct error err;
		draft_place(console, &place);
		cr_assert(draft_load(&draft, place.data, 1, false, &err), "%s", console->message.text);
		cr_expect_eq(draft.version == testdb_int(conn, "SELECT version FROM ticket WHERE id = 1"),
		        !newer, "%d: %d", newer, draft.version);
		cr_expect_eq(draft.messages, 1, "%d: %d", newer, draft.messages);
		draft_discard(&draft);
		strbuf_release(&place);
		console_end(console);
	}
}

/* The delay is over and the mail is still here (no delivery runs): the text comes back, and its files, which were let go here, are
 * known to be the server's. */
Test(bulk, files_that_were_let_go_are_the_servers)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	struct console *console = console_of("anna");
	until_caught_up(console, conn);
	struct action reply = reply_to(console, "Here"), next;
	reply.attached = attached_new();
	attached_add(reply.attached, "a.csv", "text/csv", alloc_copy("a;b"), 3);
	recall_sending(console, &reply);
	action_send(console, &reply, NULL, reply_came);
	until_answered(console);
	console->recall.sent[0].until = console_now(console);
	action_init(&next, ACTION_REPLY, 2, 0);
	next.text = alloc_copy("Next");
	recall_sending(console, &next);
	type(console, "u");
	until_answered(console);
	struct strbuf place = STRBUF_INIT;
	struct draft draft;
	struct attached_files files;
	draft_place(console, &place);
	cr_assert(draft_load(&draft, place.data, 1, false, NULL), "%s", console->message.text);
	draft_files_read(&draft, &files);
	cr_assert_eq(files.count, 1);
	cr_expect(files.list[0].missing && files.list[0].part == 1 && files.list[0].size == 3);
	cr_expect_str_eq(files.list[0].name, "a.csv");
	draft_files_release(&files);
	int64_t known = 0;
	for (const int64_t until = clock_ms() + 20000; !known && clock_ms() < until;) {
		drafts_turn(console);
		turn(console);
		draft_files_read(&draft, &files);
		known = files.list[0].attachment;
		draft_files_release(&files);
	}
	cr_expect_eq(known, testdb_int(conn, "SELECT id FROM attachment"));
	draft_discard(&draft);
	strbuf_release(&place);
	action_release(&next);
	console_end(console);
}
