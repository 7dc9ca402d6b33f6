/*
 * The console's connection against a real server: what it loads, how it follows changes, and what becomes of actions when
 * the connection breaks under them. Where a server is killed it is one of the test's own.
 */
#include "store/link.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "support/desk.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *cluster(void)
{
	const char *host = getenv("SANDGLASS_TEST_PGHOST");
	cr_assert(host, "SANDGLASS_TEST_PGHOST is not set; run tests/support/run.sh");
	return host;
}

static int64_t ticket_at(struct desk *desk, int place)
{
	return desk_number(desk,
	        "SELECT id FROM sandglass.console_page(NULL, NULL, NULL, NULL, 5000) OFFSET %d LIMIT 1",
	        place);
}

static void assert_same_order(struct desk *desk, struct console *console)
{
	struct listing *listing = listing_new(console->queue);
	listing_refresh(listing);
	struct db_result result;
	struct error err;
	cr_assert(db_query(desk->db, "SELECT id FROM sandglass.console_page(NULL, NULL, NULL, NULL, 100000)",
	        NULL, 0, &result, &err));
	cr_assert_eq(listing_count(listing), (size_t)result.rows, "%zu here, %d there",
	        listing_count(listing), result.rows);
	for (int row = 0; row < result.rows; row++)
		cr_assert_eq(listing_id(listing, (size_t)row), db_int(&result, row, 0), "place %d", row);
	db_result_release(&result);
	listing_free(listing);
}

/* ---- conditions ------------------------------------------------------------------------------------ */

struct wanted_row {
	int64_t id;
	enum priority priority;
};

static bool has_priority(struct console *console, void *context)
{
	const struct wanted_row *wanted = context;
	const struct ticket_row *row = queue_find(console->queue, wanted->id);
	return row && row->priority == wanted->priority;
}

static bool is_gone(struct console *console, void *context)
{
	return !queue_find(console->queue, *(const int64_t *)context);
}

static bool is_there(struct console *console, void *context)
{
	return queue_find(console->queue, *(const int64_t *)context) != NULL;
}

static bool is_offline(struct console *console, void *context)
{
	return link_state(console->link) == LINK_OFFLINE;
}

/* Nothing is under way, so no transaction of the console's is open: what takes a table's or a view's lock would wait for one
 * whose rows nobody reads. */
static bool is_quiet(struct console *console, void *context)
{
	return link_silent_since(console->link) == INT64_MAX;
}

/* ---- loading and following -------------------------------------------------------------------------- */

