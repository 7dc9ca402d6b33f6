/*
 * Drawing by role. Every text passes text_sanitise() here, on its way into the cells: callers hand over what
 * they have.
 */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include "ui/terminal.h"

struct rect {
	int y, x, rows, columns;
};

/* Writes text from y, x in at most `columns` cells, cut with … ; returns the cells used. */
int draw_text(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text);
int draw_textf(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *format,
        ...) __attribute__((format(printf, 6, 7)));
/* The cells that draw_text() would use, for what stands at the right. */
int draw_width(struct terminal *terminal, const char *text, int columns);
/* As draw_text(), and the rest of the columns blank in that role. */
void draw_field(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text);
void draw_fill(struct terminal *terminal, struct rect rect, enum theme_role role);
/* A horizontal rule with words in it: "-- 48213 -----". */
void draw_rule(struct terminal *terminal, int y, int x, int columns, const char *words);
void draw_vertical(struct terminal *terminal, int y, int x, int rows);

#endif
