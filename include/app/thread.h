/*
 * A long thread is loaded from its end; what is above, and the rest of a very long message, comes as the agent scrolls.
 */
#ifndef APP_THREAD_H
#define APP_THREAD_H

#include <stdbool.h>
#include <stdint.h>

struct console;

struct thread {
	bool under_way;        /* one question at a time */
	int64_t failed_ticket; /* the server refused more of this one: it is not asked again */
};

/* After a drawing: asks for what the view came near to. */
void thread_want(struct console *console);

#endif