Test(link, loads_in_order_and_follows)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 2500);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000), "%s", link_error(console.link)->text);
	cr_assert_eq(link_state(console.link), LINK_LIVE);
	cr_assert_leq(link_stats(console.link).round_trips_to_first_rows, 3);
	cr_assert_eq(queue_count(console.queue), 2500);
	assert_same_order(&desk, &console);
	cr_assert_eq(console.identity.access, ACCESS_AGENT);
	cr_assert_str_eq(console.identity.name, "Anna");
	cr_assert(directory_agent(&console.directory, console.identity.agent_id));
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int64_t apart =
	        console.server_offset_us + clock_us() - ((int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	cr_assert(apart > -500000 && apart < 500000, "the server's clock is %lld us off", (long long)apart);

	/* A colleague makes the last ticket urgent, closes the first and opens a new one. */
	struct wanted_row last = {ticket_at(&desk, 2499), PRIORITY_URGENT};
	int64_t first = ticket_at(&desk, 0);
	desk_do(&desk,
	        "UPDATE sandglass.ticket SET priority = 'urgent', version = version + 1 WHERE id = %lld",
	        (long long)last.id);
	cr_assert(console_until(&console, has_priority, &last, 5000));
	console_run_for(&console, 100);
	cr_assert_gt(link_stats(console.link).wake_ups, 0, "only the safety poll brought it");
	desk_do(&desk, "UPDATE sandglass.ticket SET status = 'closed', version = version + 1 WHERE id = %lld",
	        (long long)first);
	cr_assert(console_until(&console, is_gone, &first, 5000));
	int64_t fresh = desk_number(&desk,
	        "INSERT INTO sandglass.ticket (subject, channel, requester_id, created_at, updated_at)"
	        " VALUES ('fresh', 'email', 1, now(), now()) RETURNING id");
	cr_assert(console_until(&console, is_there, &fresh, 5000));
	assert_same_order(&desk, &console);
	console_close(&console);
	desk_close(&desk);
}

static bool has_asked(struct console *console, void *context)
{
	return link_stats(console->link).deltas > *(const size_t *)context;
}

Test(link, many_wake_ups_cause_two_deltas)
{
	struct desk desk = desk_open(cluster());
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	/* After a safety poll there is a second without one. */
	size_t before = link_stats(console.link).deltas, heard = link_stats(console.link).wake_ups;
	cr_assert(console_until(&console, has_asked, &before, 5000));
	before = link_stats(console.link).deltas;
	desk_do(&desk, "SELECT pg_notify('sandglass_wake', n::text) FROM generate_series(1, 30) n");
	console_run_for(&console, 500);
	cr_assert_geq(link_stats(console.link).wake_ups - heard, 30);
	size_t asked = link_stats(console.link).deltas - before;
	cr_assert(asked >= 1 && asked <= 2, "%zu deltas", asked);
	console_close(&console);
	desk_close(&desk);
}

/* A pooler that went over to another server hides it; what is left to see is a cursor that is smaller than before. */
Test(link, a_cursor_that_goes_back_loads_all_again)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 2500);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	int64_t lost = ticket_at(&desk, 1200), older = ticket_at(&desk, 7);
	desk_do(&desk, "UPDATE sandglass.ticket SET version = 9, priority = 'urgent' WHERE id = %lld",
	        (long long)older);
	struct wanted_row was = {older, PRIORITY_URGENT}, is = {older, PRIORITY_NORMAL};
	cr_assert(console_until(&console, has_priority, &was, 5000));
	/* The loss: a ticket that was never there and a change that was never made, under old transactions. */
	desk_do(&desk, "SET session_replication_role = replica");
	desk_do(&desk, "DELETE FROM sandglass.ticket WHERE id = %lld", (long long)lost);
	desk_do(&desk,
	        "UPDATE sandglass.ticket SET version = 2, priority = 'normal', changed_xid = '3' WHERE id = %lld",
	        (long long)older);
	desk_do(&desk, "SET session_replication_role = origin");
	console_run_for(&console, 1300);
	cr_assert(queue_find(console.queue, lost), "no delta can tell");
	cr_assert(console_until(&console, is_quiet, NULL, 20000));
	desk_do(&desk,
	        "CREATE OR REPLACE VIEW sandglass.console_sync AS SELECT '5'::xid8 AS cursor, 1::bigint AS"
	        " directory_revision, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now_us");
	cr_assert(console_until(&console, is_gone, &lost, 5000));
	cr_assert(console_until_live(&console, 5000));
	cr_assert(has_priority(&console, &is), "the load's word counts, whatever its version");
	cr_assert_eq(link_stats(console.link).reconnects, 0);
	assert_same_order(&desk, &console);
	cr_assert(console_until(&console, is_quiet, NULL, 20000));
	desk_do(&desk,
	        "CREATE OR REPLACE VIEW sandglass.console_sync AS SELECT pg_snapshot_xmin(pg_current_snapshot()) AS cursor,"
	        " 1::bigint AS directory_revision, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now_us");
	console_run_for(&console, 2300);
	size_t rows = link_stats(console.link).rows_received;
	console_run_for(&console, 2300);
	cr_assert_eq(link_stats(console.link).rows_received, rows, "it does not load for ever");
	console_close(&console);
	desk_close(&desk);
}

