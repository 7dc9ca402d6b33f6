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
	char title[80];          /* that the terminal has */
	int64_t title_at_ms;     /* clock_ms() of the next one, at the earliest */
};

void attention_init(struct console *console);
void attention_release(struct console *console);
/* After each frame. */
void attention_check(struct console *console);

#endif
