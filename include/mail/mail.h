/*
 * A message from a customer as the rest of sandglass sees it: who, what about, the text an agent reads, the
 * attachments, whether a machine sent it. Made from RFC 5322 bytes here, or from the help centre's form (mail/form.h).
 * Every string is valid UTF-8 without NUL and never NULL, and as hostile as its sender: text_sanitise() at the sink.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "base/error.h"
#include "mail/header.h"
#include "mail/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mail_limits {
	size_t message; /* bytes of raw message that are read; the rest is not kept, and the body says so */
	size_t attachment; /* bytes of one attachment; a larger one is listed and not stored */
	size_t body;       /* bytes of readable text */
};

#define MAIL_LIMITS_DEFAULT                                                                                  \
	{                                                                                                    \
		.message = 64 << 20, .attachment = 25 << 20, .body = 1 << 20                                 \
	}

struct mail_attachment {
	char *name;  /* no path in it, at most 200 bytes; made from the type when the part had none */
	char *type;  /* "image/png" */
	char *bytes; /* NULL when not stored */
	size_t size;
	char sha256[65];
	bool stored;
};

struct mail {
	char *message_id;  /* without < >; made from the SHA-256 of the raw bytes when there was none */
	char *in_reply_to; /* without < >; "" when none */
	struct text_list references;
	struct mail_address from;
	char *reply_to; /* "" when none */
	struct text_list to;
	struct text_list cc;
	struct text_list delivered; /* Delivered-To, X-Original-To: where the MTA says it went */
	char *subject;
	char *date; /* RFC 3339 in UTC; "" when there was none that can be read */
	char *body; /* LF, no blank lines at the ends */
	bool html;  /* the body was made from HTML */
	bool automatic;
	const char *auto_reason; /* one of mail/automatic.h's words; "" when not automatic */
	const char *channel;     /* "email" or "form" */
	struct mail_attachment *attachments;
	size_t attachment_count;
};

/* Once, before anything else of this layer. */
void mail_setup(void);

/*
 * Fails with ERROR_INPUT, in a few words, when the bytes are no message: nothing there, no header, no sender. `cut` says that the
 * bytes are the beginning of a longer message.
 */
bool mail_parse(
        struct mail *mail, struct slice raw, const struct mail_limits *limits, bool cut, struct error *err);
void mail_release(struct mail *mail);

/*
 * The reply token that the message carries: of an address local+TOKEN@domain (of the support address when it is
 * known, otherwise of any recipient), or of "[#TOKEN]" in the subject. The caller frees it; "" when none.
 */
char *mail_token(const struct mail *mail, const char *support_address);

#endif
