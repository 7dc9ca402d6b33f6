/*
 * The server's password, asked for on the terminal. It never comes from the command line (others could read it there).
 * Call these before the terminal library takes the screen, or while it has given it back.
 */
#ifndef STORE_PASSWORD_H
#define STORE_PASSWORD_H

#include "base/error.h"

#include <stdbool.h>

/* Whether there is somebody to ask: stdin and stderr are a terminal. */
bool password_can_ask(void);

/* Prints the prompt on the terminal and reads a line without echo. The caller frees it; NULL: ERROR_IO, or the person gave up. */
char *password_ask(const char *prompt, struct error *err);

/* The first line of stdin, for scripts. The caller frees it. */
char *password_from_stdin(struct error *err);

/* A connection string that is `conninfo` with this password in it: for link_open() after link_wants_password(). The caller
 * frees it; NULL when conninfo is none (ERROR_USAGE). */
char *password_into(const char *conninfo, const char *password, struct error *err);

#endif
