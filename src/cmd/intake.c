/*
 * `sandglass intake`: messages to tickets. A mail server pipes one message in; by hand it takes files, an mbox, a maildir.
 *
 * Nothing may be lost, so the exit code says what the sender has to do:
 *   0   every message is a ticket, part of one, known already, or ignored for a reason that was printed
 *   65  some message could not be read; its bytes are kept aside in the database
 *   66  a file that was named cannot be read
 *   75  the database cannot take messages now, whatever the reason: bring them again. What was printed is safe, and is
 *       known as a duplicate when it comes again
 */
#include "cmd/command_line.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "core/text.h"
#include "mail/form.h"
#include "mail/json.h"
#include "mail/mail.h"
#include "mail/mailbox.h"
#include "store/bytea.h"
#include "store/db.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

struct intake {
	const char *conninfo;
	const char *format;
	bool dry_run;
	int64_t attachment_limit; /* -1: what the database says */
	int64_t message_limit;
	struct mail_limits limits;
	struct db *db; /* NULL in a dry run */
	char *support_address;
	int code;     /* exit code so far */
	bool stopped; /* the database is away: no more messages */
};

/* 75 beats all: it makes the sender keep the message. Of the others the first one stays. */
static void note_code(struct intake *intake, int code)
{
	if (intake->code == EX_OK || code == EX_TEMPFAIL)
		intake->code = code;
}

static void say(const char *word, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	text_sanitise(&line, text, strlen(text), TEXT_ONE_LINE);
	printf("%s %s\n", word, line.data);
	fflush(stdout);
	strbuf_release(&line);
}

static void stop(struct intake *intake, const struct error *err)
{
	command_line_fail("intake", err);
	note_code(intake, EX_TEMPFAIL);
	intake->stopped = true;
}

/* ---- the database -------------------------------------------------------------------------------- */

/* Agents' rights are given in another way than this one. */
static bool not_allowed(struct db *db, struct error *err)
{
	struct db_result login;
	if (!db_query(db, "SELECT session_user", NULL, 0, &login, err))
		return false;
	error_set(err, ERROR_PERMISSION,
	        "%s may not hand in messages; it takes the role sandglass_intake: GRANT sandglass_intake TO \"%s\"",
	        db_text(&login, 0, 0), db_text(&login, 0, 0));
	db_result_release(&login);
	return false;
}

static bool connect_database(struct intake *intake, struct error *err)
{
	intake->db = db_open_checked(intake->conninfo, err);
	if (!intake->db)
		return false;
	struct db_result result;
	if (!db_query(intake->db,
	            "SELECT support_address, attachment_limit, message_limit FROM sandglass.intake_settings()",
	            NULL, 0, &result, err))
		return err->kind == ERROR_PERMISSION ? not_allowed(intake->db, err) : false;
	free(intake->support_address);
	intake->support_address = alloc_copy(result.rows ? db_text(&result, 0, 0) : "");
	int64_t attachment = result.rows ? db_int(&result, 0, 1) : 0,
	        message = result.rows ? db_int(&result, 0, 2) : 0;
	db_result_release(&result);
	if (intake->attachment_limit < 0 && attachment > 0)
		intake->limits.attachment = (size_t)attachment;
	if (intake->message_limit < 0 && message > 0)
		intake->limits.message = (size_t)message;
	return true;
}

static bool reconnect(struct intake *intake, struct error *err)
{
	db_close(intake->db);
	return connect_database(intake, err);
}

static void bytea_array(struct strbuf *out, const struct mail *mail)
{
	bytea_array_begin(out, mail->attachment_count);
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *attachment = &mail->attachments[i];
		bytea_array_add(out,
		        !attachment->stored ? NULL
		        : attachment->size  ? attachment->bytes
		                            : "",
		        attachment->size);
	}
}