/* The server gives up on the first `count` changes of a ticket, as it does on a deadlock. */
static void give_up_on(struct desk *desk, int count)
{
	desk_do(desk, "CREATE SEQUENCE IF NOT EXISTS tries");
	desk_do(desk, "ALTER SEQUENCE tries RESTART");
	desk_do(desk,
	        "CREATE OR REPLACE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
	        " $$ BEGIN IF nextval('public.tries') <= %d THEN RAISE deadlock_detected; END IF; RETURN NEW; END $$",
	        count);
	desk_do(desk,
	        "CREATE OR REPLACE TRIGGER give_up BEFORE UPDATE ON sandglass.ticket FOR EACH ROW EXECUTE FUNCTION give_up()");
}

Test(link, a_deadlock_is_tried_once_more)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 3);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	struct action action;
	struct outcome outcome = {.calls = 0};
	action_init(&action, ACTION_NOTE, ticket_at(&desk, 0), 0);
	action.text = alloc_copy("once");
	give_up_on(&desk, 1);
	console_act(&console, &action, &outcome);
	cr_assert(console_until_done(&console, &outcome, 5000));
	cr_assert_eq(outcome.result.error.kind, ERROR_NONE, "%s", outcome.result.error.text);
	cr_assert_eq(desk_number(&desk, "SELECT count(*) FROM sandglass.message WHERE kind = 'note'"), 1);
	/* Twice is not bad luck any more: it is said, and nothing is tried a third time. */
	give_up_on(&desk, 9);
	outcome = (struct outcome){.calls = 0};
	action_make_id(action.request_id);
	console_act(&console, &action, &outcome);
	cr_assert(console_until_done(&console, &outcome, 5000));
	cr_assert_eq(outcome.result.error.kind, ERROR_UNAVAILABLE, "%s", outcome.result.error.text);
	console_run_for(&console, 100);
	cr_assert_eq(outcome.calls, 1);
	cr_assert_eq(desk_number(&desk, "SELECT last_value FROM tries"), 2);
	cr_assert_eq(link_state(console.link), LINK_LIVE, "a refusal is no loss of the connection");
	action_release(&action);
	console_close(&console);
	desk_close(&desk);
}

Test(link, a_slow_commit_is_not_missed)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 10);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	struct wanted_row slow = {ticket_at(&desk, 9), PRIORITY_URGENT},
	                  quick = {ticket_at(&desk, 8), PRIORITY_URGENT};
	struct error err;
	struct db *other = db_open(desk.owner, &err);
	cr_assert(other);
	/* The slow transaction has its number before the quick one, and commits after the console has seen the quick one. */
	char *sql = alloc_format(
	        "BEGIN; UPDATE sandglass.ticket SET priority = 'urgent', version = version + 1 WHERE id = %lld",
	        (long long)slow.id);
	cr_assert(db_script(other, sql, &err), "%s", err.text);
	free(sql);
	desk_do(&desk,
	        "UPDATE sandglass.ticket SET priority = 'urgent', version = version + 1 WHERE id = %lld",
	        (long long)quick.id);
	cr_assert(console_until(&console, has_priority, &quick, 5000));
	console_run_for(&console, 1300);
	cr_assert_not(has_priority(&console, &slow));
	cr_assert(db_script(other, "COMMIT", &err));
	cr_assert(console_until(&console, has_priority, &slow, 5000));
	db_close(other);
	console_close(&console);
	desk_close(&desk);
}

/* A colleague who never rests: moves and closes tickets while the console loads. */
struct mover {
	const char *conninfo;
	int moves;
};

static void *move_tickets(void *argument)
{
	const struct mover *mover = argument;
	struct error err;
	struct db *db = db_open(mover->conninfo, &err);
	for (int i = 0; db && i < mover->moves; i++) {
		char *sql = alloc_format(
		        "UPDATE sandglass.ticket SET version = version + 1, priority = "
		        "(ARRAY['urgent', 'high', 'normal'])[%d]::sandglass.priority, status = '%s' WHERE id = %d",
		        i % 3 + 1, i % 7 ? "open" : "closed", 1 + i * 7919 % 2500);
		db_exec(db, sql, NULL, 0, &err);
		free(sql);
	}
	db_close(db);
	return NULL;
}

