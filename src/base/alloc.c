#include "base/alloc.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void (*on_failure)(void);

void alloc_on_failure(void (*handler)(void))
{
	on_failure = handler;
}

static void out_of_memory(void)
{
	static const char line[] = "sandglass: out of memory\n";
	if (on_failure)
		on_failure();
	ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
	(void)ignored;
	_exit(EX_OSERR);
}

static void *checked(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

void *alloc_bytes(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *alloc_array(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *alloc_grow(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *alloc_copy(const char *text)
{
	return text ? checked(strdup(text)) : NULL;
}

char *alloc_copy_n(const char *bytes, size_t length)
{
	char *copy = alloc_bytes(length + 1);
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

void alloc_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

char *alloc_format(const char *format, ...)
{
	char *text;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	return checked(length < 0 ? NULL : text);
}
