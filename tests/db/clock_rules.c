/*
 * The rules of the reply clocks, each as what happens on a ticket and the ledger that must come of it.
 *
 * A step is "MM-DD HH:MM WHAT" (2026, the agreement's UTC+2; 11-23 is a Monday):
 *   mail            the customer writes            colleague   somebody else of his organization writes
 *   third           a third party writes           auto        an automatic message comes
 *   reply STATUS    anna answers                   note        anna writes an internal note
 *   claim           anna takes it                  dismiss     anna says that no reply is needed
 *   status STATUS   anna sets it                   status! STATUS  the same although a customer waits
 *   priority WORD   anna sets it                   undo        anna takes her last action back
 *   plan NAME       the organization gets that plan
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MOST = 9 };

struct rule {
	const char *says, *organization;
	const char *steps[STEPS_MOST];
	const char *status, *ledger;
};

static const struct rule rules[] = {
        {"a wait opens at the oldest unanswered message; more messages do not move it", "ent",
                {"11-23 10:00 mail", "11-23 11:00 mail", "11-23 11:30 colleague"}, "new",
                "first_reply due 11-23 12:00"},
        {"a public reply closes it, the next message opens the next one", "ent",
                {"11-23 10:00 mail", "11-23 11:00 reply pending", "11-23 13:00 mail", "11-23 14:00 mail"},
                "open", "first_reply met 3600/7200, next_reply due 11-23 15:00"},
        {"nothing else closes, opens or restarts it", "ent",
                {"11-23 10:00 mail", "11-23 10:10 claim", "11-23 10:20 note", "11-23 10:30 priority urgent",
                        "11-23 10:40 third", "11-23 10:50 auto", "11-23 10:55 status! pending"},
                "pending", "first_reply due 11-23 12:00"},
        {"mail from machines and third parties opens no wait and no ticket again", "ent",
                {"11-23 10:00 mail", "11-23 11:00 reply closed", "11-23 12:00 auto", "11-23 12:10 third"},
                "closed", "first_reply met 3600/7200"},
        {"met at the last second of the target", "ent", {"11-23 10:00 mail", "11-23 12:00 reply pending"},
                "pending", "first_reply met 7200/7200"},
        {"breached one second later", "ent", {"11-23 10:00 mail", "11-23 12:00:01 reply pending"}, "pending",
                "first_reply breached 7201/7200"},
        {"due at closing time: met all evening", "ent", {"11-23 15:00 mail", "11-23 20:00 reply pending"},
                "pending", "first_reply met 7200/7200"},
        {"and at the next opening to the second", "ent", {"11-23 15:00 mail", "11-24 09:00 reply pending"},
                "pending", "first_reply met 7200/7200"},
        {"breached after it", "ent", {"11-23 15:00 mail", "11-24 09:00:01 reply pending"}, "pending",
                "first_reply breached 7201/7200"},
        {"parts of a second do not count", "ent", {"11-23 10:00:00.9 mail", "11-23 12:00:00.1 reply pending"},
                "pending", "first_reply met 7200/7200"},
        {"reply clocks do not pause on pending and hold", "ent",
                {"11-23 10:00 mail", "11-23 10:30 status! hold", "11-23 11:30 status! pending"}, "pending",
                "first_reply due 11-23 12:00"},
        {"a policy may pause them: what is left is kept to the second", "pause",
                {"11-23 10:00 mail", "11-23 10:30:17 status! hold"}, "hold", "first_reply paused 5383 left"},
        {"and counts on from there", "pause",
                {"11-23 10:00 mail", "11-23 10:30 status! hold", "11-23 16:00 status open",
                        "11-24 09:30 reply pending"},
                "pending", "first_reply met 7200/7200"},
        {"twice", "pause",
                {"11-23 10:00 mail", "11-23 10:30 status! hold", "11-23 11:00 status open",
                        "11-23 11:30 status! hold", "11-23 12:00 status open"},
                "open", "first_reply due 11-23 13:00"},
        {"what was used survives a change of target", "pause",
                {"11-23 10:00 mail", "11-23 10:30 status! hold", "11-23 11:00 plan Basic",
                        "11-24 10:00 claim"},
                "hold", "first_reply due 11-24 10:30"},
        {"a message to a ticket on hold waits there with a clock that stands", "pause",
                {"11-23 10:00 mail", "11-23 10:30 reply hold", "11-23 11:00 mail"}, "hold",
                "first_reply met 1800/7200, next_reply paused 7200 left"},
        {"over the target before a pause stays over", "pause",
                {"11-23 10:00 mail", "11-23 13:00 status! hold", "11-24 10:00 status open",
                        "11-24 10:10 reply pending"},
                "pending", "first_reply breached 11400/7200"},
        {"resolution runs from the first message to closing and pauses on pending and hold", "solve",
                {"11-23 09:00 mail", "11-23 10:00 reply pending", "11-23 15:00 mail",
                        "11-23 16:00 reply hold", "11-24 11:00 status open", "11-24 12:00 reply closed"},
                "closed", "first_reply met 3600/7200, resolution met 10800/28800, next_reply met no target"},
        {"no reply needed is an outcome of its own", "ent", {"11-23 10:00 mail", "11-23 11:00 dismiss"},
                "new", "first_reply dismissed 3600/7200"},
        {"closing on a waiting customer is recorded as that", "ent",
                {"11-23 10:00 mail", "11-23 11:00 status! closed"}, "closed",
                "first_reply closed_unanswered 3600/7200"},
        {"going on with pending leaves the clock running", "ent",
                {"11-23 10:00 mail", "11-23 11:00 status! pending", "11-23 11:30 mail"}, "open",
                "first_reply due 11-23 12:00"},
        {"a message on a closed ticket opens it again", "ent",
                {"11-23 10:00 mail", "11-23 11:00 reply closed", "11-24 10:00 mail"}, "open",
                "first_reply met 3600/7200, next_reply due 11-24 12:00"},
        {"priority changes no target by itself", "ent", {"11-23 10:00 mail", "11-23 10:10 priority urgent"},
                "new", "first_reply due 11-23 12:00"},
        {"unless the policy has one for it: the start stays", "page",
                {"11-23 10:00 mail", "11-23 10:10 priority urgent"}, "new", "first_reply due 11-23 11:00"},
        {"and back", "page", {"11-23 10:00 mail", "11-23 10:10 priority urgent", "11-23 10:20 undo"}, "new",
                "first_reply due 11-23 12:00"},
        {"another plan: the start stays, the target is new, finished waits are frozen", "ent",
                {"11-23 10:00 mail", "11-23 10:30 reply pending", "11-23 12:00 mail",
                        "11-23 12:10 plan Business"},
                "open", "first_reply met 1800/7200, next_reply due 11-23 16:00"},
        {"another plan cannot erase a breach", "ent",
                {"11-23 10:00 mail", "11-23 13:00 plan Basic", "11-23 14:00 reply pending"}, "pending",
                "first_reply breached 14400/7200"},
        {"nor can another priority", "page",
                {"11-23 10:00 mail", "11-23 10:10 priority urgent", "11-23 11:30 priority normal",
                        "11-23 11:40 reply pending"},
                "pending", "first_reply breached 6000/3600"},
        {"without a plan the customer waits, with no target", "none", {"11-23 10:00 mail"}, "new",
                "first_reply no target"},
        {"and gets one from the start of the wait when the plan comes", "none",
                {"11-23 10:00 mail", "11-23 10:30 plan Enterprise"}, "new", "first_reply due 11-23 12:00"},
        {"undo of a dismissal: the wait runs as it was, both facts stay", "ent",
                {"11-23 10:00 mail", "11-23 11:00 dismiss", "11-23 11:30 undo", "11-23 11:40 reply pending"},
                "pending", "first_reply dismissed 3600/7200, first_reply met 6000/7200"},
        {"undo of closing: the same", "ent",
                {"11-23 10:00 mail", "11-23 11:00 status! closed", "11-23 11:30 undo"}, "new",
                "first_reply closed_unanswered 3600/7200, first_reply due 11-23 12:00"},
        {"undo of closing brings the resolution clock back", "solve",
                {"11-23 09:00 mail", "11-23 10:00 reply open", "11-23 11:00 status closed",
                        "11-23 12:00 undo"},
                "open",
                "first_reply met 3600/7200, resolution met 7200/28800, resolution due 11-23 17:00 breach 11-24 09:00"},
};

struct play {
	PGconn *conn;
	const char *organization;
	int number, step;
	int64_t ticket;
	char first[64], last_request[40];
};

static void write_mail(struct play *play, const char *when, const char *from, bool automatic)
{
	char id[64];
	snprintf(id, sizeof id, "%d.%d@rules.test", play->number, play->step);
	const char *answers = play->ticket ? play->first : "";
	if (!play->ticket)
		snprintf(play->first, sizeof play->first, "%s", id);
	int64_t ticket = testdb_int(play->conn,
	        "SELECT ticket_id FROM intake_message_at('2026-%s+02', jsonb_build_object('message_id', '%s', 'in_reply_to', '%s',"
	        " 'from', jsonb_build_object('name', '', 'email', '%s'), 'subject', 'Help', 'body', 'Hello', 'auto', %s), '', '{}')",
	        when, id, answers, from, automatic ? "true" : "false");
	cr_assert(!play->ticket || ticket == play->ticket, "%s went to ticket %" PRId64, id, ticket);
	play->ticket = ticket;
}

static void play_mail(struct play *play, const char *when, const char *argument)
{
	char from[64];
	snprintf(from, sizeof from, "ivan%d@%s.test", play->number, play->organization);
	write_mail(play, when, from, false);
}

static void play_colleague(struct play *play, const char *when, const char *argument)
{
	char from[64];
	snprintf(from, sizeof from, "olga%d@%s.test", play->number, play->organization);
	write_mail(play, when, from, false);
}

static void play_third(struct play *play, const char *when, const char *argument)
{
	write_mail(play, when, "someone@facebook.test", false);
}

static void play_auto(struct play *play, const char *when, const char *argument)
{
	char from[64];
	snprintf(from, sizeof from, "ivan%d@%s.test", play->number, play->organization);
	write_mail(play, when, from, true);
}

static void play_plan(struct play *play, const char *when, const char *plan)
{
	/* The trigger's clock is now; the rule is the same function with an instant. */
	testdb_exec(play->conn,
	        "ALTER TABLE organization DISABLE TRIGGER organization_plan_changed;"
	        " UPDATE organization SET plan_id = (SELECT min(id) FROM plan WHERE name = '%s') WHERE lower(name) = '%s';"
	        " ALTER TABLE organization ENABLE TRIGGER organization_plan_changed;"
	        " SELECT clocks_recompute(id, '2026-%s+02', 'lena', 'plan') FROM organization WHERE lower(name) = '%s'",
	        plan, play->organization, when, play->organization);
}

