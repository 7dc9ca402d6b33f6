/*
 * What the server answered to a question, as text cells. store fills it, app reads it; core knows no libpq.
 */
#ifndef CORE_ANSWER_H
#define CORE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer_cell {
	const char *text; /* NULL: SQL's NULL. NUL-terminated; in the same block as the cells */
	size_t length;
};

struct answer {
	size_t rows, columns;
	struct answer_cell *cells; /* owned: one block with the texts behind the cells; row by row */
};

/* A block with room for the cells and `bytes` of text, which begins at *texts. */
void answer_make(struct answer *answer, size_t rows, size_t columns, size_t bytes, char **texts);
void answer_release(struct answer *answer);

/* "" for NULL. */
const char *answer_text(const struct answer *answer, size_t row, size_t column);
bool answer_is_null(const struct answer *answer, size_t row, size_t column);
/* 0 for NULL. */
int64_t answer_int(const struct answer *answer, size_t row, size_t column);
/* SQL's boolean; false for NULL. */
bool answer_true(const struct answer *answer, size_t row, size_t column);
/* A bytea: the caller frees it. An empty one, and NULL, are a block of no bytes. NULL: it is no bytea. */
unsigned char *answer_bytes(const struct answer *answer, size_t row, size_t column, size_t *length);

#endif