static bool query_twice(struct intake *intake, const char *sql, const struct db_value *values, int count,
        struct db_result *result, struct error *err)
{
	if (!intake->db)
		return error_set(err, ERROR_UNAVAILABLE, "there is no connection to the server");
	if (db_query(intake->db, sql, values, count, result, err))
		return true;
	if (err->kind == ERROR_UNAVAILABLE && !reconnect(intake, err))
		return false;
	/* A lost connection leaves open whether it was committed; the message id makes the second time harmless. */
	if (err->kind != ERROR_UNAVAILABLE && err->kind != ERROR_CONFLICT)
		return false;
	return db_query(intake->db, sql, values, count, result, err);
}

/* The database is there and said no to this one message: nothing that waiting would change. */
static bool is_about_the_message(enum error_kind kind)
{
	return kind == ERROR_INPUT || kind == ERROR_REFUSED || kind == ERROR_INTERNAL ||
	       kind == ERROR_NOT_FOUND;
}

static void keep_aside(struct intake *intake, const struct strbuf *raw, const char *reason)
{
	struct db_value values[] = {
	        {.data = raw->data, .length = raw->length, .binary = true}, {.data = reason}};
	struct db_result result;
	struct error err = {ERROR_NONE, ""};
	if (!intake->dry_run && raw->length) {
		if (!query_twice(intake, "SELECT sandglass.intake_aside($1, $2)", values, 2, &result, &err)) {
			stop(intake, &err);
			return;
		}
		db_result_release(&result);
	}
	if (intake->dry_run) { /* stdout is one JSON object a line */
		struct error unreadable;
		error_set(&unreadable, ERROR_INPUT, "unreadable: %s", reason);
		command_line_fail("intake", &unreadable);
	} else {
		say("unreadable", reason);
	}
	note_code(intake, EX_DATAERR);
}

/* "created 17", "ignored REASON"; a duplicate of something ignored has no number. */
static void say_outcome(const struct db_result *result)
{
	const char *outcome = db_text(result, 0, 0);
	if (strcmp(outcome, "ignored") == 0)
		say(outcome, db_text(result, 0, 2));
	else
		say(outcome, db_is_null(result, 0, 1) ? "of an ignored message" : db_text(result, 0, 1));
}

static bool deliver(
        struct intake *intake, const struct mail *mail, const struct strbuf *raw, struct error *err)
{
	struct strbuf json = STRBUF_INIT, contents = STRBUF_INIT;
	char *token = mail_token(mail, intake->support_address);
	mail_json_database(&json, mail, token);
	free(token);
	bytea_array(&contents, mail);
	struct db_value values[] = {{.data = json.data},
	        {.data = raw->data, .length = raw->length, .binary = true},
	        {.data = contents.data, .length = contents.length, .binary = true}};
	struct db_result result;
	bool good = query_twice(intake,
	        "SELECT outcome, ticket_id, reason FROM sandglass.intake_message($1::jsonb, $2, $3::bytea[])",
	        values, 3, &result, err);
	if (good) {
		say_outcome(&result);
		db_result_release(&result);
	}
	strbuf_release(&json);
	strbuf_release(&contents);
	return good;
}

/* ---- messages ------------------------------------------------------------------------------------ */

static bool parse(
        struct intake *intake, struct mail *mail, const struct strbuf *raw, bool cut, struct error *err)
{
	struct slice bytes = {raw->data, raw->length};
	if (strcmp(intake->format, "form") != 0)
		return mail_parse(mail, bytes, &intake->limits, cut, err);
	if (cut)
		return error_set(
		        err, ERROR_INPUT, "the form is larger than %zu bytes", intake->limits.message);
	return form_parse(mail, bytes, &intake->limits, err);
}

static void print_json(const struct mail *mail)
{
	struct strbuf line = STRBUF_INIT;
	mail_json_print(&line, mail);
	puts(line.data);
	fflush(stdout);
	strbuf_release(&line);
}

static void take_message(struct intake *intake, const struct strbuf *raw, bool cut)
{
	struct mail mail;
	struct error err = {ERROR_NONE, ""};
	if (!parse(intake, &mail, raw, cut, &err)) {
		keep_aside(intake, raw, err.text);
		return;
	}
	if (intake->dry_run) {
		print_json(&mail);
	} else if (!deliver(intake, &mail, raw, &err)) {
		if (is_about_the_message(err.kind))
			keep_aside(intake, raw, err.text);
		else
			stop(intake, &err);
	}
	mail_release(&mail);
}

