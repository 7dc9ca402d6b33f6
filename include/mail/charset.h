/*
 * Bytes in any charset to UTF-8, without ever losing a message: what does not fit becomes U+FFFD, and a charset
 * that is missing, unknown or plainly wrong is guessed from the bytes (UTF-8, windows-1251, koi8-r, windows-1252).
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include "base/strbuf.h"
#include "mail/slice.h"

/* Appends the text as valid UTF-8 without NUL bytes (they become U+FFFD). `charset` may be NULL or "". */
void charset_to_utf8(struct strbuf *out, struct slice bytes, const char *charset);

/* Whether the bytes are UTF-8 as PostgreSQL and JSON want it: no surrogates, no overlong forms. */
bool charset_is_utf8(struct slice bytes);

/* The charset that bytes which are not UTF-8 are most probably in. */
const char *charset_guess(struct slice bytes);

#endif
