/*
 * A growing string. `data` is always NUL-terminated and may be read directly, also when nothing
 * was added yet; `length` counts bytes without the NUL. After strbuf_release the buffer is empty
 * and usable again.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
	char *data;
	size_t length;
	size_t capacity;
};

extern char strbuf_empty[]; /* what an empty buffer's data points at; never written */

#define STRBUF_INIT                                                                                          \
	{                                                                                                    \
		.data = strbuf_empty, .length = 0, .capacity = 0                                             \
	}

void strbuf_init(struct strbuf *buf);
void strbuf_release(struct strbuf *buf);
void strbuf_clear(struct strbuf *buf); /* keeps the memory */

void strbuf_reserve(struct strbuf *buf, size_t extra); /* room for `extra` more bytes and the NUL */
void strbuf_add(struct strbuf *buf, const void *bytes, size_t length);
void strbuf_adds(struct strbuf *buf, const char *text);
void strbuf_addc(struct strbuf *buf, char c);
void strbuf_addf(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_addv(struct strbuf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
void strbuf_remove(struct strbuf *buf, size_t at, size_t length);
void strbuf_truncate(struct strbuf *buf, size_t length);

/* Hands the string over: the caller frees it, the buffer is empty again. Never NULL. */
char *strbuf_detach(struct strbuf *buf);

#endif