static enum mailbox_format format_of(const struct intake *intake, const char *path)
{
	struct stat info;
	if (strcmp(intake->format, "mbox") == 0)
		return MAILBOX_MBOX;
	if (strcmp(intake->format, "maildir") == 0)
		return MAILBOX_MAILDIR;
	if (!*intake->format && path && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
		return MAILBOX_MAILDIR;
	return MAILBOX_ONE;
}

static void take_source(struct intake *intake, const char *path)
{
	struct error err;
	struct mailbox *box = mailbox_open(path, format_of(intake, path), intake->limits.message, &err);
	if (!box) {
		note_code(intake, command_line_fail("intake", &err));
		return;
	}
	struct strbuf raw = STRBUF_INIT;
	enum mailbox_read read;
	bool cut;
	while (!intake->stopped && (read = mailbox_next(box, &raw, &cut, &err)) != MAILBOX_END) {
		if (read == MAILBOX_FAILED) {
			command_line_fail("intake", &err);
			note_code(intake,
			        EX_TEMPFAIL); /* a pipe or a disk that failed: the message is still with the sender */
			if (format_of(intake, path) != MAILBOX_MAILDIR)
				break;
			continue;
		}
		take_message(intake, &raw, cut);
		if (!intake->dry_run && !intake->stopped && !mailbox_taken(box, &err))
			note_code(intake, command_line_fail("intake", &err));
	}
	strbuf_release(&raw);
	mailbox_close(box);
}

/* ---- the command --------------------------------------------------------------------------------- */

static bool check_format(const char *format, struct error *err)
{
	static const char *const known[] = {"", "eml", "mbox", "maildir", "form"};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(format, known[i]) == 0)
			return true;
	return error_set(err, ERROR_USAGE, "--format is eml, mbox, maildir or form, not \"%s\"", format);
}

int subcommand_intake(int argc, char **argv)
{
	enum { LIMIT_MOST = 256 << 20 };
	struct intake intake = {.conninfo = "",
	        .format = "",
	        .attachment_limit = -1,
	        .message_limit = -1,
	        .limits = MAIL_LIMITS_DEFAULT};
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &intake.conninfo, HELP_DATABASE},
	        {"format", 'f', OPTION_TEXT, &intake.format,
	                "eml (one message, the default), mbox, maildir (the default for a directory), form",
	                0, 0, "eml mbox maildir form"},
	        {"dry-run", 'n', OPTION_FLAG, &intake.dry_run,
	                "print each message as JSON; needs no server, touches nothing"},
	        {"attachment-limit", 0, OPTION_NUMBER, &intake.attachment_limit,
	                "bytes; larger attachments are listed and not stored (default: the database's setting)",
	                0, LIMIT_MOST},
	        {"message-limit", 0, OPTION_NUMBER, &intake.message_limit,
	                "bytes; of a longer message the beginning is kept (default: the database's setting)",
	                1024, LIMIT_MOST},
	        {NULL},
	};
	int code;
	int first = command_line_options(argc, argv, "[OPTIONS] [FILE...]", specs, &code);
	if (first < 0)
		return code;
	struct error err = {ERROR_NONE, ""};
	if (!check_format(intake.format, &err))
		return command_line_fail("intake", &err);
	if (intake.attachment_limit >= 0)
		intake.limits.attachment = (size_t)intake.attachment_limit;
	if (intake.message_limit >= 0)
		intake.limits.message = (size_t)intake.message_limit;
	signal(SIGPIPE, SIG_IGN); /* nobody reads the output: the messages still have to be taken */
	mail_setup();
	if (!intake.dry_run && !connect_database(&intake, &err))
		stop(&intake, &err);
	if (first == argc && !intake.stopped)
		take_source(&intake, NULL);
	for (int i = first; i < argc && !intake.stopped; i++)
		take_source(&intake, strcmp(argv[i], "-") == 0 ? NULL : argv[i]);
	db_close(intake.db);
	free(intake.support_address);
	return intake.code;
}