static void play_undo(struct play *play, const char *when, const char *argument)
{
	testdb_exec(play->conn, "SELECT undo_at('2026-%s+02', '%s')", when, play->last_request);
}

/* An agent's action: the function and its arguments after request, ticket and version, with %s for the step's argument. */
static const struct {
	const char *step, *function, *arguments;
} actions[] = {
        {"reply", "ticket_reply_at", ", 'Answer', '%s', 'Facebook'"},
        {"note", "ticket_note_at", ", 'Look%s'"},
        {"claim", "ticket_claim_at", "%s"},
        {"dismiss", "ticket_dismiss_at", ", 'thanks%s'"},
        {"status", "ticket_set_status_at", ", '%s', 'Facebook'"},
        {"status!", "ticket_set_status_at", ", '%s', 'Facebook', true"},
        {"priority", "ticket_set_priority_at", ", '%s'"},
};

static const struct {
	const char *step;
	void (*play)(struct play *play, const char *when, const char *argument);
} others[] = {{"mail", play_mail}, {"colleague", play_colleague}, {"third", play_third}, {"auto", play_auto},
        {"plan", play_plan}, {"undo", play_undo}};

static void play_step(struct play *play, const char *step)
{
	char day[16], hour[16], what[16], argument[32] = "", when[40], arguments[96];
	cr_assert(sscanf(step, "%15s %15s %15s %31s", day, hour, what, argument) >= 3, "%s", step);
	snprintf(when, sizeof when, "%s %s", day, hour);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(what, others[i].step) == 0) {
			others[i].play(play, when, argument);
			return;
		}
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (strcmp(what, actions[i].step) == 0) {
			snprintf(play->last_request, sizeof play->last_request,
			        "00000000-0000-0000-%04d-%012d", play->number, play->step);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(arguments, sizeof arguments, actions[i].arguments, argument);
#pragma GCC diagnostic pop
			testdb_exec(play->conn, "SELECT %s('2026-%s+02', '%s', %" PRId64 ", 0%s)",
			        actions[i].function, when, play->last_request, play->ticket, arguments);
			return;
		}
	cr_assert_fail("unknown step: %s", step);
}

