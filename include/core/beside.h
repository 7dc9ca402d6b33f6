/*
 * The files beside a draft, as the server's copy of the draft tells them: their names, not what is in them. Those that came with a
 * reply that was taken back the server has, too, and they can be fetched from anywhere; the others are on one machine alone.
 */
#ifndef CORE_BESIDE_H
#define CORE_BESIDE_H

#include <stddef.h>
#include <stdint.h>

struct beside_file {
	char *name; /* owned */
	char *host; /* owned: the machine that it is on; NULL: the one that told the list */
	int64_t size;
	int part;   /* which file of the reply that was taken back, from 1 on; 0: none of it */
	int64_t id; /* of the attachment, when the server has it; 0: not known */
};

struct beside {
	struct beside_file *list; /* owned */
	size_t count;
};

/* From the server's JSON, [{"name", "size", "host", "part", "id"}]; what is none of ours is left out. */
void beside_read(const char *json, struct beside *out);
/* The other way round; the caller frees the text. The same files give the same text. */
char *beside_json(const struct beside *files);
void beside_add(struct beside *files, const struct beside_file *file); /* copies the strings */
void beside_release(struct beside *files);

#endif
