/*
 * A draft of a ticket that was merged into another one meanwhile: nothing can be sent on that ticket any more. The preview says so,
 * and one key takes the draft, with its files, to the ticket where the conversation goes on.
 */
#ifndef APP_MOVED_H
#define APP_MOVED_H

#include <stdbool.h>
#include <stdint.h>

struct console;

/* Where the conversation of the draft in hand goes on; 0: where it is, as far as is known here. */
int64_t moved_to(struct console *console);
/* The preview's first line about it. False: there is nothing to say. */
bool moved_preview(struct console *console);
/* The key that sends is refused, and told why. */
bool moved_refuses(struct console *console);

#endif