Test(clocks, follow_the_rules)
{
	struct play play = {.conn = helpdesk_create()};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *rule = &rules[i];
		testdb_exec(play.conn, "BEGIN");
		play.number = (int)i + 1;
		play.ticket = 0;
		play.organization = rule->organization;
		for (play.step = 0; play.step < STEPS_MOST && rule->steps[play.step]; play.step++)
			play_step(&play, rule->steps[play.step]);
		cr_expect_str_eq(helpdesk_ledger(play.conn, play.ticket), rule->ledger, "%s: %s", rule->says,
		        helpdesk_ledger(play.conn, play.ticket));
		const char *status = testdb_text(
		        play.conn, "SELECT status FROM console_ticket WHERE id = %" PRId64, play.ticket);
		cr_expect_str_eq(status, rule->status, "%s: status is %s", rule->says, status);
		/* The queue shows the running wait that is due first. */
		cr_expect_eq(
		        testdb_int(play.conn,
		                "SELECT count(*) FROM ticket t WHERE id = %" PRId64
		                " AND due_at IS DISTINCT FROM (SELECT min(due_at)"
		                " FROM sla_clock c WHERE c.ticket_id = t.id AND ended_at IS NULL AND superseded_by IS NULL)",
		                play.ticket),
		        0, "%s: the queue shows another wait", rule->says);
		testdb_exec(play.conn, "ROLLBACK");
	}
}

