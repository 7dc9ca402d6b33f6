/*
 * The customer of a ticket: organization, plan and what it entitles to, whether they were answered in time, people, their
 * last tickets. A pane on a wide screen, a page on others.
 */
#ifndef UI_CUSTOMER_PANE_H
#define UI_CUSTOMER_PANE_H

#include "core/customer.h"
#include "core/directory.h"
#include "ui/draw.h"

struct customer_model {
	const struct ticket_row *row;    /* whose; NULL: no ticket is selected */
	const struct customer *customer; /* NULL: on its way */
	uint64_t revision;               /* another number whenever its content is another */
	const struct directory *directory;
	uint64_t directory_revision;
	instant now;
	int utc_offset_s;
	bool focused;
	size_t cursor;     /* of the last tickets, when focused */
	const char *stale; /* "as of 11:41: the server is away"; "" when it is fresh */
};

/* What it remembers of the last drawing; all bytes 0 at first. */
struct customer_pane {
	uint64_t epoch, drawn;
};

/* Blanks its place, and draws nothing when that would be what stands there already. */
void customer_pane_draw(struct customer_pane *pane, struct terminal *terminal, struct rect rect,
        const struct customer_model *model);

#endif
