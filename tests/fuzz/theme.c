/* Any bytes as a theme: refused with a place, or every colour is one that a terminal has. */
#include "conf/theme.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = alloc_copy_n((const char *)bytes, size);
	struct theme theme;
	struct error err = {ERROR_NONE, ""};
	if (theme_parse(text, "f", "fuzz", &theme, &err)) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct theme_style *style = &theme.styles[role];
			if (style->fg256 < -1 || style->fg256 > 255 || style->bg256 < -1 ||
			        style->bg256 > 255 || style->fg16 < -1 || style->fg16 > 15 ||
			        style->bg16 < -1 || style->bg16 > 15)
				abort();
		}
	} else if (err.kind != ERROR_CONFIG || strncmp(err.text, "f:", 2) != 0) {
		abort();
	}
	free(text);
	return 0;
}
