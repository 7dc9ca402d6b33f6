/*
 * `sandglass deliver`: the replies in the outbox go to a mail server, one copy of each.
 *
 * What holds that promise, in the order of a message's way (schema/functions/72_outbox.sql, mail/smtp.h):
 *
 *   1. outbox_take gives rows to one deliverer only, for a time. When its session ends, others may take them at once.
 *   2. The message goes to the mail server up to its last bytes. A crash until here costs nothing: a server throws away a message
 *      whose end it has not seen, and the row is sent again.
 *   3. outbox_sending is committed, and only then the last bytes leave. From here on the row is never sent again by itself.
 *   4. The server's answer is recorded: sent, later, or never. While the database is away this waits for it.
 *
 * A crash, or a connection that breaks, between 3 and the answer leaves a row of which nobody can say whether the mail server has
 * it. Sending it again could make two copies, so at most one is sent and a person decides: the ticket is opened with a message that
 * says so. Every copy of a reply has the same Message-ID, so that a second one by hand can be told from it.
 *
 * Exit codes: 0 done (with --once) or stopped by a signal; 75 the database or the mail server cannot be used now, or (with --once)
 * something remains for later; 64, 77 and 78 as everywhere.
 */
#include "cmd/command_line.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "core/text.h"
#include "mail/compose.h"
#include "mail/mail.h"
#include "mail/smtp.h"
#include "store/db.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { BATCH = 20, PAUSE_MS = 1000, PAUSE_MOST_MS = 60000, SURELY_MS = 60000 };

/* The columns of outbox_mail that are used here. */
enum column {
	ID,
	LEASE,
	TICKET,
	SENDER,
	RECIPIENT,
	RECIPIENT_NAME,
	REPLY_TO,
	SUBJECT,
	HEADER_ID,
	IN_REPLY_TO,
	CC,
	REFS,
	BODY,
	CREATED,
	ATTACHMENTS
};

struct deliver {
	const char *conninfo;
	const char *from;    /* as it was given; "" for the policy's support address */
	const char *bounces; /* "" for the ticket's own address */
	bool once;
	int64_t timeout_s;
	struct smtp_options smtp_options;
	char *from_name, *from_email;
	char *lease_s;
	struct db *db;
	struct smtp *smtp;   /* NULL between batches that have mail */
	int64_t pause_ms;    /* after the mail server could not be used */
	char complaint[400]; /* said last, so that it is not said every second */
};

/* One row in hand. */
struct letter {
	struct deliver *deliver;
	const struct db_result *rows;
	int row;
	struct error err; /* what outbox_sending failed with */
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	stopped = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN); /* nobody reads the output: the mail still has to go */
}

static void wait_ms(int64_t ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	if (!stopped)
		nanosleep(&time, NULL);
}

/* On stderr, once until something else is wrong. Returns the exit code of its kind. */
static int complain(struct deliver *deliver, const struct error *err)
{
	if (strcmp(deliver->complaint, err->text) == 0)
		return command_line_exit_code(err->kind);
	snprintf(deliver->complaint, sizeof deliver->complaint, "%s", err->text);
	return command_line_fail("deliver", err);
}

/* "sent 17 eve@example.com", "later 17 eve@example.com 451 try again". */
static void say(const struct letter *letter, const char *word, const char *reason)
{
	struct strbuf line = STRBUF_INIT;
	const char *recipient = db_text(letter->rows, letter->row, RECIPIENT);
	text_sanitise(&line, recipient, strlen(recipient), TEXT_ONE_LINE);
	printf("%s %s %s%s%s\n", word, db_text(letter->rows, letter->row, TICKET), line.data,
	        *reason ? " " : "", reason);
	fflush(stdout);
	strbuf_release(&line);
}

/* ---- the database -------------------------------------------------------------------------------- */

static bool is_away(const struct error *err)
{
	return err->kind == ERROR_UNAVAILABLE || err->kind == ERROR_CONFLICT;
}

