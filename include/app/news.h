/*
 * What others did on a ticket while something is written on it.
 */
#ifndef APP_NEWS_H
#define APP_NEWS_H

#include "core/ticket.h"

struct console;

/* What this console did last, as the server confirmed it: its row may come a moment later. */
struct own_change {
	int64_t ticket_id;
	int32_t version;
};

/* The version of the ticket that a draft which is begun now has seen. */
int32_t news_seen_version(const struct console *console, const struct ticket_row *row);
/* Adds to the preview what came, with what was written; nothing when nothing came. */
void news_add(struct console *console);
/* This console's own action was confirmed: the ticket has this version by it. */
void news_own_change(struct console *console, int64_t ticket_id, int32_t version);

#endif
