/*
 * Text from outside, made harmless and measured. Everything that comes from a customer, a colleague
 * or a file passes text_sanitise() before a sink: screen cells, title, clipboard, editor file, log, stdout.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_lines {
	TEXT_ONE_LINE, /* line ends and tabs become one blank each */
	TEXT_KEEP_LINES /* LF stays, CRLF and CR become LF, a tab becomes blanks to the next multiple of eight */
};

/*
 * Appends `bytes` to out as valid UTF-8 in which nothing can move a cursor, change a colour, reorder or hide text, and whose
 * width is exactly what the terminal library draws:
 *
 *   U+FFFD    C0 and C1 controls, DEL and the ESC of a sequence (what follows it is shown as the text that it is), bidi overrides
 *             (U+202D, U+202E), private-use, unassigned and surrogate code points, what wcwidth() does not know, a mark
 *             with nothing to stand on, and bytes that are not UTF-8, one for each maximal subpart (Unicode 15, table 3-8)
 *   dropped   what is invisible by design: soft hyphens, zero-width spaces, direction marks, embeddings and isolates (U+200E/F,
 *             U+061C, U+202A-202C, U+2066-2069), tags (U+E0000-E007F), fillers, byte order marks
 *   kept      ZWJ, ZWNJ and a variation selector on a character that they can stand on; not what joins emoji (ZWJ, U+FE0F, skin
 *             tones): terminals disagree how many cells the joined picture has, so each part is shown by itself
 *
 * At most 8 marks stand on a character, the rest is cut. Line separators (U+2028, U+2029) are line ends. Sanitising
 * twice is the same as once.
 */
void text_sanitise(struct strbuf *out, const char *bytes, size_t length, enum text_lines lines);

/* Whether there is anything to see in the text: a character that is no blank, no control, has some width and is no filler. The
 * server refuses what does not show by the same rule (function text_shows). */
bool text_shows(const char *text);
bool text_is_unseen(int32_t code);

/* Cells that the terminal library will use for the text up to length bytes; what wcwidth() calls unprintable
 * counts as 1 because it is drawn as U+FFFD. */
int text_width(const char *text, size_t length);

/* The longest prefix (whole grapheme clusters) that fits into `columns` cells: its bytes; *used are its
 * cells. */
size_t text_fit(const char *text, size_t length, int columns, int *used);

struct text_line {
	size_t start;  /* bytes from the beginning of the text */
	size_t length; /* without the line end and trailing blanks */
};

/* Breaks sanitised text (TEXT_KEEP_LINES) into lines of at most `columns` cells, at blanks where it can.
 * Calls `each` for every line. */
void text_wrap(
        const char *text, int columns, void (*each)(void *context, struct text_line line), void *context);

/* Whether `needle` occurs in `text`, case folded (Unicode simple folding); the empty needle always does. */
bool text_contains(const char *text, const char *needle);
/* The same, and where it first does: bytes of the text, of which there may be others than in the needle, and another
 * number. The empty needle is found nowhere. */
bool text_find(const char *text, const char *needle, size_t *start, size_t *length);

/* Whether `text` begins with `needle`, folded in the same way; with the empty needle it always does. */
bool text_begins(const char *text, const char *needle);

#endif
