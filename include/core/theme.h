/*
 * A theme is data: for each semantic role its colours and attributes at three depths. conf reads it from a
 * file, ui draws with it, and neither knows the other.
 */
#ifndef CORE_THEME_H
#define CORE_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum theme_role {
#define THEME_ROLE(id, name, help) ROLE_##id,
#include "core/theme_roles.def"
#undef THEME_ROLE
	ROLE_COUNT
};

enum theme_attribute {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_ITALIC = 4,
	THEME_UNDERLINE = 8,
	THEME_REVERSE = 16,
};

#define THEME_DEFAULT_COLOUR (-1) /* what the terminal has */

struct theme_style {
	int16_t fg256, bg256; /* 0..255 or THEME_DEFAULT_COLOUR */
	int16_t fg16, bg16;   /* 0..15 or THEME_DEFAULT_COLOUR */
	uint8_t attributes;   /* with colours: bits of enum theme_attribute */
	uint8_t mono;         /* without */
};

enum { THEME_NAME_SIZE = 32 }; /* with the NUL */

struct theme {
	char name[THEME_NAME_SIZE];
	bool light;    /* made for a light background */
	bool coloured; /* false: only the mono attributes are used */
	struct theme_style styles[ROLE_COUNT];
};

/* "breached": the word in theme files. The ids PUBLIC_CUSTOMER and PUBLIC_AGENT keep clear of enum role in
 * store/link.h. */
const char *theme_role_name(enum theme_role role);

#endif
