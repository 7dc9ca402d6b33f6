/*
 * The files that travel inside the program (schema/, themes/ and the catalogs, "po/ru.mo"), so that an installed sandglass needs
 * no source tree. Made at build time by src/base/embed.sh, the catalogs last, each part sorted by name.
 */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name;  /* path in the source tree: "schema/migrations/001_base.sql" */
	const char *bytes; /* NUL-terminated; the NUL is not counted in length */
	size_t length;
};

/* Ends with an entry whose name is NULL. */
extern const struct embedded_file embedded_files[];

/* The file of that name, or NULL. */
const struct embedded_file *embedded_find(const char *name);

#endif
