/*
 * Two tables are filled for a word of the pattern, letter by letter of the text (as the program fzy does):
 *
 *   ends[i][j]   the best score of the word's first i + 1 letters with the last of them at the text's letter j
 *   best[i][j]   the same with the last of them at j or before it, less what the gap up to j costs
 *
 * A letter that follows the one before it costs nothing and earns the most, so both tables are needed: the best place of
 * one letter may not be the best for the next. Going back from the end of `best` gives the letters that made it.
 */
#include "core/fuzzy.h"

#include "core/utf8.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { LETTERS_MOST = 400, WORD_MOST = 64, NEVER = INT_MIN / 2 };

/* What a letter earns by where it stands, and what is lost between letters. */
enum {
	BEGINS_TEXT = 180,
	BEGINS_WORD = 160,
	BEGINS_CAPITAL = 140,
	FOLLOWS = 200,
	GAP_BEFORE = -2,
	GAP_INSIDE = -3,
	GAP_BEHIND = -1,
	WHOLE_TEXT = 100000,
};

struct letters {
	int count;
	int32_t code[LETTERS_MOST]; /* folded */
	size_t start[LETTERS_MOST]; /* in bytes */
	size_t length[LETTERS_MOST];
	int bonus[LETTERS_MOST];
};

/* ---- letters --------------------------------------------------------------------------------------- */

/* A letter without its case and marks; 0: it is a mark itself. */
static int32_t fold(int32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + 32 : code;
	utf8proc_int32_t parts[16];
	int boundary = UTF8PROC_BOUNDCLASS_START;
	utf8proc_ssize_t count = utf8proc_decompose_char(code, parts, 16,
	        UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_COMPAT, &boundary);
	return count > 0 && count <= 16 ? parts[0] : count == 0 ? 0 : code;
}

static bool is_word_letter(int32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
		       (code >= 'a' && code <= 'z');
	const utf8proc_category_t category = utf8proc_category(code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static int bonus_of(int32_t before, int32_t code, bool first)
{
	if (first)
		return BEGINS_TEXT;
	if (is_word_letter(code) && !is_word_letter(before))
		return BEGINS_WORD;
	if (utf8proc_category(code) == UTF8PROC_CATEGORY_LU &&
	        utf8proc_category(before) == UTF8PROC_CATEGORY_LL)
		return BEGINS_CAPITAL;
	return 0;
}

/* A mark belongs to the letter that it stands on. */
static void read_letters(const char *text, size_t length, int most, struct letters *out)
{
	int32_t before = ' ';
	size_t step;
	out->count = 0;
	for (size_t at = 0; at < length; at += step) {
		const int32_t read = utf8_next(text + at, length - at, &step);
		const int32_t code = read < 0 ? 0xfffd : read, folded = fold(code);
		if (!folded && out->count) {
			out->length[out->count - 1] += step;
			continue;
		}
		if (out->count == most)
			return;
		out->code[out->count] = folded ? folded : code;
		out->start[out->count] = at;
		out->length[out->count] = step;
		out->bonus[out->count] = bonus_of(before, code, out->count == 0);
		out->count++;
		before = code;
	}
}

/* ---- one word --------------------------------------------------------------------------------------- */

struct tables {
	int ends[WORD_MOST][LETTERS_MOST];
	int best[WORD_MOST][LETTERS_MOST];
};

static bool occurs(const struct letters *word, const struct letters *text)
{
	int i = 0;
	for (int j = 0; i < word->count && j < text->count; j++)
		i += text->code[j] == word->code[i];
	return i == word->count;
}

/* The best score with the word's letter i at the text's letter j. */
static int score_at(const struct tables *t, const struct letters *text, int i, int j)
{
	if (i == 0)
		return j * GAP_BEFORE + text->bonus[j];
	if (j == 0)
		return NEVER;
	const int anew = t->best[i - 1][j - 1] + text->bonus[j], follows = t->ends[i - 1][j - 1] + FOLLOWS;
	const int score = anew > follows ? anew : follows;
	return score > NEVER / 2 ? score : NEVER;
}

static void fill(struct tables *t, const struct letters *word, const struct letters *text)
{
	for (int i = 0; i < word->count; i++) {
		const int gap = i + 1 == word->count ? GAP_BEHIND : GAP_INSIDE;
		int best = NEVER;
		for (int j = 0; j < text->count; j++) {
			const bool same = text->code[j] == word->code[i];
			t->ends[i][j] = same ? score_at(t, text, i, j) : NEVER;
			best = best > NEVER ? best + gap : NEVER;
			if (t->ends[i][j] > best)
				best = t->ends[i][j];
			t->best[i][j] = best;
		}
	}
}

/* Backwards: a letter stands where `best` took its value from `ends`, or right before one that followed it. */
static void mark_letters(
        const struct tables *t, const struct letters *word, const struct letters *text, bool *marked)
{
	bool follows = false;
	int j = text->count - 1;
	for (int i = word->count - 1; i >= 0; i--) {
		while (!follows && j > 0 && t->best[i][j] != t->ends[i][j])
			j--;
		marked[j] = true;
		follows = i > 0 && j > 0 && t->ends[i][j] == t->ends[i - 1][j - 1] + FOLLOWS;
		j--;
	}
}

static bool match_word(const struct letters *word, const struct letters *text, bool *marked, int *score)
{
	struct tables t;
	if (!occurs(word, text))
		return false;
	fill(&t, word, text);
	mark_letters(&t, word, text, marked);
	*score += t.best[word->count - 1][text->count - 1];
	if (word->count == text->count)
		*score += WHOLE_TEXT;
	return true;
}

/* ---- all of them -------------------------------------------------------------------------------------- */

static void make_spans(const struct letters *text, const bool *marked, struct fuzzy_match *match)
{
	for (int j = 0; j < text->count; j++) {
		if (!marked[j])
			continue;
		struct fuzzy_span *last = match->count ? &match->spans[match->count - 1] : NULL;
		if (last && last->start + last->length == text->start[j])
			last->length += text->length[j];
		else if (match->count < FUZZY_SPANS_MOST)
			match->spans[match->count++] = (struct fuzzy_span){text->start[j], text->length[j]};
		else
			return;
	}
}

bool fuzzy_match(const char *pattern, const char *text, struct fuzzy_match *match)
{
	struct letters letters, word;
	bool marked[LETTERS_MOST] = {false};
	*match = (struct fuzzy_match){.score = 0};
	pattern += strspn(pattern, " ");
	if (!*pattern)
		return true;
	read_letters(text, strlen(text), LETTERS_MOST, &letters);
	while (*pattern) {
		const size_t length = strcspn(pattern, " ");
		read_letters(pattern, length, WORD_MOST, &word);
		if (!match_word(&word, &letters, marked, &match->score))
			return false;
		pattern += length;
		pattern += strspn(pattern, " ");
	}
	make_spans(&letters, marked, match);
	return true;
}
