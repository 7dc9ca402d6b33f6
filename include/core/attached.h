/*
 * Files that go along with a reply or a note. An action is copied on its way to the server and their bytes are not: the
 * copies hold the same block, and the last one frees it.
 */
#ifndef CORE_ATTACHED_H
#define CORE_ATTACHED_H

#include <stddef.h>

struct attached_file {
	char *name;
	char *type; /* media type */
	char *bytes;
	size_t size;
};

struct attached {
	size_t holders;
	struct attached_file *files;
	size_t count;
};

/* Held once. */
struct attached *attached_new(void);
/* NULL is no files, in both. */
struct attached *attached_hold(struct attached *attached);
void attached_drop(struct attached *attached);
/* Lets the bytes go (they are NULL then), unless somebody else holds the block, too. Names and sizes stay. */
void attached_forget_bytes(struct attached *attached);

/* Takes the bytes over; name and type are copied. */
void attached_add(struct attached *attached, const char *name, const char *type, char *bytes, size_t size);

/* The media type that a file of this name most probably has; "application/octet-stream" when the ending says nothing. */
const char *attached_type(const char *name);

#endif
