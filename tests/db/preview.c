/*
 * What an action is drawn as before the server answers, against what the server makes of it: for every action, in every
 * status, with and without a waiting customer, of nobody's, one's own and a colleague's ticket. Where the server refuses
 * there is nothing to compare.
 */
#include "core/action.h"

#include "store/db.h"
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct db *db;
static int64_t ticket, other;
static int32_t anna, ben;

static void must(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void must(const char *format, ...)
{
	char sql[600];
	struct error err;
	va_list args;
	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	cr_assert(db_script(db, sql, &err), "%s: %s", sql, err.text);
}

static struct ticket_row read_row(struct db_result *result)
{
	char sql[900];
	struct error err;
	struct ticket_row row;
	snprintf(sql, sizeof sql, "SELECT %s FROM sandglass.console_ticket WHERE id = %" PRId64,
	        db_ticket_columns, ticket);
	cr_assert(db_query(db, sql, NULL, 0, result, &err), "%s", err.text);
	db_ticket(result, 0, 0, &row);
	return row;
}

static const struct {
	const char *words;
	struct action action;
} actions[] = {
        {"set new", {.kind = ACTION_STATUS, .status = STATUS_NEW, .wait_goes_on = true}},
        {"set open", {.kind = ACTION_STATUS, .status = STATUS_OPEN}},
        {"set pending", {.kind = ACTION_STATUS, .status = STATUS_PENDING, .wait_goes_on = true}},
        {"set hold", {.kind = ACTION_STATUS,
                             .status = STATUS_HOLD,
                             .wait_goes_on = true,
                             .text = (char[]){"Meta"}}},
        {"set closed", {.kind = ACTION_STATUS, .status = STATUS_CLOSED, .wait_goes_on = true}},
        {"urgent", {.kind = ACTION_PRIORITY, .priority = PRIORITY_URGENT}},
        {"normal", {.kind = ACTION_PRIORITY, .priority = PRIORITY_NORMAL}},
        {"give to ben", {.kind = ACTION_ASSIGN, .assignee_id = -1}},
        {"give to nobody", {.kind = ACTION_ASSIGN}},
        {"claim", {.kind = ACTION_CLAIM}},
        {"reply, open", {.kind = ACTION_REPLY, .status = STATUS_OPEN, .text = (char[]){"x"}}},
        {"reply, pending", {.kind = ACTION_REPLY, .status = STATUS_PENDING, .text = (char[]){"x"}}},
        {"reply, hold", {.kind = ACTION_REPLY,
                                .status = STATUS_HOLD,
                                .text = (char[]){"x"},
                                .hold_for = (char[]){"Google"}}},
        {"reply, closed", {.kind = ACTION_REPLY, .status = STATUS_CLOSED, .text = (char[]){"x"}}},
        {"note", {.kind = ACTION_NOTE, .text = (char[]){"x"}}},
        {"tag", {.kind = ACTION_TAG,
                        .text = (char[]){"billing,vip,zürich"},
                        .tags_off = (char[]){"old,spam,zürich"}}},
        {"subject", {.kind = ACTION_SUBJECT, .text = (char[]){"Another"}}},
        {"merge", {.kind = ACTION_MERGE, .into = -1}},
        {"dismiss", {.kind = ACTION_DISMISS, .text = (char[]){"thanks"}}},
};

/* The ticket as the case wants it, in the transaction that is rolled back at its end. */
static void arrange(enum status status, bool waits, int32_t assignee)
{
	if (!waits)
		must("SELECT sandglass.ticket_reply(gen_random_uuid(), %" PRId64 ", 0, 'x', 'open')", ticket);
	must("SELECT sandglass.ticket_set_status(gen_random_uuid(), %" PRId64 ", 0, '%s', %s, true)", ticket,
	        status_name(status), status == STATUS_HOLD ? "'Facebook'" : "NULL");
	must("SELECT sandglass.ticket_tag(gen_random_uuid(), %" PRId64 ", 0, '{spam,new,старый}', '{}')",
	        ticket);
	must("UPDATE sandglass.ticket SET assignee_id = nullif(%d, 0) WHERE id = %" PRId64, (int)assignee,
	        ticket);
}

static bool same_preview(const struct ticket_row *a, const struct ticket_row *b)
{
	return a->priority == b->priority && a->precedence == b->precedence && a->status == b->status &&
	       a->assignee_id == b->assignee_id && a->metric == b->metric && a->paused == b->paused &&
	       a->target_s == b->target_s && a->remaining_s == b->remaining_s &&
	       a->calendar_id == b->calendar_id && a->started_at == b->started_at && a->due_at == b->due_at &&
	       a->breach_at == b->breach_at && a->last_author == b->last_author &&
	       strcmp(a->hold_for, b->hold_for) == 0 && strcmp(a->tags, b->tags) == 0 &&
	       strcmp(a->subject, b->subject) == 0;
}

/* Returns whether the server did it. */
static bool compare(int which, enum status status, bool waits, int32_t assignee)
{
	struct db_result before_result, after_result;
	struct action_result answer = {.version = 0};
	struct error err;
	struct action action = actions[which].action;
	must("BEGIN");
	arrange(status, waits, assignee);
	struct ticket_row before = read_row(&before_result), twice;
	struct strbuf rooms[2] = {STRBUF_INIT, STRBUF_INIT};
	action_make_id(action.request_id);
	action.ticket_id = ticket;
	action.version = before.version;
	if (action.assignee_id)
		action.assignee_id = ben;
	if (action.into)
		action.into = other;
	bool asked = db_action(db, &action, &answer, &err);
	cr_assert(asked, "%s", err.text);
	bool done = answer.error.kind == ERROR_NONE;
	if (done) {
		struct ticket_row after = read_row(&after_result);
		action_preview(&action, anna, &before, &rooms[0]);
		cr_expect(same_preview(&before, &after),
		        "%s of a ticket that is %s, %s, of %s: drawn as %s of %d (metric %d, hold for '%s'), is %s of %d (metric %d, hold for '%s')",
		        actions[which].words, status_name(status), waits ? "waiting" : "answered",
		        assignee == ben    ? "a colleague"
		        : assignee == anna ? "one's own"
		                           : "nobody",
		        status_name(before.status), (int)before.assignee_id, before.metric, before.hold_for,
		        status_name(after.status), (int)after.assignee_id, after.metric, after.hold_for);
		twice = before;
		action_preview(&action, anna, &twice, &rooms[1]);
		cr_expect(same_preview(&before, &twice) && twice.message_count == before.message_count,
		        "%s: drawn twice it is another", actions[which].words);
		db_result_release(&after_result);
		for (int i = 0; i < 2; i++)
			strbuf_release(&rooms[i]);
	}
	db_result_release(&before_result);
	must("ROLLBACK");
	return done;
}

/* The organization decides whether a resolution clock runs beside the reply's. */
static void compare_all(PGconn *conn, const char *from)
{
	char id[80];
	snprintf(id, sizeof id, "other-%s", from);
	other = helpdesk_mail(conn, "11-23 10:00", from, id, "");
	ticket = helpdesk_mail(conn, "11-23 10:00", from, from, "");
	for (int which = 0; which < (int)(sizeof actions / sizeof *actions); which++) {
		int done = 0;
		for (enum status status = 0; status < STATUS_COUNT; status++)
			for (int variant = 0; variant < 6; variant++)
				done += compare(which, status, variant % 2,
				        variant / 2 == 0   ? 0
				        : variant / 2 == 1 ? anna
				                           : ben);
		cr_expect_gt(done, 0, "%s was always refused", actions[which].words);
	}
}

Test(preview, is_what_the_server_makes_of_it)
{
	PGconn *conn = helpdesk_create();
	struct error err;
	anna = (int32_t)testdb_int(conn, "SELECT id FROM agent WHERE login = 'anna'");
	ben = (int32_t)testdb_int(conn, "SELECT id FROM agent WHERE login = 'ben'");
	db = db_open(testdb_conninfo(NULL), &err);
	cr_assert(db, "%s", err.text);
	must("SET sandglass.act_as = 'anna'");
	compare_all(conn, "a@ent.test");
	compare_all(conn, "b@none.test");
	db_close(db);
}
