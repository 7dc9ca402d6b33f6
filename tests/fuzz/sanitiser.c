/*
 * Whatever goes in, what comes out of text_sanitise() is UTF-8 without a code point that could do something to a terminal,
 * sanitising it again changes nothing, and cutting and breaking it keep to the columns.
 */
#include "core/text.h"
#include "core/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define demand(condition)                                                                                    \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			abort();                                                                             \
	} while (0)

static void check_code_point(int32_t code, enum text_lines lines)
{
	demand(code >= ' ' || (code == '\n' && lines == TEXT_KEEP_LINES));
	demand(code < 0x7f || code > 0x9f);
	demand(code != 0xad && code != 0x61c && code != 0xfeff);
	demand(code < 0x200b || code > 0x200f || code == 0x200c || code == 0x200d);
	demand(code < 0x2028 || code > 0x202e);
	demand(code < 0x2060 || code > 0x206f);
	demand(code < 0xe000 || code > 0xf8ff);
	demand(code < 0xe0000 || code > 0xe00ff);
	demand(code < 0xf0000);
}

static void check_line(void *context, struct text_line line)
{
	const char *text = context;
	demand(text_width(text + line.start, line.length) <= 10);
	demand(!memchr(text + line.start, '\n', line.length));
}

static void check(const char *bytes, size_t size, enum text_lines lines)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	text_sanitise(&once, bytes, size, lines);
	for (size_t at = 0, used; at < once.length; at += used)
		check_code_point(utf8_next(once.data + at, once.length - at, &used), lines);
	text_sanitise(&twice, once.data, once.length, lines);
	demand(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
	text_wrap(once.data, 10, check_line, once.data);
	demand(text_contains(once.data, twice.data));
	strbuf_release(&once);
	strbuf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check((const char *)data, size, TEXT_ONE_LINE);
	check((const char *)data, size, TEXT_KEEP_LINES);
	int used;
	demand(text_fit((const char *)data, size, 10, &used) <= size && used <= 10);
	return 0;
}
