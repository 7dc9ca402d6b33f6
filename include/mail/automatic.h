/*
 * Which messages no person wrote: such mail never opens or reopens a wait.
 * Sources: RFC 3834 (Auto-Submitted), RFC 5321 4.5.5 (null reverse-path), RFC 6522 (multipart/report), RFC 2919
 * (List-Id), and what Exchange, sieve and older responders write.
 */
#ifndef MAIL_AUTOMATIC_H
#define MAIL_AUTOMATIC_H

#include "mail/header.h"

/* "report", "list", "auto-submitted", "autoreply", "precedence", "null sender", "mailer-daemon"; "" for a person's mail.
 * `type` is the message's content type, `from` the sender's address. */
const char *automatic_reason(const struct header *header, const char *type, const char *from);

#endif
