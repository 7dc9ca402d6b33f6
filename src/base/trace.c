#include "base/trace.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int trace_fd = -1;

bool trace_open(const char *path)
{
	if (path && *path)
		trace_fd =
		        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	return trace_fd >= 0;
}

void trace_at(const char *file, int line, const char *format, ...)
{
	if (trace_fd < 0)
		return;
	char text[512];
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int used = snprintf(text, sizeof text, "%lld.%06ld %s:%d ", (long long)now.tv_sec, now.tv_nsec / 1000,
	        file, line);
	va_list args;
	va_start(args, format);
	int more = vsnprintf(text + used, sizeof text - (size_t)used - 1, format, args);
	va_end(args);
	size_t length = strlen(text);
	if (more < 0)
		return;
	text[length++] = '\n';
	ssize_t ignored = write(trace_fd, text, length);
	(void)ignored;
}
