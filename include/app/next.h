/*
 * The next ticket: `C`. Without a filter the server takes the most urgent one of the whole queue, whichever view is shown. With a
 * filter, or among what a search has found, it is asked for those that the list means (core/claim.h) at the moment of the key,
 * some at a time, until one is the agent's or others have taken all of them.
 */
#ifndef APP_NEXT_H
#define APP_NEXT_H

#include <stddef.h>
#include <stdint.h>

/* What a claim is taken from. */
struct next_choice {
	int64_t *ids; /* owned; in the order of the queue */
	size_t count;
	size_t sent;   /* of them the server was asked for */
	char *nothing; /* owned: what is said when none of them can be had */
};

void next_choice_free(struct next_choice *choice);

#endif
