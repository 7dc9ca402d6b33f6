/*
 * Lengths of working time as people write them: "90m", "2h", "1h30m", "45s". A day has no fixed length in
 * working time, so there is no word for it.
 */
#ifndef CORE_DURATION_H
#define CORE_DURATION_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define DURATION_MOST ((int64_t)9999 * 3600) /* seconds */

/*
 * Whole numbers with h, m, s, each unit at most once and in this order; 1 s to DURATION_MOST. The error
 * (ERROR_INPUT) says what is wrong with the text and what would be right, without a place.
 */
bool duration_parse(const char *text, int64_t *seconds, struct error *err);

/* The shortest text that duration_parse reads as the same: "1h30m"; "0s" for 0. */
void duration_word(int64_t seconds, char *out, size_t size);

#endif
