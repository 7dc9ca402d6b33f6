/*
 * A macro as a file, for git and for the agent's editor:
 *
 *   # anything
 *   name: Data are delayed
 *   for: team Support          own (unless said), team, team NAME, shared
 *   kind: reply                reply (unless said), note
 *   status: hold               new, open, pending, hold, closed
 *   hold: BigQuery support     whom a ticket on hold waits for
 *   priority: high             urgent, high, normal
 *   tags: +delay -billing
 *   assignee: me               a login, me, - for nobody
 *
 *   Hello {requester.first}! ...
 *
 * The first empty line ends the head; what follows is the text, down to the end. A line that begins with # in the head
 * says nothing.
 */
#ifndef CORE_MACRO_FILE_H
#define CORE_MACRO_FILE_H

#include "core/macro.h"

enum { MACRO_FILE_MOST = 256 * 1024 };

/* `name` is what it is called unless the text says; NULL: the text must. *out is released by the caller, also after a mistake: "line 3, column 9: \"opne\" is no status; new, open, ..." */
bool macro_file_read(const char *text, const char *name, struct macro *out, struct error *err);
void macro_file_print(const struct macro *macro, struct strbuf *out);
/* The lines that explain the rest, for the top of a file that is opened in an editor. */
void macro_file_help(struct strbuf *out);
/* What its file is called: letters and digits of its name, whose it is, ".macro". */
void macro_file_name(const struct macro *macro, const char *login, struct strbuf *out);

#endif
