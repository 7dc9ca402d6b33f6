/*
 * SMTP by libcurl, and what its failures mean.
 *
 * libcurl tells how a transfer ended, not where in the conversation, and the same error stands for a wrong password and for an
 * unknown recipient. So the conversation itself is followed, through libcurl's debug callback: which command was the last one,
 * and the answer to it. What counts is in one place, judge():
 *
 *   before MAIL                     it is about the server or our login, not about the message
 *   MAIL, RCPT, DATA, end of data   4xx later, 5xx never; but "log in first" (530 to 538) is about us
 *   end of data, no answer          the server may have taken the message: unsure
 *
 * The last bytes of a message leave this process only after before_end() has said yes. A server must not deliver a message whose
 * end it has not seen (RFC 5321 4.1.1.4), so the doubt is confined to the time between that moment and its answer.
 */
#include "mail/smtp.h"

#include "base/alloc.h"
#include "base/trace.h"
#include "core/text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum stage { STAGE_LOGIN, STAGE_MESSAGE, STAGE_ENDED };

enum { CONNECT_SECONDS = 30, GOODBYE_SECONDS = 2, REASON_MOST = 400 };

struct smtp {
	CURL *curl;
	char *host;
	const volatile int *stop;
	long timeout_s;
	/* The message in hand. */
	struct slice left; /* what has not been given to libcurl */
	smtp_before_end *before_end;
	void *context;
	bool withheld;
	bool over; /* QUIT went out: what is said now is not about the message */
	enum stage stage;
	int code;             /* of the last answer in this stage; 0: none */
	struct strbuf answer; /* its lines in one */
	const struct text_list *recipients;
	size_t asked; /* recipients that the server was told, the last of them by the last command if `asking` */
	bool asking;
	int first_code; /* the answer that refused the first one; 0: none did */
	struct strbuf first_answer;
	struct strbuf *missed;
	char error[CURL_ERROR_SIZE];
};

/* ---- following the conversation ------------------------------------------------------------------ */

static void command_sent(struct smtp *smtp, const char *line, size_t length)
{
	if (smtp->stage != STAGE_LOGIN && length >= 4 && strncasecmp(line, "QUIT", 4) == 0) {
		smtp->over = true;
		/* libcurl waits for the answer to that too. */
		curl_easy_setopt(smtp->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)GOODBYE_SECONDS);
	}
	if (smtp->over)
		return;
	if (length > 10 && strncasecmp(line, "MAIL FROM:", 10) == 0)
		smtp->stage = STAGE_MESSAGE;
	smtp->asking = length > 8 && strncasecmp(line, "RCPT TO:", 8) == 0;
	smtp->asked += smtp->asking;
	smtp->code = 0;
	strbuf_clear(&smtp->answer);
}

static void recipient_refused(struct smtp *smtp)
{
	struct strbuf *into = smtp->asked == 1 ? &smtp->first_answer : smtp->missed;
	if (smtp->asked == 1) {
		smtp->first_code = smtp->code;
		strbuf_adds(into, smtp->answer.data);
		return;
	}
	struct strbuf text = STRBUF_INIT;
	strbuf_addf(&text, "%s: %s", smtp->recipients->items[smtp->asked - 1], smtp->answer.data);
	if (into->length)
		strbuf_addc(into, '\n');
	text_sanitise(into, text.data, text.length, TEXT_ONE_LINE);
	strbuf_release(&text);
}

/* "550-5.1.1 No such user" and "550 5.1.1 here": a line of an answer. */
static void answer_line(struct smtp *smtp, const char *line, size_t length)
{
	if (smtp->over || length < 3 || line[0] < '2' || line[0] > '5')
		return;
	int code = (int)strtol((char[]){line[0], line[1], line[2], '\0'}, NULL, 10);
	if (code != smtp->code)
		strbuf_clear(&smtp->answer);
	smtp->code = code;
	while (length > 0 && (unsigned char)line[length - 1] <= ' ')
		length--;
	if (smtp->answer.length == 0)
		strbuf_add(&smtp->answer, line, length);
	else if (length > 4 && smtp->answer.length < REASON_MOST)
		strbuf_addf(&smtp->answer, " %.*s", (int)(length - 4), line + 4);
	bool last = length == 3 || line[3] == ' ';
	if (last && smtp->asking && code >= 400 && smtp->asked <= smtp->recipients->count)
		recipient_refused(smtp);
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *context)
{
	struct smtp *smtp = context;
	if (type == CURLINFO_HEADER_OUT)
		command_sent(smtp, data, size);
	else if (type == CURLINFO_HEADER_IN)
		answer_line(smtp, data, size);
	return 0;
}

