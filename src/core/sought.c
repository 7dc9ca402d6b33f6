/*
 * A word is what lies between signs and blanks; every byte beyond ASCII counts as a letter. What stays of a sought word are its first
 * letters: all of a short one, and of a longer one all but two, which is about what a Russian or English ending takes away.
 */
#include "core/sought.h"

#include "core/text.h"

#include <ctype.h>
#include <string.h>

enum { SHORT_WORD = 4, ENDING = 2, STEM_BYTES = 128 };

static bool is_letter(unsigned char c)
{
	return c >= 0x80 || isalnum(c);
}

static size_t word_length(const char *text)
{
	size_t length = 0;
	while (is_letter((unsigned char)text[length]))
		length++;
	return length;
}

static bool begins_character(unsigned char c)
{
	return (c & 0xc0) != 0x80;
}

/* The bytes of the word that every form of it begins with. */
static size_t stem_length(const char *word, size_t length)
{
	size_t letters = 0, at = 0;
	for (size_t i = 0; i < length; i++)
		letters += begins_character((unsigned char)word[i]);
	size_t wanted = letters <= SHORT_WORD           ? letters
	                : letters - ENDING < SHORT_WORD ? SHORT_WORD
	                                                : letters - ENDING;
	for (; at < length; at++) {
		if (begins_character((unsigned char)word[at]) && !wanted--)
			break;
	}
	return at;
}

/* A copy, cut where it is very long, in which E has no dots, as the search on the server sees it. */
static void copy_word(char out[STEM_BYTES], const char *word, size_t length)
{
	static const char *const dotted[] = {"\u0451", "\u0401"}, *const plain[] = {"\u0435", "\u0415"};
	length = length < STEM_BYTES ? length : STEM_BYTES - 1;
	memcpy(out, word, length);
	out[length] = '\0';
	for (size_t i = 0; i < 2; i++)
		for (char *at = out; (at = strstr(at, dotted[i]));)
			memcpy(at, plain[i], strlen(plain[i])); /* two bytes each */
}

/* Whether the word at `text` is a form of one of the query's. */
static bool is_sought(const char *text, const char *query)
{
	char word[STEM_BYTES];
	copy_word(word, text, word_length(text));
	while (*query) {
		const size_t length = word_length(query);
		if (!length) {
			const bool without = *query == '-' && is_letter((unsigned char)query[1]);
			query += 1 + (without ? word_length(query + 1) : 0);
			continue;
		}
		char stem[STEM_BYTES];
		const size_t bytes = stem_length(query, length);
		copy_word(stem, query, bytes);
		if (text_begins(word, stem) && !(length == 2 && strncasecmp(query, "or", 2) == 0))
			return true;
		query += length;
	}
	return false;
}

bool sought_find(const char *text, const char *query, size_t *start, size_t *length)
{
	for (size_t at = 0; text[at];) {
		const size_t bytes = word_length(text + at);
		if (bytes && is_sought(text + at, query)) {
			*start = at;
			*length = bytes;
			return true;
		}
		at += bytes ? bytes : 1;
	}
	return false;
}