static bool is_settled(struct console *console, void *context)
{
	struct desk *desk = context;
	return (size_t)desk_number(desk, "SELECT count(*) FROM sandglass.ticket WHERE status <> 'closed'") ==
	       queue_count(console->queue);
}

Test(link, a_queue_that_moves_while_it_loads_is_whole)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 2500);
	struct mover mover = {desk.owner, 600};
	pthread_t thread;
	pthread_create(&thread, NULL, move_tickets, &mover);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000), "%s", link_error(console.link)->text);
	pthread_join(thread, NULL);
	console_run_for(&console, 1300); /* a wake-up, its trailing delta and one safety poll */
	cr_assert(console_until(&console, is_settled, &desk, 5000));
	assert_same_order(&desk, &console);
	console_close(&console);
	desk_close(&desk);
}

Test(link, names_follow_the_directory)
{
	struct desk desk = desk_open(cluster());
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	cr_assert_eq(queue_count(console.queue), 0);
	int32_t id = console.identity.agent_id;
	desk_do(&desk, "UPDATE sandglass.agent SET name = 'Anna Petrova' WHERE id = %d", id);
	console.seen = 0;
	for (int i = 0; i < 40 && !(console.seen & NEWS_DIRECTORY); i++)
		console_run_for(&console, 50);
	cr_assert_str_eq(directory_agent(&console.directory, id)->name, "Anna Petrova");
	console_close(&console);
	desk_close(&desk);
}

/* ---- actions ------------------------------------------------------------------------------------------- */

static int64_t events_of(struct desk *desk, const struct action *action)
{
	return desk_number(
	        desk, "SELECT count(*) FROM sandglass.event WHERE request_id = '%s'", action->request_id);
}

Test(link, actions_are_done_refused_or_in_conflict)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 10);
	struct console console;
	console_open(&console, desk.anna);
	int64_t id = ticket_at(&desk, 0);
	struct action claim, again, stale, missing;
	struct outcome claimed, repeated, conflict, refused;
	action_init(&claim, ACTION_CLAIM, id, 1);
	console_act(&console, &claim, &claimed); /* before there is a connection: it waits */
	cr_assert_eq(link_actions_waiting(console.link), 1);
	cr_assert(console_until_done(&console, &claimed, 20000));
	cr_assert_eq(claimed.result.error.kind, ERROR_NONE, "%s", claimed.result.error.text);
	cr_assert_eq(claimed.result.ticket_id, id);
	cr_assert_not(claimed.result.repeated);

	action_copy(&again, &claim);
	console_act(&console, &again, &repeated);
	action_init(&stale, ACTION_PRIORITY, id, 1);
	stale.priority = PRIORITY_HIGH;
	console_act(&console, &stale, &conflict);
	action_init(&missing, ACTION_CLAIM, 999999, 0);
	console_act(&console, &missing, &refused);
	cr_assert(console_until_done(&console, &refused, 5000));
	cr_assert_eq(repeated.result.error.kind, ERROR_NONE);
	cr_assert(repeated.result.repeated);
	cr_assert_eq(repeated.result.version, claimed.result.version);
	cr_assert_eq(conflict.result.error.kind, ERROR_CONFLICT);
	cr_assert_eq(refused.result.error.kind, ERROR_NOT_FOUND);
	cr_assert(claimed.calls == 1 && repeated.calls == 1 && conflict.calls == 1 && refused.calls == 1);
	cr_assert_eq(events_of(&desk, &claim), 1);
	action_release(&claim);
	action_release(&again);
	action_release(&stale);
	action_release(&missing);
	console_close(&console);
	desk_close(&desk);
}

