/*
 * "@ben" in an internal note: the names behind an @, as the server finds them when the note is written
 * (schema/functions/53_mention.sql), so that the preview says who will be told.
 */
#ifndef CORE_MENTION_H
#define CORE_MENTION_H

#include <stddef.h>

enum { MENTION_MOST = 64 }; /* bytes of a name: more than a login may have */

/* The next name in the text from *at on, in small letters (ASCII), without the @; moves *at behind it. The same name may come
 * again. A name begins behind a blank or an opening sign, so that an address is none. 0 bytes: there is none. */
size_t mention_next(const char *text, size_t *at, char name[MENTION_MOST]);

#endif
