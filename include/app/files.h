/*
 * The files of a ticket: looked at as text, and saved. They come from the server in slices, so that a large one freezes
 * nothing, and are written beside the loop.
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "base/strbuf.h"
#include "core/conversation.h"

#include <stdbool.h>

struct console;
struct transfer;

struct files {
	struct transfer *transfer; /* owned; NULL: none is under way */
	int64_t shown;             /* the attachment of PLACE_FILE */
	int64_t shown_ticket;
};

/* Whether the ticket that is read has files, as far as it is loaded. */
bool files_here(const struct console *console);
/* What stands in the message line while a file comes. False: none does. */
bool files_line(const struct console *console, char *out, size_t size);
/* Stops what is under way. False: nothing is. */
bool files_stop(struct console *console);
void files_release(struct console *console);

/* Appends the directory that the path is in the home of: "~/x"; any other path as it is. */
void files_expand(struct strbuf *out, const char *path);

#endif