/* Somebody holds the ticket's row, so the action is under way and cannot end. */
static struct db *hold_ticket(struct desk *desk, int64_t id)
{
	struct error err;
	struct db *holder = db_open(desk->owner, &err);
	cr_assert(holder, "%s", err.text);
	char *sql =
	        alloc_format("BEGIN; SELECT FROM sandglass.ticket WHERE id = %lld FOR UPDATE", (long long)id);
	cr_assert(db_script(holder, sql, &err), "%s", err.text);
	free(sql);
	return holder;
}

/* The process id of the backend of this login that waits for a lock. */
static int64_t waiting_backend(struct desk *desk, struct console *console, const char *login)
{
	for (int i = 0; i < 200; i++) {
		console_run_for(console, 20);
		int64_t pid = desk_number(desk,
		        "SELECT pid FROM pg_stat_activity WHERE usename = '%s' AND wait_event_type = 'Lock'",
		        login);
		if (pid)
			return pid;
	}
	cr_assert(false, "the action does not wait for the lock");
	return 0;
}

static void status_action(struct action *action, int64_t id)
{
	action_init(action, ACTION_STATUS, id, 1);
	action->status = STATUS_PENDING;
	action->wait_goes_on = true;
}

Test(link, a_terminated_session_repeats_its_action_exactly_once)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 10);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	int64_t id = ticket_at(&desk, 3);
	struct db *holder = hold_ticket(&desk, id);
	struct action action;
	struct outcome outcome;
	status_action(&action, id);
	console_act(&console, &action, &outcome);
	int64_t pid = waiting_backend(&desk, &console, desk.login_anna);
	desk_do(&desk, "SELECT pg_terminate_backend(%lld)", (long long)pid);
	cr_assert(console_until(&console, is_offline, NULL, 5000));
	cr_assert_eq(outcome.calls, 0, "nobody knows yet: %s", outcome.result.error.text);
	cr_assert_eq(queue_count(console.queue), 10, "the snapshot stays");
	cr_assert_lt(link_next_try(console.link), INT64_MAX);
	db_close(holder);
	cr_assert(console_until_done(&console, &outcome, 10000));
	cr_assert_eq(outcome.result.error.kind, ERROR_NONE, "%s", outcome.result.error.text);
	cr_assert_eq(outcome.result.version, 2);
	cr_assert_eq(events_of(&desk, &action), 1);
	cr_assert(console_until_live(&console, 5000));
	cr_assert_eq(outcome.calls, 1);
	cr_assert_eq(link_stats(console.link).reconnects, 1);
	assert_same_order(&desk, &console);
	action_release(&action);
	console_close(&console);
	desk_close(&desk);
}

Test(link, what_was_closed_while_offline_is_gone_after_the_reconnect)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 1500);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));
	int64_t id = ticket_at(&desk, 700);
	desk_do(&desk, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'",
	        desk.login_anna);
	desk_do(&desk, "UPDATE sandglass.ticket SET status = 'closed', version = version + 1 WHERE id = %lld",
	        (long long)id);
	cr_assert(console_until(&console, is_offline, NULL, 5000));
	cr_assert(console_until_live(&console, 10000));
	cr_assert_not(queue_find(console.queue, id));
	cr_assert_eq(queue_count(console.queue), 1499);
	assert_same_order(&desk, &console);
	console_close(&console);
	desk_close(&desk);
}

/* ---- conversations -------------------------------------------------------------------------------------- */

struct read_conversation {
	int calls;
	size_t entries;
	int64_t ticket_id;
	enum error_kind kind;
	char body[64];
};

static void note_conversation(void *context, struct conversation *conversation, const struct error *err)
{
	struct read_conversation *out = context;
	out->calls++;
	out->ticket_id = conversation->ticket_id;
	out->entries = conversation->count;
	out->kind = err ? err->kind : ERROR_NONE;
	if (conversation->count)
		snprintf(out->body, sizeof out->body, "%s", conversation->entries[0].body);
}

