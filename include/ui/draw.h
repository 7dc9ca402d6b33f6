/*
 * Drawing by role. Every text passes text_sanitise() here, on its way into the cells: callers hand over what
 * they have.
 */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include "core/fuzzy.h"
#include "ui/terminal.h"

struct rect {
	int y, x, rows, columns;
};

/* Writes text from y, x in at most `columns` cells, cut with … ; returns the cells used. */
int draw_text(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text);
int draw_textf(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *format,
        ...) __attribute__((format(printf, 6, 7)));
/* As draw_text(), and what `needle` is found in is drawn as ROLE_MATCH; NULL and "" are found nowhere. */
int draw_found(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        const char *needle);
/* As draw_text(), and the spans (of a sanitised text) are drawn in a role of their own. */
int draw_spans(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        enum theme_role marked, const struct fuzzy_span *spans, size_t count);
/* What is to be marked: a text wherever it stands, or what a search on the server means (core/sought.h). */
struct sought {
	const char *text; /* NULL: nothing */
	bool by_words;
};
int draw_sought(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        struct sought sought);
/* The cells that draw_text() would use, for what stands at the right. */
int draw_width(struct terminal *terminal, const char *text, int columns);
/* Lines of a frame: a box, and a horizontal line from side to side inside of one. */
void draw_box(struct terminal *terminal, struct rect rect);
void draw_across(struct terminal *terminal, struct rect box, int y);
void draw_fill(struct terminal *terminal, struct rect rect, enum theme_role role);
/* A horizontal rule with words in it: "-- 48213 -----". */
void draw_rule(struct terminal *terminal, int y, int x, int columns, const char *words);
void draw_vertical(struct terminal *terminal, int y, int x, int rows);

/* ---- what a view remembers of a drawing ------------------------------------------------------- */

/* A view that keeps a hash (FNV-1a) of all that its last drawing was made of can leave out one that would be the
 * same, within one terminal_epoch(). */
#define DRAW_HASH_BEGIN UINT64_C(0xcbf29ce484222325)
uint64_t draw_hash(uint64_t so_far, const void *bytes, size_t length);
/* With its end, so that two texts beside each other do not run together; of a long one the part that a screen shows. */
uint64_t draw_hash_text(uint64_t so_far, const char *text);
uint64_t draw_hash_rect(uint64_t so_far, struct rect rect);

#endif
