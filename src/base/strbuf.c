#include "base/strbuf.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char strbuf_empty[1];

void strbuf_init(struct strbuf *buf)
{
	*buf = (struct strbuf)STRBUF_INIT;
}

void strbuf_release(struct strbuf *buf)
{
	if (buf->capacity)
		free(buf->data);
	strbuf_init(buf);
}

void strbuf_clear(struct strbuf *buf)
{
	strbuf_truncate(buf, 0);
}

void strbuf_reserve(struct strbuf *buf, size_t extra)
{
	size_t needed = buf->length + extra + 1;
	if (needed <= buf->capacity)
		return;
	size_t capacity = buf->capacity ? buf->capacity : 64;
	while (capacity < needed)
		capacity *= 2;
	char *old = buf->capacity ? buf->data : NULL;
	buf->data = alloc_grow(old, capacity, 1);
	buf->capacity = capacity;
	buf->data[buf->length] = '\0';
}

void strbuf_add(struct strbuf *buf, const void *bytes, size_t length)
{
	if (!length)
		return;
	strbuf_reserve(buf, length);
	memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void strbuf_adds(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_addc(struct strbuf *buf, char c)
{
	strbuf_add(buf, &c, 1);
}

void strbuf_addf(struct strbuf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	strbuf_addv(buf, format, args);
	va_end(args);
}

void strbuf_addv(struct strbuf *buf, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length > 0) {
		strbuf_reserve(buf, (size_t)length);
		vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void strbuf_remove(struct strbuf *buf, size_t at, size_t length)
{
	if (!length)
		return;
	memmove(buf->data + at, buf->data + at + length, buf->length - at - length + 1);
	buf->length -= length;
}

void strbuf_truncate(struct strbuf *buf, size_t length)
{
	if (!buf->capacity)
		return;
	buf->length = length;
	buf->data[length] = '\0';
}

char *strbuf_detach(struct strbuf *buf)
{
	char *text = buf->capacity ? buf->data : alloc_copy("");
	strbuf_init(buf);
	return text;
}
