/*
 * One failure, one line. Formatting cuts rather than fails; what came from outside is sanitised where
 * it is shown, not here, because only the sink knows what it can draw.
 */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put(struct error *err, enum error_kind kind, const char *format, va_list args)
{
	err->kind = kind;
	vsnprintf(err->text, sizeof err->text, format, args);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	if (err) {
		va_list args;
		va_start(args, format);
		put(err, kind, format, args);
		va_end(args);
	}
	return false;
}

bool error_errno(struct error *err, enum error_kind kind, const char *format, ...)
{
	int number = errno;
	if (err) {
		va_list args;
		va_start(args, format);
		put(err, kind, format, args);
		va_end(args);
		size_t used = strlen(err->text);
		snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(number));
	}
	return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
	if (err) {
		struct error old = *err;
		va_list args;
		va_start(args, format);
		put(err, old.kind, format, args);
		va_end(args);
		size_t used = strlen(err->text);
		snprintf(err->text + used, sizeof err->text - used, ": %s", old.text);
	}
	return false;
}

void error_clear(struct error *err)
{
	if (err) {
		err->kind = ERROR_NONE;
		err->text[0] = '\0';
	}
}
