/*
 * A message as JSON: what intake_message() takes, and what `sandglass intake --dry-run` prints.
 */
#ifndef MAIL_JSON_H
#define MAIL_JSON_H

#include "base/strbuf.h"
#include "mail/mail.h"

/* Appends the dry run's object in one line: {"message_id","in_reply_to","references","from","to","cc","subject","date","body",
 * "html","auto","auto_reason","attachments":[{"name","type","size","sha256"}]}. Characters that would steer or confuse a
 * terminal stand as \u escapes; nothing is lost. */
void mail_json_print(struct strbuf *out, const struct mail *mail);

/* Appends the object that the database takes: the same and reply_to, token, channel and each attachment's "stored". */
void mail_json_database(struct strbuf *out, const struct mail *mail, const char *token);

#endif
