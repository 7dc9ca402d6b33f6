/*
 * Which columns the list shows, in which order: the table (core/columns.def), and a choice of it by names.
 */
#ifndef CORE_COLUMNS_H
#define CORE_COLUMNS_H

#include "base/error.h"
#include "base/strbuf.h"

#include <stddef.h>

enum column {
#define COLUMN(id, name, head, usual, least, wide, from, drop, align) COLUMN_##id,
#include "core/columns.def"
#undef COLUMN
	COLUMN_COUNT
};

enum column_align { ALIGN_LEFT, ALIGN_RIGHT };

struct column_rule {
	const char *name; /* "assignee" */
	const char *head; /* "ASSIGNEE", marked for translation */
	int usual, least, wide, from, drop;
	enum column_align align;
};
extern const struct column_rule column_rules[COLUMN_COUNT];

/* A choice of columns, from left to right, each once. */
struct columns {
	size_t count;
	enum column list[COLUMN_COUNT];
};

/* Reads names, separated by blanks or commas. "" is the usual choice, which shows the requester only where there is room for
 * it. Fails with one line that names the columns; `err` may be NULL. */
bool columns_parse(const char *text, struct columns *out, struct error *err);
/* Whether the text is such a list: a check of the settings. */
bool columns_check(const char *text, struct error *err);

/* Appends the names, so that columns_parse() reads the same. */
void columns_text(const struct columns *columns, struct strbuf *out);

/* All names, separated by blanks. */
extern const char column_names[];

/* Which of them are shown in a list of `total` cells, and how wide they are there (0 what is not shown). `margin` cells at the left
 * are used already, and each column but the last is followed by a blank. `needs` are the cells that what stands in each column has:
 * the digits of the largest number, the longest of a language's words; 0 for no more than the table says. The subject has
 * what the others leave, wherever it stands. */
void columns_fit(const struct columns *columns, int total, int margin, const int needs[COLUMN_COUNT],
        struct columns *shown, int width[COLUMN_COUNT]);

#endif
