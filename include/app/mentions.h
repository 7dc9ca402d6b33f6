/*
 * Notes that mention this agent: said once when they come, and kept in his view until he has read them.
 */
#ifndef APP_MENTIONS_H
#define APP_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console;
struct listing;

struct mentions {
	struct listing *listing; /* the tickets with a note that mentions him and that he has not read */
	uint64_t revision;       /* of it, when it was looked at last */
	int64_t said;            /* the last note that was said */
	bool known;              /* what was there at the start was said */
	bool asked;
	int failures;          /* in a row */
	int64_t not_before_ms; /* clock_ms() when it may be asked again after them */
};

void mentions_init(struct console *console);
void mentions_release(struct console *console);
/* After rows came. */
void mentions_check(struct console *console);
/* The server is back: what it refused before is forgotten. */
void mentions_again(struct console *console);

/* Lines of a note's preview: whom it will tell, and names that are no agent's. */
void mentions_preview(struct console *console, const char *body);

#endif
