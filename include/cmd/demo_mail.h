/* A customer's mail as a mail program would send it (RFC 5322, MIME), for `sandglass intake` (demo_mail.c). */
#ifndef CMD_DEMO_MAIL_H
#define CMD_DEMO_MAIL_H

#include "base/strbuf.h"

struct demo_mail {
	const char *from_name;
	const char *from_email;
	const char *to;
	const char *subject;
	const char *in_reply_to; /* a Message-ID without its brackets; "" for a new conversation */
	const char *body;        /* UTF-8, LF */
};

void demo_mail_build(const struct demo_mail *mail, struct strbuf *out);

#endif
