/*
 * The agent's editor: a child in a process group of its own that has the terminal while it runs. The loop goes on meanwhile
 * (the connection lives, rows come in) and draws nothing.
 */
#ifndef APP_EDITOR_H
#define APP_EDITOR_H

#include "base/error.h"

#include <sys/types.h>

/*
 * Starts `command_line` (the setting; when it is "", $VISUAL, then $EDITOR, then vi) with `path` as its last
 * argument and hands it the terminal. The command line is split at blanks, with '…', "…" and \ as in a shell, and no shell runs.
 * *pid is the child's. ERROR_CONFIG when it cannot be started.
 */
bool editor_start(const char *command_line, const char *path, pid_t *pid, struct error *err);

/* The child stopped itself (^Z): there is no shell to go to, so it goes on. */
void editor_continue(pid_t pid);

/* After it ended. */
void editor_take_terminal_back(void);

/* Asks a running editor to end (it keeps its own recovery file) when the console ends first. 0: nothing runs. */
void editor_end(pid_t pid);

#endif
