/*
 * The name under which a file from outside is put on the agent's disk: never a path, never hidden, never an option, nothing
 * that a terminal or another system's file names would take for something else.
 */
#ifndef CORE_FILENAME_H
#define CORE_FILENAME_H

#include "base/strbuf.h"

enum {
	FILENAME_MOST = 200
}; /* bytes, so that a number still fits into the 255 that most file systems take */

/* Appends the safe name: what follows the last / or \, as one sanitised line without controls, overrides and wildcards, not
 * beginning with a dot, a dash or a blank, not ending with a dot or a blank, not a device's name of Windows (CON, NUL, COM1), at
 * most FILENAME_MOST bytes with its ending kept. "attachment" when nothing is left. The same again gives the same. */
void filename_safe(struct strbuf *out, const char *name);

/* "report.pdf", 2: "report (2).pdf"; 1: as it is. */
void filename_numbered(struct strbuf *out, const char *name, int number);

#endif
