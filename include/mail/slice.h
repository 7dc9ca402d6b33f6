/*
 * A run of bytes inside somebody else's memory: the raw message stays where it is, and everything that was found
 * in it is a slice. Slices are not NUL-terminated and may hold NUL bytes.
 */
#ifndef MAIL_SLICE_H
#define MAIL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct slice {
	const char *data;
	size_t length;
};

static inline struct slice slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

/* ASCII case ignored. */
static inline bool slice_equals(struct slice s, const char *text)
{
	return s.length == strlen(text) && strncasecmp(s.data, text, s.length) == 0;
}

static inline struct slice slice_from(struct slice s, size_t at)
{
	return (struct slice){s.data + at, s.length - at};
}

/* The line at the front, without its end (LF or CRLF); *s moves behind it. False when nothing is left. */
static inline bool slice_line(struct slice *s, struct slice *line)
{
	if (!s->length)
		return false;
	const char *end = memchr(s->data, '\n', s->length);
	size_t whole = end ? (size_t)(end - s->data) + 1 : s->length;
	size_t length = end ? whole - 1 : whole;
	if (end && length && s->data[length - 1] == '\r')
		length--;
	*line = (struct slice){s->data, length};
	*s = slice_from(*s, whole);
	return true;
}

#endif