static bool is_read(struct console *console, void *context)
{
	return ((const struct read_conversation *)context)->calls > 0;
}

Test(link, reads_conversations)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 3);
	struct console console;
	console_open(&console, desk.anna);
	struct read_conversation forgotten = {0}, good = {0}, missing = {0};
	int64_t id = ticket_at(&desk, 1);
	link_conversation(console.link, ticket_at(&desk, 0), note_conversation, &forgotten);
	link_conversation(console.link, id, note_conversation, &good);
	cr_assert(console_until(&console, is_read, &good, 20000));
	cr_assert_eq(forgotten.calls, 0, "it was not sent when the next one was asked for");
	cr_assert_eq(good.kind, ERROR_NONE);
	cr_assert_eq(good.ticket_id, id);
	cr_assert_eq(good.entries, 1);
	cr_assert_str_eq(good.body, "Hello");
	link_conversation(console.link, 999999, note_conversation, &missing);
	cr_assert(console_until(&console, is_read, &missing, 5000));
	cr_assert_eq(missing.kind, ERROR_NOT_FOUND);
	console_close(&console);
	desk_close(&desk);
}

struct told {
	int calls;
	enum error_kind kind;
	size_t facts;
	int64_t ticket_id;
};

static void note_explanation(void *context, const struct explanation *explanation, const struct error *err)
{
	struct told *told = context;
	told->calls++;
	told->kind = err ? err->kind : ERROR_NONE;
	told->facts = explanation->count;
	told->ticket_id = explanation->count ? explanation->facts[0].seconds : 0;
}

static bool is_told(struct console *console, void *context)
{
	return ((struct told *)context)->calls > 0;
}

Test(link, explains_a_timer_when_it_is_connected)
{
	struct desk desk = desk_open(cluster());
	desk_fill(&desk, 1);
	struct console console;
	struct told early = {0}, good = {0}, missing = {0};
	console_open(&console, desk.anna);
	cr_expect(!link_explain(console.link, ticket_at(&desk, 0), note_explanation, &early));
	cr_assert(console_until_live(&console, 20000));
	cr_assert(link_explain(console.link, ticket_at(&desk, 0), note_explanation, &good));
	cr_assert(link_explain(console.link, 999999, note_explanation, &missing));
	cr_assert(console_until(&console, is_told, &missing, 5000));
	cr_expect(good.calls == 1 && good.kind == ERROR_NONE && good.facts == 1 &&
	          good.ticket_id == ticket_at(&desk, 0));
	cr_expect(missing.calls == 1 && missing.kind == ERROR_NOT_FOUND && missing.facts == 0);
	link_explain(console.link, ticket_at(&desk, 0), note_explanation, &early);
	console_close(&console);
	cr_expect_eq(early.calls, 0, "who closes is told nothing more");
	desk_close(&desk);
}

/* ---- failures at the first connection ---------------------------------------------------------------------- */

