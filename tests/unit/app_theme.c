/* `:theme` completes the names of themes, in the line of commands and in its own. */
#include "app/state.h"

#include <criterion/criterion.h>
#include <string.h>

Test(theme_command, completes_names)
{
	static const struct {
		const char *line, *text, *shown; /* the first candidate; NULL: none */
		size_t count;
	} cases[] = {
	        {"theme ", "theme auto", "auto", 6},
	        {"theme co", "theme colourblind", "colourblind", 2},
	        {"theme con", "theme contrast", "contrast", 1},
	        {"theme x", NULL, NULL, 0},
	        {"theme", NULL, NULL, 0},
	        {"set theme ", NULL, NULL, 0},
	        {"", NULL, NULL, 0},
	};
	static struct console console;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct candidate found[8];
		cr_assert_eq(complete_theme_line(&console, cases[i].line, found, 8), cases[i].count, "\"%s\"",
		        cases[i].line);
		if (cases[i].text) {
			cr_expect_str_eq(found[0].text, cases[i].text);
			cr_expect_str_eq(found[0].shown, cases[i].shown);
		}
	}
	struct candidate two[2];
	cr_assert_eq(complete_theme_line(&console, "theme ", two, 2), 2, "no more than there is room for");
	cr_expect_str_eq(two[0].text, "theme auto");
	cr_expect_str_eq(two[1].text, "theme colourblind");
}