static bool query(struct deliver *deliver, const char *sql, const struct db_value *values, int count,
        struct db_result *result, struct error *err)
{
	if (!deliver->db)
		deliver->db = db_open_checked(deliver->conninfo, err);
	if (!deliver->db)
		return false;
	if (db_query(deliver->db, sql, values, count, result, err))
		return true;
	if (is_away(err)) {
		db_close(deliver->db);
		deliver->db = NULL;
	}
	return false;
}

/* Asks until there is an answer: for what must be recorded. With --once, and after a signal, for a minute. */
static bool query_surely(struct deliver *deliver, const char *sql, const struct db_value *values, int count,
        struct db_result *result, struct error *err)
{
	int64_t until = clock_ms() + SURELY_MS;
	while (!query(deliver, sql, values, count, result, err)) {
		if (!is_away(err) || ((deliver->once || stopped) && clock_ms() >= until))
			return false;
		complain(deliver, err);
		struct timespec second = {.tv_sec = 1};
		nanosleep(&second, NULL);
	}
	return true;
}

/* Right before the last bytes of a message leave. No second try: with the session the lease is gone as well. */
static bool before_end(void *context)
{
	struct letter *letter = context;
	struct deliver *deliver = letter->deliver;
	const struct db_value values[] = {{.data = db_text(letter->rows, letter->row, ID)},
	        {.data = db_text(letter->rows, letter->row, LEASE)}, {.data = deliver->lease_s}};
	struct db_result result;
	if (!query(deliver, "SELECT sandglass.outbox_sending($1, $2, $3)", values, 3, &result, &letter->err))
		return false;
	bool ours = db_bool(&result, 0, 0);
	db_result_release(&result);
	return ours;
}

static bool record_sent(struct letter *letter, const char *answer, const char *missed, struct error *err)
{
	const struct db_value values[] = {{.data = db_text(letter->rows, letter->row, ID)},
	        {.data = db_text(letter->rows, letter->row, LEASE)}, {.data = answer}, {.data = missed}};
	struct db_result result;
	if (!query_surely(
	            letter->deliver, "SELECT sandglass.outbox_sent($1, $2, $3, $4)", values, 4, &result, err))
		return error_prefix(err,
		        "ticket %s: the reply to %s was sent, but this could not be recorded",
		        db_text(letter->rows, letter->row, TICKET),
		        db_text(letter->rows, letter->row, RECIPIENT));
	db_result_release(&result);
	say(letter, "sent", "");
	return true;
}

static bool record_failed(struct letter *letter, const char *outcome, const char *reason, struct error *err)
{
	const struct db_value values[] = {{.data = db_text(letter->rows, letter->row, ID)},
	        {.data = db_text(letter->rows, letter->row, LEASE)}, {.data = outcome}, {.data = reason}};
	struct db_result result;
	if (!query_surely(letter->deliver, "SELECT sandglass.outbox_failed($1, $2, $3, $4)", values, 4,
	            &result, err))
		return false;
	const char *state = db_text(&result, 0, 0);
	if (*state) /* otherwise somebody else has it now */
		say(letter, strcmp(state, "waiting") == 0 ? "later" : state, reason);
	db_result_release(&result);
	return true;
}

/* What was taken and is not begun goes back. */
static void release(struct deliver *deliver, const struct db_result *rows)
{
	const struct db_value values[] = {{.data = db_text(rows, 0, LEASE)}};
	struct db_result result;
	struct error err;
	/* A session that broke has given them back. */
	if (deliver->db && query(deliver, "SELECT sandglass.outbox_release($1)", values, 1, &result, &err))
		db_result_release(&result);
}

/* ---- one reply ------------------------------------------------------------------------------------- */

