/*
 * What stands around every view: the title line, the message line and the footer with the keys that work here
 * and now.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "core/queue.h"
#include "ui/draw.h"

/* Silent: the connection stands, and the server owes an answer. */
enum connection_shown { SHOWN_LIVE, SHOWN_LOADING, SHOWN_SILENT, SHOWN_OFFLINE };

struct title_model {
	const char *view;   /* "QUEUE all" */
	const char *order;  /* "prio,due"; "" for none */
	const char *filter; /* "status:new"; NULL for none. It is cut before anything else is left out */
	bool counts_known;
	struct queue_counts counts;
	const char *warn_text; /* "30m" */
	const char *agent;     /* login or name */
	enum connection_shown connection;
	int64_t offline_s;      /* how long, when offline or silent */
	size_t waiting_actions; /* sent but not confirmed, or kept until the server is back */
	const char *wall_clock; /* "11:41" in the agent's zone */
};

/* "QUEUE all  prio,due        12 open  2 BREACHED  3 <30m  anna  live 11:41"; parts drop out from the least
 * important when columns are few; "offline 12s", "silent 3s" and BREACHED never do. */
void title_draw(struct terminal *terminal, int y, const struct title_model *model);

struct hint {
	const char *key;  /* "c", "s h" */
	const char *text; /* "claim" */
	bool keep;        /* those before it give way to it */
};

/* "c claim  Enter read  r reply": as many as fit, whole ones; the last one (help) always, and those to be kept before the others. */
void footer_draw(struct terminal *terminal, int y, const struct hint *hints, size_t count);
/* The one that is drawn over that column; NULL: none. */
const struct hint *footer_at(struct terminal *terminal, const struct hint *hints, size_t count, int column);

/* One line of news above the footer: an error, a success, a question, a note. */
void message_draw(struct terminal *terminal, int y, enum theme_role role, const char *text);

/* The same of what :messages keeps, in so many columns: where it is cut, the end of the line says so. */
void said_draw(struct terminal *terminal, int y, int columns, enum theme_role role, const char *text);

/* The screen is smaller than 60x15: says so, and nothing else is drawn. */
bool frame_too_small(const struct terminal *terminal);
void too_small_draw(struct terminal *terminal);

#endif