/* ---- the worked examples of the agreement --------------------------------------------------------- */

static const struct {
	const char *organization, *wrote, *ledger;
} examples[] = {
        {"ent", "11-23 10:00", "first_reply due 11-23 12:00"},
        {"ent", "11-23 15:00", "first_reply due 11-23 17:00 breach 11-24 09:00"},
        {"ent", "11-23 16:59", "first_reply due 11-24 10:59"},
        {"ent", "11-23 17:00", "first_reply due 11-24 11:00"},
        {"ent", "11-28 13:00", "first_reply due 11-30 11:00"},
        {"ra", "11-27 15:00", "first_reply due 11-30 11:00"},
        {"bus", "12-24 14:30", "first_reply due 12-28 10:30"},
        {"md", "11-23 08:00", "first_reply due 11-23 17:00 breach 11-24 09:00"},
        {"md", "11-23 09:01", "first_reply due 11-24 09:01"},
        {"cost", "11-23 10:00", "first_reply due 11-24 14:00"},
        {"cost", "11-27 16:00", "first_reply due 12-01 12:00"},
};

Test(clocks, worked_examples)
{
	PGconn *conn = helpdesk_create();
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		char id[32], from[32];
		snprintf(id, sizeof id, "%zu@examples.test", i);
		snprintf(from, sizeof from, "ivan@%s.test", examples[i].organization);
		const char *ledger =
		        helpdesk_ledger(conn, helpdesk_mail(conn, examples[i].wrote, from, id, ""));
		cr_expect_str_eq(ledger, examples[i].ledger, "%s %s: %s", examples[i].organization,
		        examples[i].wrote, ledger);
	}
}

/* ---- what does not fit into a line ----------------------------------------------------------------- */

/* A holiday that is announced late: running waits are computed anew, each with an event; finished ones keep their
 * revision, whose spans stay. */
