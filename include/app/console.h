/*
 * The console: what runs when `sandglass` is called without a sub-command.
 */
#ifndef APP_CONSOLE_H
#define APP_CONSOLE_H

#include "base/error.h"
#include "conf/settings.h"

struct console_options {
	const char *conninfo; /* libpq's; "" for the environment */
	const char *notice;   /* a line to show at the start (the demo explains itself); NULL for none */
	const char *view;     /* the saved view or the filter (core/filter.h) to begin with; NULL for none */
	const struct settings *settings;
};

/* Connects, shows the queue, and returns when the agent leaves. False when it could not start or lost its terminal; *err
 * says why, and the terminal is as it was. */
bool console_run(const struct console_options *options, struct error *err);

#endif
