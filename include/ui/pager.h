/*
 * Lines that one reads: help, messages, a preview of what will be sent.
 */
#ifndef UI_PAGER_H
#define UI_PAGER_H

#include "ui/draw.h"

struct pager_line {
	enum theme_role role;
	int indent; /* cells */
	char *key;  /* owned; drawn at the left in its own role (ROLE_KEY), "" or NULL for none */
	char *text; /* owned; wrapped when longer than the screen */
	int height; /* screen lines, when wrapped to `wrapped` cells; a page of a file is long */
	int wrapped;
	int64_t id; /* of a line that can be chosen; 0: one that is only read */
};

struct pager {
	char *title; /* owned */
	struct pager_line *lines;
	size_t count;
	size_t capacity;
	int top;       /* screen line at the top */
	int rows;      /* of the last drawing */
	int height;    /* screen lines that there were then, shown or not */
	bool choosing; /* it has lines that can be chosen: the keys that scroll move the cursor among them */
	bool follow;   /* the cursor was moved: it is to be in sight */
	size_t cursor; /* the line */
	int cursor_y;  /* screen line, as measured last */
	char filter[64]; /* only lines that contain it (and headings above them) are shown; "" shows all */
};

void pager_init(struct pager *pager, const char *title);
void pager_release(struct pager *pager);
void pager_add(struct pager *pager, enum theme_role role, int indent, const char *keys, const char *text);
/* The same of a line that can be chosen. */
void pager_add_choice(struct pager *pager, enum theme_role role, int indent, const char *keys,
        const char *text, int64_t id);
/* Of the line under the cursor; false: there is none to choose. */
bool pager_chosen(const struct pager *pager, int64_t *id);
void pager_choose(struct pager *pager, int64_t id); /* of no effect where it is not */
/* Before it is drawn there: rows, height, and a top that leaves no row empty. */
void pager_measure(struct pager *pager, struct terminal *terminal, struct rect rect);
/* Draws anew each time, over a blank place. */
void pager_draw(struct pager *pager, struct terminal *terminal, struct rect rect);
void pager_scroll(struct pager *pager, int lines);
void pager_page(struct pager *pager, int pages);
void pager_to(struct pager *pager, bool end);

#endif
