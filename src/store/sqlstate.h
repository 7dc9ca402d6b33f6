/*
 * What a SQLSTATE means to the rest of the program: one table, from code to kind of error and wording.
 */
#ifndef STORE_SQLSTATE_H
#define STORE_SQLSTATE_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>

enum error_kind sqlstate_kind(const char *sqlstate);

/* Fills *err from a result that is an error: one line, the server's primary message. Returns false. */
bool sqlstate_error(struct error *err, const PGresult *result);

/* This login has no rights here, and who can give them. Returns false. */
bool sqlstate_no_access(struct error *err, const char *login);

/* A connection that broke, or a call that libpq refused; `doing` says what was under way. Returns false. */
bool sqlstate_lost(struct error *err, const PGconn *conn);

/* Whether the error means that the connection is gone (the server stops, crashed or ended the session), so that the
 * statement may or may not have been carried out. */
bool sqlstate_is_loss(const PGresult *result);

/* The first line of a libpq message without the server's prefixes ("FATAL:  ", "ERROR:  "), into out. */
void sqlstate_line(const char *message, char *out, size_t size);

#endif