Test(clocks, a_changed_calendar_recomputes_running_waits_only)
{
	PGconn *conn = helpdesk_create();
	int64_t done = helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	int64_t late = helpdesk_mail(conn, "11-23 10:00", "b@ent.test", "b@x", "");
	int64_t running = helpdesk_mail(conn, "11-23 16:00", "c@ent.test", "c@x", "");
	testdb_exec(conn,
	        "SELECT ticket_reply_at('2026-11-23 11:00+02', gen_random_uuid(), %" PRId64 ", 0, 'x')",
	        done);
	int64_t mark = testdb_int(conn, "SELECT max(id) FROM event");
	int64_t version = testdb_int(conn, "SELECT version FROM ticket WHERE id = %" PRId64, running);
	int64_t waits =
	        testdb_int(conn, "SELECT policy_apply_at('2026-11-23 16:30+02', jsonb_set(policy_export(),"
	                         " '{calendars,0,holidays}', '[\"2026-11-24\", \"2026-12-25\"]'))");
	cr_expect_eq(waits, 1);
	cr_expect_str_eq(helpdesk_ledger(conn, running), "first_reply due 11-25 10:00");
	cr_expect_str_eq(helpdesk_ledger(conn, done), "first_reply met 3600/7200");
	cr_expect_str_eq(helpdesk_ledger(conn, late), "first_reply due 11-23 12:00",
	        "breached already: the broken promise stays");
	cr_expect_eq(testdb_int(conn,
	                     "SELECT count(*) FROM event WHERE id > %" PRId64
	                     " AND action = 'recompute' AND ticket_id = %" PRId64
	                     " AND version IS NULL AND actor = 'anna' AND after ->> 'cause' = 'calendar'",
	                     mark, running),
	        1);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event WHERE id > %" PRId64, mark), 2,
	        "the policy and one wait");
	cr_expect_eq(testdb_int(conn, "SELECT version FROM ticket WHERE id = %" PRId64, running), version,
	        "agents do not conflict with it");
	cr_expect_eq(
	        testdb_int(conn,
	                "SELECT work_between(calendar_id, calendar_revision, epoch(started_at), epoch(ended_at))"
	                " FROM sla_clock WHERE ticket_id = %" PRId64,
	                done),
	        3600, "the old revision can still be asked");
	cr_expect_eq(testdb_int(conn, "SELECT policy_apply(policy_export())"), 0,
	        "the same again changes nothing");
}

Test(clocks, history_cannot_be_changed)
{
	PGconn *conn = helpdesk_create();
	int64_t ticket = helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_reply_at('2026-11-23 16:00+02', gen_random_uuid(), %" PRId64 ", 0, 'x')",
	        ticket);
	static const char *const attempts[] = {"UPDATE sla_clock SET outcome = 'met', elapsed_s = 1",
	        "UPDATE sla_clock SET target_s = 99999", "DELETE FROM sla_clock",
	        "TRUNCATE sla_clock CASCADE", "UPDATE event SET actor = 'x'", "DELETE FROM event",
	        "TRUNCATE event CASCADE"};
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
		testdb_refused(conn, "SG006", "%s", attempts[i]);
	int64_t running = helpdesk_mail(conn, "11-23 10:00", "b@ent.test", "b@x", "");
	testdb_refused(conn, "SG006",
	        "UPDATE sla_clock SET started_at = started_at + interval '1 h' WHERE ticket_id = %" PRId64,
	        running);
	testdb_refused(conn, "SG006", "DELETE FROM sla_clock WHERE ticket_id = %" PRId64, running);
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM sla_clock WHERE breached AND outcome = 'breached'"),
	        1);
	testdb_refused(conn, "23514",
	        "INSERT INTO sla_clock (ticket_id, metric, target_s, calendar_id, calendar_revision, started_at,"
	        " resumed_at, ended_at, elapsed_s, outcome) SELECT ticket_id, metric, target_s, calendar_id,"
	        " calendar_revision, started_at, resumed_at, ended_at, elapsed_s, 'met' FROM sla_clock WHERE breached");
}

