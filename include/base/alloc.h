/*
 * Memory that is always there. A console cannot do anything sensible when the machine is out of
 * memory, so these never return NULL: they call the handler (which restores the terminal), print
 * one line and exit with EX_OSERR. Sizes are bytes; counts are checked for overflow.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

void *alloc_bytes(size_t size);                         /* zeroed */
void *alloc_array(size_t count, size_t size);           /* zeroed */
void *alloc_grow(void *old, size_t count, size_t size); /* like reallocarray; new bytes are not zeroed */
char *alloc_copy(const char *text);                     /* strdup; NULL gives NULL */
char *alloc_copy_n(const char *bytes, size_t length);   /* the copy ends with a NUL */
char *alloc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Gives memory that was freed back to the system: after a load that needed more than what stays. */
void alloc_trim(void);

/* What runs before the one line is printed. NULL takes it away again. */
void alloc_on_failure(void (*handler)(void));

#endif
