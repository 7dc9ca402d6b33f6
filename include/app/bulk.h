/*
 * One command for one ticket or for many.
 *
 * When something is marked in the list, a key in the list acts on the marked tickets that it shows; otherwise, and
 * whenever a ticket is read, on the one in front. The set is fixed at the first key (struct aim), each ticket with the
 * version that the agent saw then. A command that makes an action is written once for both:
 *
 *	struct action action;
 *	if (!action_begin(console, &action, ACTION_PRIORITY))
 *		return;                                   // it has said why
 *	action.priority = priority;
 *	act(console, &action, &(struct deed){.said = said, .title = title});
 *
 * and has FOR_MANY among its needs in core/commands.def. Without it the dispatch refuses the command while tickets are
 * marked, so that nothing happens to another ticket than the line says. A handler of such a command must not expect
 * console_row() when act_is_many(); what depends on each ticket goes into deed.fit.
 *
 * Many tickets are many actions, one transaction each, with a request id of its own; WINDOW of them are under way at once,
 * by way of actions.c, so each is shown at once, marked as unconfirmed, sent again after a lost connection, never done
 * twice. Stopping sends no more of them. In the end the line says how many were done and refused; the page of reasons is
 * behind `?`. It is one entry of the undo stack, and taking it back runs the same way.
 */
#ifndef APP_BULK_H
#define APP_BULK_H

#include "base/error.h"
#include "core/action.h"

#include <stddef.h>

struct console;
struct pending_action;
struct undoable;

/* ---- what is acted on ----------------------------------------------------------------------------- */

struct target {
	int64_t id;
	int32_t version; /* as the agent saw it */
	bool waits;      /* its customer waits for a reply (status.c fills it in) */
};

struct aim {
	struct target *list; /* owned; in the order of the queue. None: the ticket in front */
	size_t count, room;
	size_t hidden; /* marked as well, but not in the list: left alone, and said */
};

void aim_release(struct aim *aim);

/* ---- doing it --------------------------------------------------------------------------------------- */

/* Looks at one of many tickets when its turn comes; may change the action for it. False: *why it is left alone. */
typedef bool deed_fit(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why);

struct deed {
	const char *said; /* the line when it was done to one ticket; NULL for none */
	void (*then)(struct console *console, struct pending_action *one,
	        const struct action_result *result); /* of one ticket (state.h: action_then); may be NULL */

	const char *title; /* what is done to many, for the progress and the summary: "status closed" */
	deed_fit *fit;     /* of each of many; may be NULL */
	bool derive; /* the request ids of many follow from the action's: done again, nothing is done twice */
	void (*ended)(struct console *console); /* of many, before the end is said; may be NULL */
};

bool act_is_many(const struct console *console);
/* Makes an action on what is aimed at. False, and said: there is nothing left to act on. */
bool action_begin(struct console *console, struct action *action, enum action_kind kind);
/* Takes over the action's content. */
void act(struct console *console, struct action *action, const struct deed *deed);

/* ---- many at once ------------------------------------------------------------------------------------ */

enum bulk_state { BULK_WAITS, BULK_SENT, BULK_DONE, BULK_REFUSED };

struct bulk_item {
	int64_t ticket_id;
	int32_t version;
	enum bulk_state state;
	bool dismisses;    /* "no reply needed" before the action itself */
	bool wait_goes_on; /* the action itself, over a waiting customer's head */
	bool last;         /* of its ticket; what is counted */
	enum error_kind kind;
	char *why;           /* owned: of a refusal */
	char request_id[37]; /* of what was done; of an undo, what it takes back */
};

/* What becomes of the waits of those targets whose customer waits. */
enum bulk_waits { WAITS_LEFT_OUT, WAITS_GO_ON, WAITS_DISMISSED };

struct bulk {
	bool runs;
	bool stopping;    /* no more are sent */
	bool leave_asked; /* Q was pressed once */
	bool offered;     /* the summary was said just now: `?` opens it */
	bool undoes;
	int64_t looked_at;          /* of those that were refused: the one that was opened last; 0: none */
	char id[37];                /* its entry of the undo stack */
	char *title;                /* owned */
	char *reason;               /* owned: of the dismissals */
	char *text;                 /* owned: of a reply to many that is taken back; NULL for others */
	struct macro_actions macro; /* what went with it */
	const char *outcome;        /* what else is said at its end, in the agent's language; NULL: nothing */
	struct action action;
	deed_fit *fit;
	bool derive;
	void (*ended)(struct console *console);
	struct bulk_item *items; /* owned; kept after the end for the summary */
	size_t count, next, under_way;
	size_t hidden;
};

/* How far it is; of tickets, not of actions. */
struct bulk_count {
	size_t all, done, refused;
};

/* act() on these targets, some of which have a waiting customer. Takes over the action's content. */
void bulk_start(struct console *console, struct action *action, const struct deed *deed,
        const struct aim *aim, enum bulk_waits waits, const char *reason);
/* Whether one is under way; says so. */
bool bulk_is_busy(struct console *console);
void bulk_undo(struct console *console, const struct undoable *undo);
void bulk_stop(struct console *console);
struct bulk_count bulk_count(const struct bulk *bulk);
void bulk_progress(const struct bulk *bulk, bool can_stop, char *out, size_t size);
void bulk_show_summary(struct console *console);
void bulk_release(struct bulk *bulk);

/* ---- marks (marks.c) ------------------------------------------------------------------------------------ */

/* The first key of a command that acts on tickets: takes the marked ones that the list shows. */
void aim_at_marked(struct console *console);
/* After rows came or went: a ticket that has left the queue loses its mark. */
void marks_follow_queue(struct console *console);
/* "3 marked. ..." for the line above the footer; "" when nothing is. */
void marks_text(struct console *console, char *out, size_t size);
void marks_take_back(struct console *console, const struct undoable *undo);

#endif
