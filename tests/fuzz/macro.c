/* Any bytes as a macro's file: what is read can be written and read again, its text can be filled in whatever the values are, and
 * some letters of it find it. */
#include "core/macro_file.h"

#include "base/alloc.h"
#include "core/fuzzy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void demand(bool what)
{
	if (!what)
		abort();
}

static void fill_in(const struct macro *macro)
{
	struct macro_values values = {{NULL}};
	struct strbuf text = STRBUF_INIT;
	size_t start, length;
	const size_t missing = macro_expand(macro->body, &values, &text);
	demand(!missing || macro_hole(text.data, &start, &length));
	for (int i = 0; i < MACRO_FIELDS; i++) /* the text itself as a hostile value */
		values.of[i] = alloc_copy(i % 2 ? macro->body : "{requester?}{{agent}");
	strbuf_clear(&text);
	demand(macro_expand(macro->body, &values, &text) == 0);
	strbuf_clear(&text);
	demand(macro_fill(macro->body, &values, &text) == NULL);
	for (int has_fields = 0; has_fields < 2; has_fields++) {
		strbuf_clear(&text);
		macro_quote(macro->body, has_fields, &text);
		demand(macro_check(text.data, 1, NULL));
	}
	macro_values_release(&values);
	strbuf_release(&text);
}

static void find(const struct macro *macro)
{
	struct fuzzy_match match;
	demand(fuzzy_match("", macro->name, &match));
	fuzzy_match(macro->name, macro->body, &match);
	for (size_t i = 0; i < match.count; i++)
		demand(match.spans[i].start + match.spans[i].length <= strlen(macro->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = alloc_copy_n((const char *)bytes, size);
	struct macro macro, again;
	struct error err = {ERROR_NONE, ""};
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	if (macro_file_read(text, NULL, &macro, &err)) {
		macro_file_print(&macro, &once);
		demand(macro_file_read(once.data, NULL, &again, &err));
		macro_file_print(&again, &twice);
		demand(strcmp(once.data, twice.data) == 0);
		free(macro_json(&macro));
		fill_in(&macro);
		find(&macro);
		macro_release(&again);
	} else {
		demand(err.kind == ERROR_INPUT && *err.text && !strchr(err.text, '\n'));
	}
	macro_release(&macro);
	strbuf_release(&once);
	strbuf_release(&twice);
	free(text);
	return 0;
}
