/*
 * What the server words in English - the events of a ticket, the reasons of a refusal - in the agent's language. The schema's
 * functions word them once, for consoles and scripts alike; here each of their sentences is known by its fixed words.
 */
#ifndef CORE_TOLD_H
#define CORE_TOLD_H

#include "base/strbuf.h"

/* Appends the text in the language that is spoken; as it is where it is none of the known ones, or in English. */
void told_words(const char *english, struct strbuf *out);

#endif
