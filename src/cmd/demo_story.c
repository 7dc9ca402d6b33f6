/*
 * The sample tickets' past.
 *
 * What is wanted is the clock's state now, so time is reckoned backwards: the message that opened the running
 * wait lies (target - left) seconds of working time ago, in the calendar of that customer's plan; what was
 * said before it lies some minutes earlier each, what was said after it between it and now. Then everything
 * happens forwards, by the same functions that agents and mail use, in their variants that take the instant.
 */
#include "cmd/demo_story.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "cmd/demo_data.h"
#include "core/action.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MINUTE = 60, CLAIM_AFTER = 2 * MINUTE, PRIORITY_AFTER = MINUTE, TICKETS_MOST = 100 };

#define DISPATCHER "vera" /* gives a ticket its priority before anybody has it */

struct story {
	const struct demo_ticket *ticket;
	int number; /* in the tables: makes message ids */
	int count;  /* messages */
	int opener; /* index of the message that opened the running wait; -1: nobody waits */
	instant at[DEMO_MESSAGES_MOST];
	char id[24]; /* the ticket's, once it is there */
};

/* ---- placing in time --------------------------------------------------------------------------------- */

static void find_opener(struct story *story)
{
	story->opener = -1;
	for (story->count = 0; story->ticket->say[story->count].voice != SAYS_NOTHING; story->count++) {
		enum demo_voice voice = story->ticket->say[story->count].voice;
		if (voice == SAYS_CUSTOMER && story->opener < 0)
			story->opener = story->count;
		else if (voice == SAYS_AGENT)
			story->opener = -1;
	}
}

static const char *metric_of(const struct story *story)
{
	for (int i = 0; i < story->opener; i++)
		if (story->ticket->say[i].voice == SAYS_CUSTOMER)
			return "next_reply";
	return "first_reply";
}

/*
 * When the running wait began. P is the working time since the calendar's beginning: the instant looked for
 * is the one where P = P(now) - (target - left).
 */
static bool find_start(struct db *db, const struct story *story, instant *out, struct error *err)
{
	static const char sql[] =
	        "WITH target AS (SELECT p.target_s, p.calendar_id, c.revision FROM sandglass.contact"
	        "   JOIN sandglass.organization o ON o.id = contact.organization_id"
	        "   JOIN sandglass.sla_policy p ON p.plan_id = o.plan_id JOIN sandglass.calendar c ON c.id = p.calendar_id"
	        "   WHERE contact.email = $1 AND p.metric = $2::sandglass.clock_metric"
	        "   AND p.priority IS NULL AND p.channel IS NULL),"
	        " present AS (SELECT target.*, work_before + least($4::bigint, span_end) - span_start"
	        "   - (target_s - $3::int) AS work FROM target, LATERAL (SELECT * FROM sandglass.calendar_span s"
	        "   WHERE s.calendar_id = target.calendar_id AND s.revision = target.revision"
	        "   AND span_start <= $4::bigint ORDER BY span_start DESC LIMIT 1) AS span)"
	        " SELECT span_start + work - work_before FROM present, LATERAL (SELECT * FROM sandglass.calendar_span s"
	        "   WHERE s.calendar_id = present.calendar_id AND s.revision = present.revision"
	        "   AND s.work_before < work ORDER BY s.work_before DESC LIMIT 1) AS span";
	char left[16], now[24];
	snprintf(left, sizeof left, "%d", story->ticket->left);
	snprintf(now, sizeof now, "%" PRId64, (int64_t)time(NULL));
	const struct db_value values[] = {
	        {.data = story->ticket->from}, {.data = metric_of(story)}, {.data = left}, {.data = now}};
	struct db_result result;
	if (!db_query(db, sql, values, 4, &result, err))
		return false;
	bool found = result.rows == 1;
	if (found)
		*out = db_int(&result, 0, 0);
	db_result_release(&result);
	return found || error_set(err, ERROR_INTERNAL, "no reply target for %s", story->ticket->from);
}

