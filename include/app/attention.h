/*
 * Calling an agent who looks elsewhere: the title of the terminal, its bell, a notification.
 */
#ifndef APP_ATTENTION_H
#define APP_ATTENTION_H

#include "core/queue.h"

#include <stdbool.h>
#include <stdint.h>

struct console;

struct attention {
	struct listing *mine; /* the agent's own tickets, and all open ones, whatever the list shows */
	struct listing *all;
	struct queue_counts mine_counts, all_counts; /* as they were at the last look */
	uint64_t revision;                           /* of the queue, then */
	instant at;
	bool known;
	int64_t silent_until_ms; /* clock_ms() of the next bell or notification, at the earliest */
	bool owes_bell;          /* what came within that time is told at its end */
	const char *owes_note;   /* static; NULL: none */
	char title[80];          /* that the terminal has */
	int64_t title_at_ms;     /* clock_ms() of the next one, at the earliest */
};

void attention_init(struct console *console);
void attention_release(struct console *console);
/* Calls for something of the agent's own, or of anybody's, as the settings say: now, or when the last call is a minute ago.
 * `note` is what a notification says, static. */
void attention_call(struct console *console, bool own, const char *note);
/* After each frame. */
void attention_check(struct console *console);

#endif