/* The files of the reply; NULL when it has none. False with ERROR_NONE: the reply is somebody else's now. */
static bool files_of(const struct letter *letter, struct attached **out, struct error *err)
{
	const struct db_value values[] = {{.data = db_text(letter->rows, letter->row, ID)},
	        {.data = db_text(letter->rows, letter->row, LEASE)}};
	const int64_t wanted = db_int(letter->rows, letter->row, ATTACHMENTS);
	struct db_result files;
	*out = NULL;
	if (!wanted)
		return true;
	if (!query(letter->deliver, "SELECT * FROM sandglass.outbox_attachments($1, $2)", values, 2, &files,
	            err))
		return false;
	*out = attached_new();
	for (int row = 0; row < files.rows; row++) {
		size_t size;
		char *bytes = db_bytes(&files, row, 2, &size);
		attached_add(*out, db_text(&files, row, 0), db_text(&files, row, 1), bytes, size);
	}
	const bool all = files.rows == wanted;
	db_result_release(&files);
	if (!all)
		attached_drop(*out);
	return all;
}

static bool compose(
        const struct letter *letter, const struct attached *attached, struct strbuf *out, struct error *err)
{
	const struct db_result *rows = letter->rows;
	int row = letter->row;
	const struct deliver *deliver = letter->deliver;
	const struct reply_mail mail = {
	        .from_name = deliver->from_name ? deliver->from_name : "",
	        .from_email = deliver->from_email ? deliver->from_email : db_text(rows, row, SENDER),
	        .to_name = db_text(rows, row, RECIPIENT_NAME),
	        .to_email = db_text(rows, row, RECIPIENT),
	        .cc = db_text(rows, row, CC),
	        .reply_to = db_text(rows, row, REPLY_TO),
	        .subject = db_text(rows, row, SUBJECT),
	        .message_id = db_text(rows, row, HEADER_ID),
	        .in_reply_to = db_text(rows, row, IN_REPLY_TO),
	        .references = db_text(rows, row, REFS),
	        .body = db_text(rows, row, BODY),
	        .date = db_int(rows, row, CREATED),
	        .attached = attached,
	};
	return compose_reply(out, &mail, err);
}

/* Bounces go to the ticket's own address, so that they find the ticket. */
static const char *envelope_sender(const struct letter *letter)
{
	const struct deliver *deliver = letter->deliver;
	const char *own = db_text(letter->rows, letter->row, REPLY_TO);
	if (*deliver->bounces)
		return deliver->bounces;
	if (*own)
		return own;
	return deliver->from_email ? deliver->from_email : db_text(letter->rows, letter->row, SENDER);
}

/* The customer first, then who gets a copy. */
static struct text_list recipients_of(const struct letter *letter)
{
	struct text_list list = {NULL, 0};
	text_list_add(&list, db_text(letter->rows, letter->row, RECIPIENT));
	for (const char *cc = db_text(letter->rows, letter->row, CC); *cc; cc += strspn(cc, " ")) {
		size_t length = strcspn(cc, " ");
		char *address = alloc_copy_n(cc, length);
		if (compose_is_address(address))
			text_list_add(&list, address);
		free(address);
		cc += length;
	}
	return list;
}

static enum smtp_outcome hand_over(
        struct letter *letter, const struct strbuf *message, struct strbuf *reason, struct strbuf *missed)
{
	struct deliver *deliver = letter->deliver;
	struct error err;
	if (!deliver->smtp)
		deliver->smtp = smtp_open(&deliver->smtp_options, &err);
	if (!deliver->smtp) { /* the options were good at the start */
		strbuf_adds(reason, err.text);
		return SMTP_AWAY;
	}
	struct text_list recipients = recipients_of(letter);
	enum smtp_outcome outcome = smtp_send(deliver->smtp, envelope_sender(letter), &recipients,
	        (struct slice){message->data, message->length}, before_end, letter, reason, missed);
	text_list_release(&recipients);
	return outcome;
}

