/*
 * A bytea[] parameter in PostgreSQL's binary form (array_send): as text every file would be twice as long.
 */
#ifndef STORE_BYTEA_H
#define STORE_BYTEA_H

#include "base/strbuf.h"

/* Then as many elements as were said. */
void bytea_array_begin(struct strbuf *out, size_t count);
/* NULL is SQL's NULL. */
void bytea_array_add(struct strbuf *out, const char *bytes, size_t length);

#endif