Test(clocks, merge_keeps_the_earliest_wait_and_unmerge_restores_both)
{
	PGconn *conn = helpdesk_create();
	int64_t a = helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	int64_t b = helpdesk_mail(conn, "11-23 10:30", "a@ent.test", "b@x", "");
	testdb_exec(conn,
	        "SELECT ticket_merge_at('2026-11-23 11:00+02', gen_random_uuid(), %" PRId64 ", 0, %" PRId64
	        ")",
	        a, b);
	cr_expect_str_eq(
	        helpdesk_ledger(conn, b), "first_reply due 11-23 12:00, first_reply due 11-23 12:30 aside");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT status || ' ' || message_count || ' ' || coalesce(due_at::text, '-') FROM ticket WHERE id = %" PRId64,
	                a),
	        "closed 0 -");
	cr_expect_eq(testdb_int(conn, "SELECT message_count FROM ticket WHERE id = %" PRId64, b), 2);
	cr_expect_eq(helpdesk_mail(conn, "11-23 11:10", "a@ent.test", "c@x", "a@x"), b,
	        "answers to the one go to the other");
	testdb_refused(conn, "SG006", "SELECT ticket_note(gen_random_uuid(), %" PRId64 ", 0, 'x')", a);
	testdb_exec(conn,
	        "SELECT ticket_unmerge_at('2026-11-23 11:20+02', gen_random_uuid(), %" PRId64 ", 0)", a);
	cr_expect_str_eq(helpdesk_ledger(conn, a), "first_reply due 11-23 12:00");
	cr_expect_str_eq(helpdesk_ledger(conn, b), "first_reply due 11-23 12:30");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT status || ' ' || message_count FROM ticket WHERE id = %" PRId64, a),
	        "new 1");
	/* Merged again and answered: the breach of the one is not hidden by the other. */
	testdb_exec(conn,
	        "SELECT ticket_merge_at('2026-11-23 11:30+02', gen_random_uuid(), %" PRId64 ", 0, %" PRId64
	        ")",
	        b, a);
	testdb_exec(conn,
	        "SELECT ticket_reply_at('2026-11-23 12:10+02', gen_random_uuid(), %" PRId64 ", 0, 'x')", a);
	cr_expect_str_eq(
	        helpdesk_ledger(conn, a), "first_reply breached 7800/7200, first_reply met 6000/7200 aside");
	testdb_exec(conn,
	        "SELECT ticket_unmerge_at('2026-11-23 12:20+02', gen_random_uuid(), %" PRId64 ", 0)", b);
	cr_expect_str_eq(
	        helpdesk_ledger(conn, a), "first_reply breached 7800/7200, first_reply met 6000/7200 aside");
	testdb_refused(conn, "SG006", "SELECT ticket_unmerge(gen_random_uuid(), %" PRId64 ", 0)", b);
}

Test(clocks, what_was_measured_before_a_merge_stays_where_it_was)
{
	PGconn *conn = helpdesk_create();
	const int64_t a = helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_reply_at('2026-11-23 10:10+02', gen_random_uuid(), %" PRId64 ", 0, 'x')", a);
	helpdesk_mail(conn, "11-23 10:20", "a@ent.test", "b@x", "a@x");
	const int64_t b = helpdesk_mail(conn, "11-23 10:30", "a@ent.test", "c@x", "");
	testdb_exec(conn,
	        "SELECT ticket_merge_at('2026-11-23 11:00+02', gen_random_uuid(), %" PRId64 ", 0, %" PRId64
	        ")",
	        a, b);
	cr_expect_str_eq(helpdesk_ledger(conn, a), "first_reply met 600/7200");
	cr_expect_str_eq(
	        helpdesk_ledger(conn, b), "next_reply due 11-23 12:20, first_reply due 11-23 12:30 aside");
}