/* ---- the message ----------------------------------------------------------------------------------- */

static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
	struct smtp *smtp = context;
	size_t room = size * count;
	if (smtp->left.length > room) {
		memcpy(buffer, smtp->left.data, room);
		smtp->left = slice_from(smtp->left, room);
		return room;
	}
	if (smtp->stage != STAGE_ENDED) {
		if (smtp->first_code)
			return CURL_READFUNC_ABORT;
		if ((smtp->stop && *smtp->stop) || !smtp->before_end(smtp->context)) {
			smtp->withheld = true;
			return CURL_READFUNC_ABORT;
		}
		smtp->stage = STAGE_ENDED;
		smtp->code = 0;
		strbuf_clear(&smtp->answer);
	}
	size_t length = smtp->left.length;
	memcpy(buffer, smtp->left.data, length);
	smtp->left = slice_from(smtp->left, length);
	return length;
}

/* Called about once a second: stops what can be stopped without doubt. */
static int on_progress(
        void *context, curl_off_t total_in, curl_off_t in, curl_off_t total_out, curl_off_t out)
{
	struct smtp *smtp = context;
	if (!smtp->stop || !*smtp->stop || smtp->stage == STAGE_ENDED)
		return 0;
	smtp->withheld = true;
	return 1;
}

/* ---- opening ----------------------------------------------------------------------------------------- */

/* The host of the URL, for the question whether it is this machine; the caller frees it. NULL: *err says what is wrong. */
static char *check_url(const char *url, struct error *err)
{
	bool good = strncasecmp(url, "smtp://", 7) == 0 || strncasecmp(url, "smtps://", 8) == 0;
	CURLU *parsed = curl_url();
	char *host = NULL, *user = NULL, *copy = NULL;
	good = good && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	       curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK;
	if (!good)
		error_set(err, ERROR_USAGE,
		        "\"%s\" is no mail server; right are smtp://host:25 and smtps://host:465", url);
	else if (curl_url_get(parsed, CURLUPART_USER, &user, 0) == CURLUE_OK)
		error_set(err, ERROR_USAGE,
		        "no login in the URL, others could read it: --user, and the password in SANDGLASS_SMTP_PASSWORD or ~/.netrc");
	else
		copy = alloc_copy(host);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(parsed);
	return copy;
}

static bool is_this_machine(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "[::1]") == 0;
}

/* The URL and the login. libcurl looks into ~/.netrc for the password of a user that stands in the URL, not for one that is
 * an option. */
static void set_login(CURL *curl, const struct smtp_options *options)
{
	curl_easy_setopt(curl, CURLOPT_URL, options->url);
	if (!*options->user)
		return;
	if (options->password) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, options->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, options->password);
		return;
	}
	CURLU *url = curl_url();
	char *text = NULL;
	if (curl_url_set(url, CURLUPART_URL, options->url, 0) == CURLUE_OK &&
	        curl_url_set(url, CURLUPART_USER, options->user, CURLU_URLENCODE) == CURLUE_OK &&
	        curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
		curl_easy_setopt(curl, CURLOPT_URL, text);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
	curl_free(text);
	curl_url_cleanup(url);
}

static void set_options(struct smtp *smtp, const struct smtp_options *options)
{
	CURL *curl = smtp->curl;
	set_login(curl, options);
	bool encrypted = options->starttls || (*options->user && !is_this_machine(smtp->host));
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	if (*options->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)options->timeout_s);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, smtp->error);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L); /* on_read() looks at who was refused */
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, smtp);
}

