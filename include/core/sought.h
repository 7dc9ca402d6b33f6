/*
 * Where the words of a server's search stand in a text, as far as that can be told without its dictionaries: words that begin
 * as the sought ones do, without their endings.
 */
#ifndef CORE_SOUGHT_H
#define CORE_SOUGHT_H

#include <stdbool.h>
#include <stddef.h>

/* The first word of the text that one of the query's means: bytes of the text. Of the query's signs (quotes, OR, a leading
 * minus) a word with a minus is not sought. */
bool sought_find(const char *text, const char *query, size_t *start, size_t *length);

#endif
