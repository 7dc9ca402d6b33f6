/*
 * Fuzzy matching: whether the letters that were typed occur in a text in their order, how well, and which of the
 * text's letters they are. Case does not matter, nor do accents and other marks ("елка" finds "Ёлка").
 */
#ifndef CORE_FUZZY_H
#define CORE_FUZZY_H

#include <stdbool.h>
#include <stddef.h>

enum { FUZZY_SPANS_MOST = 32 };

/* Bytes of the text that were matched, beside each other. */
struct fuzzy_span {
	size_t start, length;
};

struct fuzzy_match {
	int score; /* the higher, the better; of no pattern 0 */
	size_t count;
	struct fuzzy_span spans[FUZZY_SPANS_MOST]; /* in order; of more than fit the first ones */
};

/*
 * Blanks part the pattern into words, each of which must be found, in any order. Letters beside each other and at the
 * beginning of words count most, gaps count against a text, and the whole text, or its beginning, wins. The first 400
 * characters of a text are looked at, and of a word the first 64. False: it does not match.
 */
bool fuzzy_match(const char *pattern, const char *text, struct fuzzy_match *match);

#endif
