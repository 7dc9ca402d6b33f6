/*
 * The mouse, where the setting `mouse` is on.
 */
#ifndef APP_MOUSE_H
#define APP_MOUSE_H

#include "core/key.h"
#include "ui/draw.h"

#include <stdint.h>

struct console;

struct mouse {
	struct rect list;   /* where the list was drawn last */
	int64_t clicked;    /* the ticket of the last click; 0: none */
	int64_t clicked_ms; /* clock_ms() then */
};

/* KEY_CLICK and the wheel. */
void mouse_key(struct console *console, key k);

#endif
