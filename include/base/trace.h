/*
 * The trace log: what the program did and when, for finding faults. On when SANDGLASS_TRACE names a
 * file. It records keys, names and times of queries and state changes, and never the text of a
 * ticket, so that a trace can be sent to a stranger.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stdbool.h>

/* Opens `path` for appending (mode 0600). NULL or "" leaves the log off. Says whether it is on. */
bool trace_open(const char *path);

#define trace(...) trace_at(__FILE__, __LINE__, __VA_ARGS__)
void trace_at(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
