/*
 * What the help centre's "Submit request" button sends. Either a JSON object or application/x-www-form-urlencoded, UTF-8,
 * with these keys (text; all others are passed over):
 *
 *   email     who asks; needed
 *   message   what they say; needed
 *   name, subject
 *   id        a word that is new for each press of the button, so that a retry is known as one. Without it the same
 *             fields sent twice are the same request.
 */
#ifndef MAIL_FORM_H
#define MAIL_FORM_H

#include "mail/mail.h"

/* Fails with ERROR_INPUT when it is neither, or when email or message are missing. */
bool form_parse(struct mail *mail, struct slice raw, const struct mail_limits *limits, struct error *err);

#endif