Test(link, a_first_failure_is_final_and_says_why)
{
	struct desk desk = desk_open(cluster());
	char *nobody = alloc_format("%s_nobody", desk.database);
	desk_do(&desk, "CREATE ROLE %s LOGIN", nobody);
	const struct {
		char *conninfo;
		enum error_kind kind;
	} cases[] = {
	        {alloc_format("host=%s user=%s dbname=%s", cluster(), nobody, desk.database),
	                ERROR_PERMISSION},
	        {alloc_format("host=%s user=%s dbname=nowhere", cluster(), nobody), ERROR_SCHEMA},
	        {alloc_format("host=%s user=postgres dbname=postgres", cluster()), ERROR_SCHEMA},
	        {alloc_format("host=%s user=no_such_login dbname=%s", cluster(), desk.database), ERROR_AUTH},
	        {alloc_format("host=/nowhere dbname=x"), ERROR_UNAVAILABLE},
	        {alloc_format("host=127.0.0.1 port=1 dbname=x"), ERROR_UNAVAILABLE},
	        {alloc_format("nonsense=1"), ERROR_USAGE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct console console;
		console_open(&console, cases[i].conninfo);
		cr_assert(console_until(&console, is_offline, NULL, 15000), "%s", cases[i].conninfo);
		cr_assert_eq(link_error(console.link)->kind, cases[i].kind, "%s: %s", cases[i].conninfo,
		        link_error(console.link)->text);
		cr_assert_not(strchr(link_error(console.link)->text, '\n'));
		cr_assert_eq(link_next_try(console.link), INT64_MAX);
		console_close(&console);
		free(cases[i].conninfo);
	}
	free(nobody);
	desk_close(&desk);
}

/* ---- a server that dies, and one that is stopped ------------------------------------------------------------- */

/* Keeps since when the server owed an answer, as long as it did. */
static bool is_given_up(struct console *console, void *context)
{
	int64_t since = link_silent_since(console->link), *silent = context;
	if (since != INT64_MAX)
		*silent = since;
	return is_offline(console, NULL);
}

static void run_cluster_script(const char *action, const char *dir)
{
	char *script = alloc_format("%s/tests/support/cluster.sh", getenv("SANDGLASS_TEST_ROOT"));
	pid_t child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", script, action, dir, (char *)NULL);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	cr_assert_eq(status, 0, "cluster.sh %s %s", action, dir);
	free(script);
}

Test(link, survives_kill_9_and_a_stopped_backend, .timeout = 110)
{
	char *dir = alloc_format("%s/pg-link", getenv("SANDGLASS_TEST_WORK"));
	run_cluster_script("start", dir);
	struct desk desk = desk_open(dir);
	desk_fill(&desk, 300);
	struct console console;
	console_open(&console, desk.anna);
	cr_assert(console_until_loaded(&console, 20000));

	/* Killed while the change is under way: the whole server restarts and recovers. */
	int64_t id = ticket_at(&desk, 5);
	struct db *holder = hold_ticket(&desk, id);
	struct action action;
	struct outcome outcome;
	status_action(&action, id);
	console_act(&console, &action, &outcome);
	pid_t backend = (pid_t)waiting_backend(&desk, &console, desk.login_anna);
	cr_assert_eq(kill(backend, SIGKILL), 0);
	cr_assert(console_until_done(&console, &outcome, 30000));
	cr_assert_eq(outcome.result.error.kind, ERROR_NONE, "%s", outcome.result.error.text);
	cr_assert(console_until_live(&console, 10000));
	db_close(holder);
	db_close(desk.db);
	struct error err;
	desk.db = db_open(desk.owner, &err);
	cr_assert(desk.db, "%s", err.text);
	cr_assert_eq(events_of(&desk, &action), 1);
	cr_assert_eq(
	        desk_number(&desk, "SELECT version FROM sandglass.ticket WHERE id = %lld", (long long)id), 2);
	cr_assert_eq(outcome.calls, 1);

	/* Stopped: no answer and no end of the connection. It is given up, and another one is made. */
	backend = (pid_t)desk_number(
	        &desk, "SELECT pid FROM pg_stat_activity WHERE usename = '%s'", desk.login_anna);
	int64_t begun = clock_ms();
	cr_assert_eq(kill(backend, SIGSTOP), 0);
	int64_t silent = 0;
	cr_assert(console_until(&console, is_given_up, &silent, 15000));
	cr_assert_gt(silent, 0, "what is not answered is known before it is given up");
	cr_assert_gt(clock_ms() - begun, 9000, "ten seconds of silence, not less");
	cr_assert_leq(link_offline_since(console.link), silent,
	        "offline since it was last heard, not since it was given up");
	cr_assert_eq(link_silent_since(console.link), INT64_MAX);
	cr_assert(console_until_live(&console, 10000));
	kill(backend, SIGCONT);
	action_release(&action);
	console_close(&console);
	desk_close(&desk);
	run_cluster_script("stop", dir);
	free(dir);
}