/* Minutes between a message and the one before it: differ from ticket to ticket, always the same. */
static int64_t gap(const struct story *story, int message)
{
	static const int base[] = {[SAYS_CUSTOMER] = 38, [SAYS_AGENT] = 23, [SAYS_NOTE] = 6};
	return (base[story->ticket->say[message].voice] + (story->number * 7 + message * 11) % 29) * MINUTE;
}

static bool place(struct db *db, struct story *story, struct error *err)
{
	instant now = time(NULL);
	int fixed = story->opener >= 0 ? story->opener : story->count - 1;
	story->at[fixed] = now - (int64_t)story->ticket->ago * MINUTE;
	if (story->opener >= 0 && !find_start(db, story, &story->at[fixed], err))
		return false;
	for (int i = fixed - 1; i >= 0; i--)
		story->at[i] = story->at[i + 1] - gap(story, i + 1);
	for (int i = fixed + 1; i < story->count; i++)
		story->at[i] =
		        story->at[fixed] + (now - story->at[fixed]) * (i - fixed) / (story->count - fixed);
	return true;
}

/* ---- making it happen --------------------------------------------------------------------------------- */

static const char *name_of(const char *email)
{
	for (const struct demo_person *person = demo_people; person->email; person++)
		if (strcmp(person->email, email) == 0)
			return person->name;
	return "";
}

static char *message_id(const struct story *story, int message)
{
	return alloc_format("demo-%d-%d@%s", story->number, message, strchr(story->ticket->from, '@') + 1);
}

static char *instant_text(instant at)
{
	time_t seconds = (time_t)at;
	struct tm utc;
	gmtime_r(&seconds, &utc);
	char text[32];
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return alloc_copy(text);
}

/* The address that the ticket was written to. */
static char *recipient(struct db *db, const struct demo_ticket *ticket, struct error *err)
{
	static const char sql[] =
	        "SELECT coalesce((SELECT address FROM sandglass.mailbox m JOIN sandglass.contact c USING (organization_id)"
	        " WHERE c.email = $1 AND $2::boolean), (SELECT value FROM sandglass.setting WHERE name = 'support_address'))";
	const struct db_value values[] = {{.data = ticket->from}, {.data = ticket->mailbox ? "t" : "f"}};
	struct db_result result;
	if (!db_query(db, sql, values, 2, &result, err))
		return NULL;
	char *address = alloc_copy(db_text(&result, 0, 0));
	db_result_release(&result);
	return address;
}

static char *message_json(const struct story *story, int index, const char *to, const char *date)
{
	const struct demo_ticket *ticket = story->ticket;
	const struct demo_message *message = &ticket->say[index];
	char *id = message_id(story, index);
	char *first = index > 0 ? message_id(story, 0) : alloc_copy("");
	char *subject = alloc_format("%s%s", index > 0 ? "Re: " : "", ticket->subject);
	json_t *json = json_pack("{ss ss s[] s{ss ss} ss s[s] s[] ss ss ss sb sb ss ss ss s[]}", "message_id",
	        id, "in_reply_to", first, "references", "from", "name", name_of(ticket->from), "email",
	        ticket->from, "reply_to", "", "to", to, "cc", "subject", subject, "date", date, "body",
	        message->text, "html", 0, "auto", 0, "auto_reason", "", "token", "", "channel",
	        channel_name(ticket->channel), "attachments");
	if (message->file)
		json_array_append_new(json_object_get(json, "attachments"),
		        json_pack("{ss ss sI ss sb}", "name", message->file, "type", "text/plain", "size",
		                (json_int_t)strlen(message->content), "sha256", "", "stored", 1));
	char *text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	free(id);
	free(first);
	free(subject);
	return text;
}

