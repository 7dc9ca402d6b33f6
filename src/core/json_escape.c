/* Escapes in finished JSON: a walk over its code points with a table of what is not shown as it is. */
#include "core/json_escape.h"

#include "core/utf8.h"

#include <stdbool.h>
#include <string.h>

/* Controls beyond ASCII, directions, and what is invisible by design. */
static bool steers(unsigned c)
{
	static const struct {
		unsigned from, to;
	} ranges[] = {{0x7F, 0x9F}, {0xAD, 0xAD}, {0x61C, 0x61C}, {0x180E, 0x180E}, {0x200B, 0x200F},
	        {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

void json_escape(struct strbuf *out, const char *json)
{
	size_t left = strlen(json), n;
	for (const char *s = json; left; s += n, left -= n) {
		unsigned c = (unsigned)utf8_next(s, left, &n);
		if (!steers(c))
			strbuf_add(out, s, n);
		else if (c < 0x10000)
			strbuf_addf(out, "\\u%04x", c);
		else
			strbuf_addf(
			        out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF));
	}
}