/* False: stop with this batch; *err says why unless it is ERROR_NONE. */
static bool send_letter(struct letter *letter, struct error *err)
{
	static const char *const outcomes[] = {[SMTP_REFUSED] = "permanent",
	        [SMTP_LATER] = "temporary",
	        [SMTP_AWAY] = "server",
	        [SMTP_UNSURE] = "unknown"};
	struct strbuf message = STRBUF_INIT, reason = STRBUF_INIT, missed = STRBUF_INIT;
	bool go_on;
	struct attached *attached;
	if (!files_of(letter, &attached, err))
		return err->kind == ERROR_NONE;
	const bool composed = compose(letter, attached, &message, err);
	attached_drop(attached);
	if (!composed) {
		strbuf_adds(&reason, err->text);
		*err = (struct error){ERROR_NONE, ""};
		go_on = record_failed(letter, "permanent", reason.data, err);
	} else {
		enum smtp_outcome outcome = hand_over(letter, &message, &reason, &missed);
		if (outcome == SMTP_SENT)
			go_on = record_sent(letter, reason.data, missed.data, err);
		else if (outcome == SMTP_WITHHELD) {
			*err = letter->err;
			go_on = err->kind == ERROR_NONE; /* somebody else has the row, or a signal came */
		} else
			go_on = record_failed(letter, outcomes[outcome], reason.data, err);
		if (outcome == SMTP_AWAY && go_on)
			go_on = error_set(err, ERROR_UNAVAILABLE, "%s", reason.data);
	}
	strbuf_release(&message);
	strbuf_release(&reason);
	strbuf_release(&missed);
	return go_on;
}

/* ---- batches --------------------------------------------------------------------------------------- */

/* *found is how many rows there were to send. */
static bool run_batch(struct deliver *deliver, int *found, struct error *err)
{
	char most[8];
	snprintf(most, sizeof most, "%d", BATCH);
	const struct db_value values[] = {{.data = most}, {.data = deliver->lease_s}};
	struct db_result rows;
	*found = 0;
	if (!query(deliver, "SELECT * FROM sandglass.outbox_take($1, $2)", values, 2, &rows, err))
		return false;
	*found = rows.rows;
	bool good = true;
	if (rows.rows && !deliver->from_email && !*db_text(&rows, 0, SENDER))
		good = error_set(err, ERROR_CONFIG,
		        "there is no address to send from: support_address in the policy, or --from");
	for (int row = 0; good && row < rows.rows && !stopped; row++) {
		struct letter letter = {.deliver = deliver, .rows = &rows, .row = row};
		good = send_letter(&letter, err);
	}
	if (rows.rows)
		release(deliver, &rows);
	db_result_release(&rows);
	return good;
}

static bool remaining(struct deliver *deliver, int64_t *count, struct error *err)
{
	struct db_result result;
	if (!query(deliver, "SELECT sandglass.outbox_remaining()", NULL, 0, &result, err))
		return false;
	*count = db_int(&result, 0, 0);
	db_result_release(&result);
	return true;
}

/* With --once: 75 when something is left. */
static int finish(struct deliver *deliver)
{
	struct error err;
	int64_t count;
	if (!remaining(deliver, &count, &err))
		return complain(deliver, &err);
	if (count)
		printf("%" PRId64 " remain for later\n", count);
	return count ? EX_TEMPFAIL : EX_OK;
}

static int run(struct deliver *deliver)
{
	while (!stopped) {
		struct error err = {ERROR_NONE, ""};
		int found;
		if (!run_batch(deliver, &found, &err)) {
			int code = complain(deliver, &err);
			if (deliver->once || !is_away(&err))
				return code;
			smtp_close(deliver->smtp);
			deliver->smtp = NULL;
			deliver->pause_ms = deliver->pause_ms ? 2 * deliver->pause_ms : PAUSE_MS;
			if (deliver->pause_ms > PAUSE_MOST_MS)
				deliver->pause_ms = PAUSE_MOST_MS;
			wait_ms(deliver->pause_ms);
			continue;
		}
		if (found) { /* it works: the next trouble is news again */
			deliver->pause_ms = 0;
			*deliver->complaint = '\0';
			continue;
		}
		smtp_close(deliver->smtp);
		deliver->smtp = NULL;
		if (deliver->once)
			return finish(deliver);
		wait_ms(PAUSE_MS);
	}
	return EX_OK;
}

