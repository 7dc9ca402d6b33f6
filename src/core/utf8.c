/*
 * A strict decoder. The range of the second byte is what excludes overlong forms, surrogates and what lies beyond
 * U+10FFFF (Unicode 15, table 3-7), so a sequence is cut exactly before the first byte that cannot belong to it.
 */
#include "core/utf8.h"

int32_t utf8_next(const char *bytes, size_t length, size_t *used)
{
	const unsigned char *at = (const unsigned char *)bytes;
	unsigned char first = at[0];
	*used = 1;
	if (first < 0x80)
		return first;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	size_t tail = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	int32_t code = first & (0x3f >> tail);
	for (; tail; tail--) {
		if (*used == length || at[*used] < least || at[*used] > most)
			return -1;
		code = (code << 6) | (at[*used] & 0x3f);
		++*used;
		least = 0x80;
		most = 0xbf;
	}
	return code;
}

size_t utf8_put(char out[4], int32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
	for (size_t i = tail; i; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(lead[tail] | code);
	return tail + 1;
}
