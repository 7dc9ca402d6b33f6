/*
 * Handing a message to a mail server by SMTP (RFC 5321), with libcurl. One session carries many messages; it is opened by the
 * first and closed by smtp_close().
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/error.h"
#include "base/strbuf.h"
#include "mail/header.h"
#include "mail/slice.h"

#include <stdbool.h>

struct smtp_options {
	const char *url;  /* smtp://host[:port] or smtps://host[:port] */
	const char *user; /* "" for none */
	const char *
	        password; /* NULL: the user's of that host in ~/.netrc. Neither is ever sent in clear text but to this machine */
	const char *ca_file;      /* "" for the system's certificates */
	bool starttls;            /* smtp:// only encrypted */
	int timeout_s;            /* for one message, from the connection to the server's last answer */
	const volatile int *stop; /* not 0: stop sending when that is harmless; may be NULL */
};

enum smtp_outcome {
	SMTP_SENT,    /* the server has taken it over */
	SMTP_REFUSED, /* it will never take this message: its answer was 5xx */
	SMTP_LATER,   /* not this message now: 4xx, or the connection broke before the end of the message */
	SMTP_AWAY,    /* no message can be sent now: not reached, not encrypted, the login refused... */
	SMTP_UNSURE,  /* the end of the message went out, and no answer came */
	SMTP_WITHHELD, /* `before_end` said no, or `stop` was set: the message was not ended, so nobody has it */
};

struct smtp;

/* Checks the options (ERROR_USAGE); connects to nothing yet. The options' strings are copied. */
struct smtp *smtp_open(const struct smtp_options *options, struct error *err);
void smtp_close(struct smtp *smtp);

/*
 * Sends one message (CRLF) and waits for the outcome, which is that of the first recipient: when the server refuses him the message
 * goes to nobody. Who else was refused is added to *missed, one a line, with the server's words. `before_end` is asked once, when the server wants the
 * message and before its last bytes leave: as long as it has not returned true the server cannot have taken the message.
 * *reason is replaced with the server's answer, or what was wrong, in one line of UTF-8 that is safe to print.
 */
typedef bool smtp_before_end(void *context);
enum smtp_outcome smtp_send(struct smtp *smtp, const char *sender, const struct text_list *recipients,
        struct slice message, smtp_before_end *before_end, void *context, struct strbuf *reason,
        struct strbuf *missed);

#endif
