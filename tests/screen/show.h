/*
 * The console itself on the stage, at the desk of office.h: keys are typed, its own code draws. It takes its link for a live
 * one, but nothing ever answers.
 */
#ifndef SHOW_H
#define SHOW_H

#include "app/state.h"
#include "office.h"
#include "stage.h"

struct show {
	struct stage stage;
	struct console *console;
	instant now;
};

/* With so many more tickets than the office has. */
void show_open(struct show *show, int rows, int columns, const char *theme, int more);
void show_close(struct show *show);
/* Keys of one character; "\n" is Enter. */
void show_type(struct show *show, const char *keys);
/* Draws what the console shows now. */
void show_draw(struct show *show);
void show_golden(struct show *show, const char *name);

#endif
