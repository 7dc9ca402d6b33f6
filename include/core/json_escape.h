/*
 * JSON that is safe to look at: what steers a terminal or turns text around is written as an escape, so that the
 * reader gets the same text and the person who sees the line is not deceived by it.
 */
#ifndef CORE_JSON_ESCAPE_H
#define CORE_JSON_ESCAPE_H

#include "base/strbuf.h"

/* Appends `json`, with controls beyond ASCII, directions and what is invisible by design as \u escapes. They can stand
 * only inside strings, where both forms mean the same. */
void json_escape(struct strbuf *out, const char *json);

#endif
