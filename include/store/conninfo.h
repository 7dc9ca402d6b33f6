/*
 * Connection strings in libpq's own quoting (PostgreSQL manual, "Connection Strings").
 */
#ifndef STORE_CONNINFO_H
#define STORE_CONNINFO_H

#include "base/strbuf.h"

/* Appends keyword='value', behind a blank when it is not the first. The value may hold anything but a NUL. */
void conninfo_add(struct strbuf *out, const char *keyword, const char *value);

#endif
