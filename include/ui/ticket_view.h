/*
 * One ticket: header with its clock, organization line, conversation. Also the peek below the queue, which is
 * its first lines without paging. What is quoted and signatures are folded. The wrapped lines are kept until the conversation
 * or the width changes; when older messages come in above, what is on the screen stays there.
 */
#ifndef UI_TICKET_VIEW_H
#define UI_TICKET_VIEW_H

#include "core/civil.h"
#include "core/conversation.h"
#include "core/directory.h"
#include "ui/draw.h"

struct ticket_view;

struct ticket_view *ticket_view_new(void);
void ticket_view_free(struct ticket_view *view);

struct ticket_model {
	const struct ticket_row *row;            /* NULL: it is not known (any more) */
	const struct conversation *conversation; /* NULL: on its way */
	uint64_t conversation_revision;          /* another number whenever its content is another */
	const struct directory *directory;
	uint64_t directory_revision; /* another number whenever its names are others */
	instant now;
	int64_t warn_s;
	int utc_offset_s; /* of the agent's zone, now */
	civil_zone *zone; /* the agent's; NULL: it has one offset at all times */
	bool focused;
	bool pending;       /* an action on it is not confirmed yet */
	const char *draft;  /* "reply draft of 11:42", "" for none */
	const char *search; /* what was searched in it, to be marked; NULL: nothing */
	bool by_words;      /* it is a query of the server's search */
	const char *others; /* "ben writes since 11:42", "" or NULL for nobody */
	bool others_write;
};

/* As queue_view_draw: when what it shows changes by itself. It blanks its place, and draws nothing when that would be
 * what stands there already. */
instant ticket_view_draw(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model);

/* What stands in the peek; all bytes 0 at first. */
struct ticket_peek {
	uint64_t epoch; /* terminal_epoch() of the last drawing */
	uint64_t drawn;
};

/* A few lines for the pane below the queue: who, which clock, how many messages, the end of the last one. */
instant ticket_peek_draw(struct ticket_peek *peek, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model);

/* Scrolling, in lines; pages are of the last drawing's height. Kept within the text. */
void ticket_view_scroll(struct ticket_view *view, int lines);
void ticket_view_page(struct ticket_view *view, int pages);
void ticket_view_to_top(struct ticket_view *view);
void ticket_view_to_end(struct ticket_view *view);
/* The next drawing shows the first unread message, or the last message when all are read. */
void ticket_view_to_unread(struct ticket_view *view);
/* The id of the last message whose end was on the screen in the last drawing; 0: none. */
int64_t ticket_view_seen(const struct ticket_view *view);

/* What the last drawing came near to and is not loaded. */
struct ticket_wants {
	bool older;      /* messages before the first one */
	int64_t rest_of; /* the message that goes on; 0: none */
};
struct ticket_wants ticket_view_wants(const struct ticket_view *view);

/* Whether something in the ticket that was drawn last can be folded. */
bool ticket_view_has_folds(const struct ticket_view *view);
/* Folds quotations and signatures of this ticket, or unfolds them. Returns whether they are folded now. */
bool ticket_view_fold(struct ticket_view *view);
/* Shows the next line (step 1) or the one before (-1) in which the needle stands, unfolding what hides it. False: it is not
 * in what is loaded. */
bool ticket_view_search(struct ticket_view *view, const char *needle, int step);

/* "812 kB" */
void ticket_size_text(int64_t bytes, char *out, size_t size);

#endif
