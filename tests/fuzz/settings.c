/* Any bytes as the settings file, and each of its lines as what `:set` takes. */
#include "conf/settings.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void set_lines(char *text)
{
	struct settings settings;
	settings_default(&settings);
	char *rest = text;
	for (char *line; (line = strsep(&rest, "\n"));) {
		struct error err = {ERROR_NONE, ""};
		if (!settings_set(&settings, line, &err) && err.kind != ERROR_INPUT)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = alloc_copy_n((const char *)bytes, size);
	struct settings settings;
	struct error err = {ERROR_NONE, ""};
	if (!settings_parse(text, "f", &settings, &err) &&
	        (err.kind != ERROR_CONFIG || strncmp(err.text, "f:", 2) != 0))
		abort();
	set_lines(text);
	free(text);
	return 0;
}