/* A bytea[] of one attachment, or of none. */
static char *contents(const struct demo_message *message)
{
	struct strbuf out = STRBUF_INIT;
	strbuf_adds(&out, "{");
	if (message->file) {
		strbuf_adds(&out, "\"\\\\x");
		for (const char *byte = message->content; *byte; byte++)
			strbuf_addf(&out, "%02x", (unsigned char)*byte);
		strbuf_adds(&out, "\"");
	}
	strbuf_adds(&out, "}");
	return strbuf_detach(&out);
}

static bool customer_writes(struct db *db, struct story *story, int index, struct error *err)
{
	char *to = recipient(db, story->ticket, err);
	if (!to)
		return false;
	char *date = instant_text(story->at[index]);
	char *json = message_json(story, index, to, date);
	char *files = contents(&story->ticket->say[index]);
	const char *text = story->ticket->say[index].text;
	const struct db_value values[] = {{.data = date}, {.data = json},
	        {.data = text, .length = strlen(text), .binary = true}, {.data = files}};
	struct db_result result;
	bool done = db_query(db, "SELECT * FROM sandglass.intake_message_at($1, $2::jsonb, $3, $4::bytea[])",
	        values, 4, &result, err);
	if (done) {
		snprintf(story->id, sizeof story->id, "%s", db_text(&result, 0, 1));
		db_result_release(&result);
	}
	free(to);
	free(date);
	free(json);
	free(files);
	return done;
}

/* One agent's action: sandglass.FUNCTION_at(instant, request, ticket, any version, a, b...). */
static bool act(struct db *db, const struct story *story, const char *login, instant at, const char *call,
        const char *a, const char *b, struct error *err)
{
	char request[37];
	action_make_id(request);
	const struct db_value who = {.data = login};
	char *date = instant_text(at < time(NULL) ? at : time(NULL));
	const struct db_value values[] = {
	        {.data = date}, {.data = request}, {.data = story->id}, {.data = a}, {.data = b}};
	int count = b ? 5 : a ? 4 : 3;
	bool done = db_exec(db, "SELECT set_config('sandglass.act_as', $1, true)", &who, 1, err) &&
	            db_exec(db, call, values, count, err);
	free(date);
	return done;
}

#define CLAIM "SELECT sandglass.ticket_claim_at($1, $2::uuid, $3::bigint, 0)"
#define PRIORITY                                                                                             \
	"SELECT sandglass.ticket_set_priority_at($1, $2::uuid, $3::bigint, 0, $4::sandglass.priority)"
#define TAG   "SELECT sandglass.ticket_tag_at($1, $2::uuid, $3::bigint, 0, string_to_array($4, ','), '{}')"
#define REPLY "SELECT sandglass.ticket_reply_at($1, $2::uuid, $3::bigint, 0, $4)"
#define NOTE  "SELECT sandglass.ticket_note_at($1, $2::uuid, $3::bigint, 0, $4)"
#define STATUS                                                                                                     \
	"SELECT sandglass.ticket_set_status_at($1, $2::uuid, $3::bigint, 0, $4::sandglass.status, nullif($5, '')," \
	" true)"

/* After the first message: who takes it, how urgent it is, its tags. */
static bool receive(struct db *db, const struct story *story, struct error *err)
{
	const struct demo_ticket *ticket = story->ticket;
	instant at = story->at[0];
	return (ticket->priority == PRIORITY_NORMAL ||
	               act(db, story, DISPATCHER, at + PRIORITY_AFTER, PRIORITY,
	                       priority_name(ticket->priority), NULL, err)) &&
	       (!ticket->tags ||
	               act(db, story, DISPATCHER, at + PRIORITY_AFTER, TAG, ticket->tags, NULL, err)) &&
	       (!ticket->assignee ||
	               act(db, story, ticket->assignee, at + CLAIM_AFTER, CLAIM, NULL, NULL, err));
}