/* ---- the command ----------------------------------------------------------------------------------- */

static bool prepare(struct deliver *deliver, struct error *err)
{
	if (*deliver->from &&
	        !compose_read_mailbox(deliver->from, &deliver->from_name, &deliver->from_email, err))
		return error_prefix(err, "--from");
	if (*deliver->bounces && !compose_is_address(deliver->bounces))
		return error_set(err, ERROR_USAGE, "--bounces: \"%s\" is no address", deliver->bounces);
	deliver->smtp_options.password = getenv("SANDGLASS_SMTP_PASSWORD");
	deliver->smtp_options.timeout_s = (int)deliver->timeout_s;
	deliver->smtp_options.stop = &stopped;
	deliver->lease_s = alloc_format("%" PRId64, 2 * deliver->timeout_s);
	/* Looks at the options before anything is taken from the outbox. */
	deliver->smtp = smtp_open(&deliver->smtp_options, err);
	int64_t count;
	return deliver->smtp && remaining(deliver, &count, err);
}

static void release_all(struct deliver *deliver)
{
	smtp_close(deliver->smtp);
	db_close(deliver->db);
	free(deliver->from_name);
	free(deliver->from_email);
	free(deliver->lease_s);
}

int subcommand_deliver(int argc, char **argv)
{
	struct deliver deliver = {.conninfo = "",
	        .from = "",
	        .bounces = "",
	        .timeout_s = 300,
	        .smtp_options = {.url = "smtp://localhost", .user = "", .ca_file = ""}};
	const struct option_spec specs[] = {
	        {"once", '1', OPTION_FLAG, &deliver.once,
	                "send what is due and end: 0, or 75 when something remains for later"},
	        {"database", 'd', OPTION_TEXT, &deliver.conninfo, HELP_DATABASE, 0, 0},
	        {"smtp", 's', OPTION_TEXT, &deliver.smtp_options.url,
	                "smtp://host[:port] or smtps://host[:port] (smtp://localhost)"},
	        {"starttls", 0, OPTION_FLAG, &deliver.smtp_options.starttls,
	                "smtp:// encrypted or not at all; always so with --user, but to this machine"},
	        {"ca", 0, OPTION_TEXT, &deliver.smtp_options.ca_file,
	                "file with the certificates to trust (the system's)", 0, 0, "FILE"},
	        {"user", 'u', OPTION_TEXT, &deliver.smtp_options.user,
	                "login; its password is in SANDGLASS_SMTP_PASSWORD or ~/.netrc"},
	        {"from", 'f', OPTION_TEXT, &deliver.from,
	                "address, or \"Name <address>\" (the policy's support address)"},
	        {"bounces", 0, OPTION_TEXT, &deliver.bounces,
	                "envelope sender (support+TOKEN@..., so that bounces find their ticket)"},
	        {"timeout", 't', OPTION_NUMBER, &deliver.timeout_s,
	                "seconds for one message, all in all (300)", 1, 3600},
	        {NULL},
	};
	int code;
	int first = command_line_options(argc, argv, "[OPTIONS]", specs, &code);
	if (first < 0)
		return code;
	struct error err = {ERROR_NONE, ""};
	if (first < argc) {
		error_set(&err, ERROR_USAGE, "\"%s\": it takes no arguments", argv[first]);
		return command_line_fail("deliver", &err);
	}
	catch_signals();
	mail_setup();
	code = prepare(&deliver, &err) ? run(&deliver) : command_line_fail("deliver", &err);
	release_all(&deliver);
	return code;
}
