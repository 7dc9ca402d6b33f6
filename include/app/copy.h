/*
 * Copying parts of a ticket out of the terminal.
 */
#ifndef APP_COPY_H
#define APP_COPY_H

#include <stdbool.h>
#include <sys/types.h>

struct console;

struct copying {
	pid_t tmux; /* 0: none is running */
	char *what; /* owned: the beginning of the text, for the line that says so */
};

/* A child has ended. False: it was another one. */
bool copy_ended(struct console *console);
void copy_release(struct copying *copying);

#endif
