/*
 * The demo's life: customers who write and colleagues who work.
 *
 * A customer's mail takes the real way: it is built as RFC 5322 and piped into `sandglass intake`, by a login
 * that may do nothing else. Colleagues act by the same actions as a console, each with a connection of his
 * own. One process of all consoles does this; the others wait for the lock.
 *
 * A pending ticket on which somebody has just answered gets its answer first, so whoever tries the demo sees
 * what comes of his reply.
 */
#include "cmd/demo.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "cmd/demo_data.h"
#include "cmd/demo_mail.h"
#include "cmd/demo_story.h"
#include "core/action.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Milliseconds. The first mail comes soon, so that one sees at once that the queue lives. */
enum {
	LOOK = 1000,
	FIRST_MAIL = 6000,
	MAIL_LEAST = 10000,
	MAIL_MOST = 40000,
	WORK_LEAST = 15000,
	WORK_MOST = 50000
};

/* More open tickets than this, and customers only go on with what is there. */
enum { OPEN_MOST = 90 };

struct life {
	struct demo *demo;
	struct db *db; /* the owner's, for looking around; NULL: not connected */
	int64_t next_mail;
	int64_t next_work;
	size_t opening; /* the next one of demo_openings */
};

/* ---- choosing ----------------------------------------------------------------------------------------- */

static uint32_t chance(uint32_t below)
{
	uint32_t bits = 0;
	return getrandom(&bits, sizeof bits, 0) == (ssize_t)sizeof bits ? bits % below : 0;
}

static const struct demo_person *person_of(const char *email)
{
	for (const struct demo_person *person = demo_people; person->email; person++)
		if (strcmp(person->email, email) == 0)
			return person;
	return NULL;
}

/* One of the lines in that person's language; English for those whom the demo does not know. */
static const char *line_for(const struct demo_line *lines, const char *email)
{
	const struct demo_person *person = person_of(email);
	const char *language = person ? person->language : "en";
	const char *chosen = NULL;
	uint32_t seen = 0;
	for (; lines->language; lines++)
		if (strcmp(lines->language, language) == 0 && (chance(++seen) == 0 || !chosen))
			chosen = lines->text;
	return chosen ? chosen : "";
}

/* One row of a query without parameters; false when there is none. Loses the connection when it fails. */
static bool look(struct life *life, const char *sql, struct db_result *row)
{
	struct error ignored;
	if (!life->db) {
		char *conninfo = demo_conninfo(life->demo, DEMO_OWNER, DEMO_DATABASE);
		life->db = db_open(conninfo, &ignored);
		free(conninfo);
	}
	if (!life->db)
		return false;
	if (!db_query(life->db, sql, NULL, 0, row, &ignored)) {
		db_close(life->db);
		life->db = NULL;
		return false;
	}
	if (row->rows > 0)
		return true;
	db_result_release(row);
	return false;
}

/* ---- customers ------------------------------------------------------------------------------------------ */

static void send_mail(struct life *life, const struct demo_mail *mail)
{
	struct strbuf text = STRBUF_INIT, output = STRBUF_INIT;
	demo_mail_build(mail, &text);
	char *conninfo = demo_conninfo(life->demo, DEMO_INTAKE, DEMO_DATABASE);
	const char *argv[] = {"/proc/self/exe", "intake", "-d", conninfo, NULL};
	struct process_options options = {
	        .argv = argv, .input = text.data, .input_length = text.length, .timeout_ms = 10000};
	int code;
	struct error ignored;
	process_run(&options, &output, &code, &ignored);
	free(conninfo);
	strbuf_release(&text);
	strbuf_release(&output);
}

static char *support_address(struct life *life)
{
	struct db_result row;
	if (!look(life, "SELECT value FROM sandglass.setting WHERE name = 'support_address'", &row))
		return NULL;
	char *address = alloc_copy(db_text(&row, 0, 0));
	db_result_release(&row);
	return address;
}

static void write_new(struct life *life, const char *to)
{
	const struct demo_opening *opening = &demo_openings[life->opening++];
	if (!demo_openings[life->opening].from)
		life->opening = 0;
	const struct demo_mail mail = {.from_name = person_of(opening->from)->name,
	        .from_email = opening->from,
	        .to = to,
	        .subject = opening->subject,
	        .in_reply_to = "",
	        .body = opening->text};
	send_mail(life, &mail);
}

/* Columns of both queries below: e-mail, name, subject, Message-ID to answer. */
#define CONVERSATION                                                                                         \
	"SELECT c.email, c.name, t.subject, m.message_id FROM sandglass.ticket t"                            \
	" JOIN sandglass.contact c ON c.id = t.requester_id CROSS JOIN LATERAL"                              \
	" (SELECT message_id FROM sandglass.message WHERE ticket_id = t.id AND kind = 'public'"              \
	"  AND message_id IS NOT NULL ORDER BY id DESC LIMIT 1) m"

static bool write_on(struct life *life, const char *to, const char *sql, const struct demo_line *lines)
{
	struct db_result row;
	if (!look(life, sql, &row))
		return false;
	const char *subject = db_text(&row, 0, 2);
	bool again = strncmp(subject, "Re: ", 4) == 0;
	char *reply = alloc_format("%s%s", again ? "" : "Re: ", subject);
	const struct demo_mail mail = {.from_name = db_text(&row, 0, 1),
	        .from_email = db_text(&row, 0, 0),
	        .to = to,
	        .subject = reply,
	        .in_reply_to = db_text(&row, 0, 3),
	        .body = line_for(lines, db_text(&row, 0, 0))};
	send_mail(life, &mail);
	free(reply);
	db_result_release(&row);
	return true;
}

