#include "core/answer.h"

#include "base/alloc.h"

#include <stdlib.h>

void answer_make(struct answer *answer, size_t rows, size_t columns, size_t bytes, char **texts)
{
	const size_t count = rows * columns;
	answer->rows = rows;
	answer->columns = columns;
	answer->cells = alloc_bytes(count * sizeof *answer->cells + bytes);
	*texts = (char *)(answer->cells + count);
}

void answer_release(struct answer *answer)
{
	free(answer->cells);
	*answer = (struct answer){0};
}

static const struct answer_cell *cell(const struct answer *answer, size_t row, size_t column)
{
	return &answer->cells[row * answer->columns + column];
}

bool answer_is_null(const struct answer *answer, size_t row, size_t column)
{
	return !cell(answer, row, column)->text;
}

const char *answer_text(const struct answer *answer, size_t row, size_t column)
{
	const char *text = cell(answer, row, column)->text;
	return text ? text : "";
}

int64_t answer_int(const struct answer *answer, size_t row, size_t column)
{
	return strtoll(answer_text(answer, row, column), NULL, 10);
}

bool answer_true(const struct answer *answer, size_t row, size_t column)
{
	return *answer_text(answer, row, column) == 't';
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* PostgreSQL writes a bytea as "\x" and two digits a byte (bytea_output = hex, its default; the link asks for it). */
unsigned char *answer_bytes(const struct answer *answer, size_t row, size_t column, size_t *length)
{
	const char *hex = answer_text(answer, row, column);
	size_t digits = cell(answer, row, column)->length;
	*length = 0;
	if (digits == 0)
		return alloc_bytes(1);
	if (digits % 2 || hex[0] != '\\' || hex[1] != 'x')
		return NULL;
	*length = digits / 2 - 1;
	unsigned char *bytes = alloc_bytes(*length + 1);
	for (size_t i = 0; i < *length; i++) {
		const int high = nibble(hex[2 * i + 2]), low = nibble(hex[2 * i + 3]);
		if (high < 0 || low < 0) {
			free(bytes);
			return NULL;
		}
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return bytes;
}