struct smtp *smtp_open(const struct smtp_options *options, struct error *err)
{
	static bool ready;
	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		error_set(err, ERROR_INTERNAL, "libcurl cannot be used");
		return NULL;
	}
	ready = true;
	char *host = check_url(options->url, err);
	if (!host)
		return NULL;
	struct smtp *smtp = alloc_bytes(sizeof *smtp);
	*smtp = (struct smtp){.curl = curl_easy_init(),
	        .host = host,
	        .stop = options->stop,
	        .timeout_s = options->timeout_s,
	        .answer = STRBUF_INIT,
	        .first_answer = STRBUF_INIT};
	if (smtp->curl) {
		set_options(smtp, options);
		return smtp;
	}
	error_set(err, ERROR_INTERNAL, "libcurl cannot be used");
	smtp_close(smtp);
	return NULL;
}

void smtp_close(struct smtp *smtp)
{
	if (!smtp)
		return;
	curl_easy_cleanup(smtp->curl);
	strbuf_release(&smtp->answer);
	strbuf_release(&smtp->first_answer);
	free(smtp->host);
	free(smtp);
}

/* ---- sending ------------------------------------------------------------------------------------------ */

static enum smtp_outcome judge(const struct smtp *smtp, CURLcode result)
{
	if (result == CURLE_OK)
		return SMTP_SENT;
	if (smtp->withheld)
		return SMTP_WITHHELD;
	int code = smtp->first_code ? smtp->first_code : smtp->code;
	if (smtp->stage == STAGE_LOGIN || (code >= 530 && code <= 538))
		return SMTP_AWAY;
	if (code >= 500)
		return SMTP_REFUSED;
	if (code >= 400 || smtp->stage == STAGE_MESSAGE)
		return SMTP_LATER;
	return SMTP_UNSURE;
}

/* The server's own words when its last one was a no (or the yes to the message), libcurl's otherwise. */
static void word(struct strbuf *reason, const struct smtp *smtp, CURLcode result)
{
	struct strbuf text = STRBUF_INIT;
	bool its_word = smtp->answer.length > 0 && (result == CURLE_OK || smtp->code >= 400);
	if (smtp->first_code)
		strbuf_adds(&text, smtp->first_answer.data);
	else if (its_word && smtp->stage == STAGE_LOGIN)
		strbuf_addf(&text, "the mail server %s says %s", smtp->host, smtp->answer.data);
	else if (its_word)
		strbuf_adds(&text, smtp->answer.data);
	else if (smtp->withheld)
		strbuf_adds(&text, "stopped before the end of the message");
	else
		strbuf_addf(&text, "the mail server %s: %s", smtp->host,
		        result == CURLE_RECV_ERROR ? "the connection broke"
		        : *smtp->error             ? smtp->error
		                                   : curl_easy_strerror(result));
	if (text.length > REASON_MOST)
		strbuf_truncate(&text, REASON_MOST);
	strbuf_clear(reason);
	text_sanitise(reason, text.data, text.length, TEXT_ONE_LINE);
	strbuf_release(&text);
}

static struct curl_slist *in_brackets(const struct text_list *addresses)
{
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < addresses->count; i++) {
		char *address = alloc_format("<%s>", addresses->items[i]);
		list = curl_slist_append(list, address);
		free(address);
	}
	return list;
}

static void begin(struct smtp *smtp)
{
	smtp->withheld = smtp->over = smtp->asking = false;
	smtp->stage = STAGE_LOGIN;
	smtp->code = smtp->first_code = 0;
	smtp->asked = 0;
	strbuf_clear(&smtp->answer);
	strbuf_clear(&smtp->first_answer);
	*smtp->error = '\0';
}

enum smtp_outcome smtp_send(struct smtp *smtp, const char *sender, const struct text_list *recipients,
        struct slice message, smtp_before_end *before_end, void *context, struct strbuf *reason,
        struct strbuf *missed)
{
	begin(smtp);
	smtp->left = message;
	smtp->before_end = before_end;
	smtp->context = context;
	smtp->recipients = recipients;
	smtp->missed = missed;
	char *from = alloc_format("<%s>", sender);
	struct curl_slist *to = in_brackets(recipients);
	curl_easy_setopt(smtp->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, smtp->timeout_s);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.length);
	CURLcode result = curl_easy_perform(smtp->curl);
	enum smtp_outcome outcome = judge(smtp, result);
	word(reason, smtp, result);
	trace("smtp: curl %d, stage %d, answer %d, outcome %d", result, smtp->stage, smtp->code, outcome);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(to);
	free(from);
	return outcome;
}
