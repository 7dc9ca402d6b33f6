/*
 * HTML mail as text that an agent can read: links as `text <url>`, lists, tables in columns, quotes as `> `, and nothing that a
 * reader of the mail would not have seen (styles, scripts, hidden elements). Nothing is fetched.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "base/strbuf.h"
#include "mail/slice.h"

#include <stdbool.h>

/* Appends the text of `html`, which is UTF-8. At most 1 MiB of markup and 512 nested elements are understood; what follows is
 * kept with its tags taken out. */
void html_to_text(struct strbuf *out, struct slice html);

/* The charset that the markup itself declares in its first KiB (meta), or "" when it declares none. */
void html_charset(struct slice html, char *charset, size_t size);

#endif
