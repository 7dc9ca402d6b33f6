/*
 * The README's key table is made from the table of commands: every command that has a key, in its order, as
 * `| key | what |`. This test says what is missing or stale.
 */
#include "base/strbuf.h"
#include "core/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void read_readme(struct strbuf *out)
{
	const char *root = getenv("SANDGLASS_TEST_ROOT");
	char path[512], chunk[4096];
	size_t got;
	snprintf(path, sizeof path, "%s/README.md", root ? root : ".");
	FILE *file = fopen(path, "r");
	cr_assert(file, "cannot read %s", path);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		strbuf_add(out, chunk, got);
	fclose(file);
}

static void expected_table(struct strbuf *out)
{
	for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
		char key_text[24];
		command_key_text(id, key_text, sizeof key_text);
		if (!*key_text)
			continue;
		strbuf_addf(out, "| `%s` | %s |\n", strcmp(key_text, "|") == 0 ? "\\|" : key_text,
		        commands[id].help);
	}
}

Test(readme, lists_every_key_in_the_order_of_the_table)
{
	struct strbuf readme = STRBUF_INIT, table = STRBUF_INIT;
	read_readme(&readme);
	expected_table(&table);
	cr_assert(strstr(readme.data, table.data), "the key table of README.md should be:\n%s", table.data);
	strbuf_release(&readme);
	strbuf_release(&table);
}
