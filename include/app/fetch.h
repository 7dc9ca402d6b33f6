/*
 * Files of a reply that was taken back: the server has them, and beside the draft that goes on with it they may be missing (it was
 * taken up on another machine, or after a restart). They are fetched while the draft is in hand, one after the other. Nothing is
 * sent without a file that is missing unless the agent was told so.
 */
#ifndef APP_FETCH_H
#define APP_FETCH_H

#include "app/attach.h"

#include <stdbool.h>
#include <stddef.h>

struct console;
struct fetching;

struct fetch {
	struct fetching *under_way; /* owned; NULL: none is */
	char **failed;              /* owned: what cannot be had, by the path of its note */
	size_t failed_count;
};

/* A draft was taken up: what is missing beside it is asked for, also what could not be had before. */
void fetch_begin(struct console *console);
/* The next one; also after the server came back. */
void fetch_go_on(struct console *console);
/* Whether that file cannot be had. */
bool fetch_has_failed(const struct console *console, const struct attached_copy *file);
/* Before the draft in hand is sent: something is missing beside it, and the key only says so. */
bool fetch_must_be_told(struct console *console);
void fetch_release(struct console *console);

#endif