/* The state that the messages did not lead to by themselves. */
static bool settle(struct db *db, const struct story *story, struct error *err)
{
	const struct demo_ticket *ticket = story->ticket;
	const struct db_value id = {.data = story->id};
	struct db_result result;
	if (!db_query(db, "SELECT status FROM sandglass.ticket WHERE id = $1::bigint", &id, 1, &result, err))
		return false;
	bool there = strcmp(db_text(&result, 0, 0), status_name(ticket->status)) == 0;
	db_result_release(&result);
	return there || act(db, story, ticket->assignee, story->at[story->count - 1] + 5 * MINUTE, STATUS,
	                        status_name(ticket->status), ticket->hold_for ? ticket->hold_for : "", err);
}

static bool happen(struct db *db, struct story *story, struct error *err)
{
	for (int i = 0; i < story->count; i++) {
		const struct demo_message *message = &story->ticket->say[i];
		const char *agent = story->ticket->assignee;
		bool done = message->voice == SAYS_CUSTOMER ? customer_writes(db, story, i, err)
		            : message->voice == SAYS_AGENT
		                    ? act(db, story, agent, story->at[i], REPLY, message->text, NULL, err)
		                    : act(db, story, agent, story->at[i], NOTE, message->text, NULL, err);
		if (!done || (i == 0 && !receive(db, story, err)))
			return false;
	}
	return settle(db, story, err);
}

static int earlier(const void *a, const void *b)
{
	const struct story *left = a, *right = b;
	return (left->at[0] > right->at[0]) - (left->at[0] < right->at[0]);
}

/* What an agent had answered he had read. */
static bool mark_read(struct db *db, struct error *err)
{
	return db_exec(db,
	        "INSERT INTO sandglass.reading (agent_id, ticket_id, message_id)"
	        " SELECT t.assignee_id, t.id, max(m.id) FROM sandglass.ticket t JOIN sandglass.message m ON m.ticket_id = t.id"
	        " WHERE t.assignee_id IS NOT NULL AND m.author_kind = 'agent' GROUP BY 1, 2 ON CONFLICT DO NOTHING",
	        NULL, 0, err);
}

#define DELIVER                                                                                              \
	"UPDATE sandglass.outbox o SET state = 'sent', sent_at = least(o.send_after, now())"                 \
	" FROM sandglass.message m JOIN sandglass.agent a ON a.id = m.agent_id"                              \
	" WHERE m.id = o.message_id AND o.state = 'waiting' AND "

/* Nobody delivers in the demo: what was answered in the samples was sent. */
static bool deliver_samples(struct db *db, struct error *err)
{
	return db_exec(db, DELIVER "true", NULL, 0, err);
}

bool demo_story_deliver(struct db *db, struct error *err)
{
	struct strbuf logins = STRBUF_INIT;
	for (const struct demo_login *who = demo_logins; who->login; who++)
		if (who->part == DEMO_COLLEAGUE)
			strbuf_addf(&logins, "%s%s", logins.length ? "," : "", who->login);
	const struct db_value value = {.data = logins.data};
	const bool done = db_exec(db,
	        DELIVER "a.login = ANY (string_to_array($1, ',')) AND o.send_after <= now()", &value, 1, err);
	strbuf_release(&logins);
	return done;
}

bool demo_story_tell(struct db *db, struct error *err)
{
	static const struct demo_ticket *const tables[] = {
	        demo_tickets_urgent, demo_tickets_normal, demo_tickets_quiet};
	struct story *stories = alloc_array(TICKETS_MOST, sizeof *stories);
	int count = 0;
	bool done = true;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct demo_ticket *ticket = tables[i];
		        ticket->from && count < TICKETS_MOST && done; ticket++) {
			stories[count] = (struct story){.ticket = ticket, .number = count};
			find_opener(&stories[count]);
			done = place(db, &stories[count++], err);
		}
	qsort(stories, (size_t)count, sizeof *stories, earlier);
	for (int i = 0; i < count && done; i++)
		done = happen(db, &stories[i], err) ||
		       error_prefix(err, "ticket \"%.40s\"", stories[i].ticket->subject);
	free(stories);
	return done && deliver_samples(db, err) && mark_read(db, err);
}
