/*
 * The queue as a list: glyph (! breached, ~ warning), then the chosen columns (core/columns.h). It draws a listing and decides nothing. It keeps only its scroll position.
 */
#ifndef UI_QUEUE_VIEW_H
#define UI_QUEUE_VIEW_H

#include "core/civil.h"
#include "core/columns.h"
#include "core/marks.h"
#include "core/queue.h"
#include "ui/draw.h"

enum { QUEUE_VIEW_LINES = 200 }; /* a longer list is drawn anew from there on each time */

struct queue_view {
	size_t top;                       /* position of the first row shown */
	int rows;                         /* tickets that fit, of the last drawing: for paging */
	uint64_t epoch;                   /* terminal_epoch() of the last drawing */
	uint64_t head;                    /* its columns, as a hash */
	uint64_t drawn[QUEUE_VIEW_LINES]; /* what stands in each line, as a hash of all that it was made of */
	uint8_t cursor[QUEUE_VIEW_LINES]; /* and whether the cursor does */
	size_t count;                     /* rows of the list when the largest id was looked for */
	int64_t largest_id;
};

/* What other agents do at a ticket. */
enum others { OTHERS_NONE, OTHERS_VIEW, OTHERS_WRITE };

struct queue_model {
	const struct listing *listing;
	const struct directory *directory;
	uint64_t directory_revision; /* another number whenever its names are others */
	instant now;                 /* server time */
	int64_t warn_s;              /* working seconds under which a clock warns */
	int64_t selected;            /* ticket id; 0: none */
	int32_t self;                /* the agent; 0: none. A sign stands where a note mentions him */
	bool focused;                /* the pane that has the keys */
	bool loading;                /* rows are still coming */
	bool offline;
	const struct columns *columns; /* NULL: the usual ones */
	int utc_offset_s;              /* of the agent's zone, now */
	civil_zone *zone;              /* the agent's; NULL: it has one offset at all times */
	const char *search;            /* marked wherever the list shows it; NULL: nothing */
	bool by_words;                 /* it is a query of the server's search */
	const char *view_name;         /* for the empty state */
	const char *filter;            /* likewise; NULL: none */
	bool is_found;                 /* the list is what a search on the server has found */
	enum others (*others)(
	        const void *context, int64_t id); /* a sign after the assignee; NULL: not known */
	const void *others_context;
	bool (*is_pending)(
	        const void *context, int64_t id); /* changed here, not confirmed yet: a mark beside the row */
	bool (*has_draft)(
	        const void *context, int64_t id); /* something of the agent's is unsent; NULL: nothing is */
	const void *pending_context;
	const struct marks *marks; /* NULL: none */
};

/* Draws head and rows into rect, scrolling so that the selected one is in it. Returns when the first
 * countdown shown changes by itself (server time), INSTANT_NONE for never. Empty: says so, and what to do. */
instant queue_view_draw(struct queue_view *view, struct terminal *terminal, struct rect rect,
        const struct queue_model *model);

#endif
