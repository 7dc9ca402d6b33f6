/* Rows of an answer: NULL, numbers, truth, bytes. */
#include "core/answer.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct answer one_row(const char *const *texts, size_t columns)
{
	size_t bytes = 0;
	for (size_t i = 0; i < columns; i++)
		bytes += texts[i] ? strlen(texts[i]) + 1 : 0;
	struct answer answer;
	char *at;
	answer_make(&answer, 1, columns, bytes, &at);
	for (size_t i = 0; i < columns; i++) {
		if (!texts[i])
			continue;
		const size_t length = strlen(texts[i]);
		answer.cells[i] = (struct answer_cell){memcpy(at, texts[i], length + 1), length};
		at += length + 1;
	}
	return answer;
}

Test(answer, cells_are_read_as_what_they_are)
{
	const char *texts[] = {"Леруа", NULL, "-9223372036854775808", "t", "f", ""};
	struct answer answer = one_row(texts, 6);
	cr_expect_str_eq(answer_text(&answer, 0, 0), "Леруа");
	cr_expect(answer_is_null(&answer, 0, 1));
	cr_expect_str_eq(answer_text(&answer, 0, 1), "");
	cr_expect_eq(answer_int(&answer, 0, 1), 0);
	cr_expect_not(answer_true(&answer, 0, 1));
	cr_expect_eq(answer_int(&answer, 0, 2), INT64_MIN);
	cr_expect(answer_true(&answer, 0, 3));
	cr_expect_not(answer_true(&answer, 0, 4));
	cr_expect_not(answer_is_null(&answer, 0, 5));
	answer_release(&answer);
	cr_expect_eq(answer.rows, 0);
}

Test(answer, bytes)
{
	const char *texts[] = {"\\x00ff0a7e", "\\x", NULL, "\\x0", "00ff", "\\x0g"};
	struct answer answer = one_row(texts, 6);
	size_t length;
	unsigned char *bytes = answer_bytes(&answer, 0, 0, &length);
	cr_assert_eq(length, 4);
	cr_expect_arr_eq(bytes, "\x00\xff\x0a\x7e", 4);
	free(bytes);
	for (size_t i = 1; i < 3; i++) {
		bytes = answer_bytes(&answer, 0, i, &length);
		cr_expect(bytes && length == 0, "cell %zu", i);
		free(bytes);
	}
	for (size_t i = 3; i < 6; i++)
		cr_expect_null(answer_bytes(&answer, 0, i, &length), "cell %zu is no bytea", i);
	answer_release(&answer);
}
