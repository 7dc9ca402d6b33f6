/*
 * An agent's reply as the message that goes out: RFC 5322 headers and one UTF-8 text part, or multipart/mixed with the text
 * and the files behind it, made by GMime. Whatever stands in a
 * name or a subject stays in its header: line ends and controls become blanks, everything but ASCII becomes encoded words
 * (RFC 2047). The same reply composed again is the same message, byte for byte.
 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/error.h"
#include "base/strbuf.h"
#include "core/attached.h"

#include <stdbool.h>
#include <stdint.h>

/* Every string is UTF-8 and not NULL. */
struct reply_mail {
	const char *from_name; /* "" for none, like the other name */
	const char *from_email;
	const char *to_name;
	const char *to_email;
	const char *cc;       /* addresses parted by blanks; "" for none */
	const char *reply_to; /* "" for none */
	const char *subject;
	const char *message_id;  /* without < >, like the two below */
	const char *in_reply_to; /* "" for none */
	const char *references;  /* parted by blanks, oldest first */
	const char *body;
	int64_t date;                    /* seconds since 1970 UTC */
	const struct attached *attached; /* NULL: none */
};

/* Appends the message, CRLF, in 7-bit ASCII with lines of at most 998 bytes. ERROR_INPUT when an address or the message id
 * cannot stand in a header; a customer's ids and copies' addresses
 * that cannot are left out. */
bool compose_reply(struct strbuf *out, const struct reply_mail *mail, struct error *err);

/* Whether it can be an address in an SMTP command and a header: something on both sides of an @, no blanks, controls or
 * brackets, at most 320 bytes. */
bool compose_is_address(const char *address);

/* "Name <address>" or an address alone, as a person writes it on a command line. The caller frees *name ("" for none) and *email;
 * ERROR_USAGE when there is no address in it. */
bool compose_read_mailbox(const char *text, char **name, char **email, struct error *err);

#endif