/* A ticket that an agent opens has no wait until the customer writes; the plan that changes tells the clock by itself. */
/* What is promised may change between an action and its undo: the wait that runs again runs by what holds now. */
Test(clocks, a_wait_that_is_reopened_gets_the_target_that_holds_now)
{
	PGconn *conn = helpdesk_create();
	static const struct {
		const char *at, *change, *back, *due;
	} cases[] = {
	        {"10:10", "SELECT 1", "10:20", "first_reply due 11-23 12:00"},
	        {"10:10", "SELECT organization_put('Ent', 'Business', true)", "10:20",
	                "first_reply due 11-23 14:00"},
	        {"10:10",
	                "SELECT policy_apply(jsonb_set(policy_export(), '{calendars,0,exceptions}',"
	                " '[{\"date\":\"2026-11-23\",\"hours\":[\"09:00-11:00\"]}]'))",
	                "10:20", "first_reply due 11-24 10:00"},
	        {"10:10", "SELECT organization_put('Ent', 'Business', true)", "12:20",
	                "first_reply due 11-23 12:00"}, /* broken by then: the promise stays */
	};
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn,
		        "BEGIN; SELECT ticket_dismiss_at('2026-11-23 %s+02', r, 1, 0, 'thanks') FROM"
		        " (SELECT '00000000-0000-0000-0000-000000000001'::uuid AS r) x; %s",
		        cases[i].at, cases[i].change);
		testdb_exec(conn,
		        "SELECT undo_at('2026-11-23 %s+02', '00000000-0000-0000-0000-000000000001')",
		        cases[i].back);
		const char *ledger = strstr(helpdesk_ledger(conn, 1), ", ");
		cr_assert(ledger);
		cr_expect_str_eq(ledger + 2, cases[i].due, "%s: %s", cases[i].change, ledger);
		cr_expect_eq(
		        testdb_int(conn, "SELECT count(*) FROM ticket t JOIN sla_clock c ON c.id = t.clock_id"
		                         " WHERE t.due_at = c.due_at AND c.ended_at IS NULL"),
		        1, "%s: the queue sorts by it", cases[i].change);
		testdb_exec(conn, "ROLLBACK");
	}
}

Test(clocks, opened_by_an_agent_and_a_plan_that_changes)
{
	PGconn *conn = helpdesk_create();
	int64_t ticket = testdb_int(conn,
	        "SELECT ticket_id FROM ticket_open_at('2026-11-23 10:00+02', gen_random_uuid(), 'A@ent.test', 'Anton',"
	        " 'News', 'Good day', 'email', 'normal')");
	cr_expect_str_eq(helpdesk_ledger(conn, ticket), "");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT status || ' ' || recipient FROM ticket t JOIN outbox o ON o.ticket_id = t.id"),
	        "pending a@ent.test");
	const char *sent = testdb_text(conn, "SELECT header_id FROM outbox");
	cr_expect_eq(helpdesk_mail(conn, "11-23 11:00", "a@ent.test", "a@x", sent), ticket);
	cr_expect_str_eq(helpdesk_ledger(conn, ticket), "first_reply due 11-23 13:00");
	int64_t phone = testdb_int(conn,
	        "SELECT ticket_id FROM ticket_open(gen_random_uuid(), 'b@ent.test', '', 'Call', 'He asked', 'phone', 'high')");
	cr_expect_str_eq(
	        testdb_text(
	                conn, "SELECT status || ' ' || message_count FROM ticket WHERE id = %" PRId64, phone),
	        "open 0");

	testdb_exec(conn,
	        "SELECT intake_message('{\"message_id\":\"now\",\"from\":{\"email\":\"n@ra.test\"}}', '', '{}')");
	testdb_exec(conn,
	        "UPDATE organization SET plan_id = (SELECT id FROM plan WHERE name = 'Basic') WHERE name = 'RA'");
	cr_expect_eq(testdb_int(conn, "SELECT target_s FROM sla_clock ORDER BY id DESC LIMIT 1"), 28800);
	int64_t t = helpdesk_mail(conn, "11-23 10:00", "a@none.test", "none@x", "");
	testdb_exec(conn, "SELECT organization_put('None', 'Enterprise')");
	cr_expect_str_eq(
	        testdb_text(
	                conn, "SELECT body FROM console_conversation(%" PRId64 ") WHERE kind = 'event'", t),
	        "first reply target none -> 02:00:00 because the plan changed, due 2026-11-23 10:00 UTC");
}