static bool too_many_open(struct life *life)
{
	struct db_result row;
	if (!look(life, "SELECT count(*) FROM sandglass.ticket WHERE status <> 'closed'", &row))
		return true;
	bool many = db_int(&row, 0, 0) >= OPEN_MOST;
	db_result_release(&row);
	return many;
}

static void some_customer_writes(struct life *life)
{
	static const char answer[] =
	        CONVERSATION " WHERE t.status = 'pending' AND t.last_message_at < now() - interval '8 s'"
	                     " ORDER BY t.last_message_at > now() - interval '10 min' DESC, random() LIMIT 1";
	static const char follow_up[] =
	        CONVERSATION " WHERE t.status IN ('new', 'open') AND t.last_author = 'customer'"
	                     " AND t.last_message_at < now() - interval '2 min' ORDER BY random() LIMIT 1";
	char *to = support_address(life);
	if (!to)
		return;
	uint32_t what = chance(100);
	bool done = false;
	if (what < 40)
		done = write_on(life, to, answer, demo_answers);
	else if (what < 55)
		done = write_on(life, to, follow_up, demo_follow_ups);
	if (!done && !too_many_open(life))
		write_new(life, to);
	free(to);
}

/* ---- colleagues ----------------------------------------------------------------------------------------- */

static const char *some_colleague(void)
{
	const char *chosen = NULL;
	uint32_t seen = 0;
	for (const struct demo_login *who = demo_logins; who->login; who++)
		if (who->part == DEMO_COLLEAGUE && (chance(++seen) == 0 || !chosen))
			chosen = who->login;
	return chosen;
}

/* What a colleague may do next: a ticket (id, version, requester) and what he does with it. */
struct work {
	uint32_t below; /* of 100 */
	enum action_kind kind;
	enum status status; /* of a reply or a change of status */
	const struct demo_line *lines;
	const char *which; /* of the tickets t, requester c, assignee a; $1 is the login */
};

static const struct work works[] = {
        {35, ACTION_CLAIM, STATUS_OPEN, NULL,
                "t.assignee_id IS NULL AND t.status = 'new' AND t.created_at < now() - interval '40 s'"},
        {75, ACTION_REPLY, STATUS_PENDING, demo_replies,
                "a.login = $1 AND t.last_author = 'customer' AND t.status IN ('new', 'open')"},
        {85, ACTION_NOTE, STATUS_OPEN, demo_notes, "a.login = $1 AND t.status IN ('open', 'hold')"},
        {100, ACTION_STATUS, STATUS_CLOSED, NULL,
                "a.login = $1 AND t.status = 'pending' AND t.last_message_at < now() - interval '30 min'"},
};

static void work_on(struct db *db, const struct work *work, const struct db_result *row)
{
	struct action action;
	action_init(&action, work->kind, db_int(row, 0, 0), (int32_t)db_int(row, 0, 1));
	action.status = work->status;
	if (work->lines)
		action.text = alloc_copy(line_for(work->lines, db_text(row, 0, 2)));
	struct action_result result;
	struct error ignored;
	db_action(db, &action, &result, &ignored);
	action_release(&action);
}

static void some_colleague_works(struct life *life)
{
	uint32_t what = chance(100);
	const struct work *work = works;
	while (what >= work->below)
		work++;
	const char *login = some_colleague();
	char *sql = alloc_format("SELECT t.id, t.version, c.email FROM sandglass.ticket t"
	                         " JOIN sandglass.contact c ON c.id = t.requester_id"
	                         " LEFT JOIN sandglass.agent a ON a.id = t.assignee_id WHERE %s"
	                         " ORDER BY random() LIMIT 1",
	        work->which);
	char *conninfo = demo_conninfo(life->demo, login, DEMO_DATABASE);
	const struct db_value who = {.data = login};
	struct db_result row;
	struct error ignored;
	struct db *own = NULL;
	struct db_result alive;
	if (look(life, "SELECT 1", &alive)) {
		db_result_release(&alive);
		demo_story_deliver(life->db, &ignored);
		if (db_query(life->db, sql, &who, strstr(work->which, "$1") ? 1 : 0, &row, &ignored)) {
			own = row.rows > 0 ? db_open(conninfo, &ignored) : NULL;
			if (own)
				work_on(own, work, &row);
			db_result_release(&row);
		}
	}
	db_close(own);
	free(conninfo);
	free(sql);
}

/* ---- the loop ------------------------------------------------------------------------------------------- */

static int64_t later(uint32_t least, uint32_t most)
{
	return clock_ms() + least + chance(most - least);
}

/* Waits; false when the console has ended. */
static bool console_lives(int parent, int64_t ms)
{
	struct pollfd fd = {parent, POLLIN, 0};
	return poll(&fd, 1, (int)ms) == 0;
}

void demo_life_run(struct demo *demo, int parent)
{
	int lock;
	while (!demo_filled_at(demo) || (lock = demo_lock(demo, "life", false)) < 0)
		if (!console_lives(parent, LOOK))
			return;
	struct life life = {.demo = demo,
	        .next_mail = clock_ms() + FIRST_MAIL,
	        .next_work = later(WORK_LEAST, WORK_MOST)};
	life.opening = chance(5);
	while (console_lives(parent, LOOK)) {
		if (clock_ms() >= life.next_mail) {
			some_customer_writes(&life);
			life.next_mail = later(MAIL_LEAST, MAIL_MOST);
		}
		if (clock_ms() >= life.next_work) {
			some_colleague_works(&life);
			life.next_work = later(WORK_LEAST, WORK_MOST);
		}
	}
	db_close(life.db);
	close(lock);
}
