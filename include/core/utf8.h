/*
 * UTF-8 and code points, one at a time. Strict: what is not UTF-8 (overlong forms, surrogates, beyond U+10FFFF, cut
 * sequences) is reported in pieces of one maximal subpart each (Unicode 15, section 3.9, table 3-8).
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The code point at `bytes` (length > 0), or -1 for bytes that are none. *used: bytes that it took, at least 1. */
int32_t utf8_next(const char *bytes, size_t length, size_t *used);

/* Writes a code point (a scalar value) and returns its bytes, 1 to 4. No NUL is added. */
size_t utf8_put(char out[4], int32_t code);

#endif
