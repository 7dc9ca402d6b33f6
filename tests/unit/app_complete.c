/* What the `:` line offers: names of commands, and behind a name what its argument may be. */
#include "app/state.h"

#include <criterion/criterion.h>
#include <string.h>

Test(command_line, completes_names_and_their_arguments)
{
	static const struct {
		const char *line, *text, *shown; /* the first candidate; NULL: none */
		size_t count;
	} cases[] = {
	        {"theme ", "theme auto", "auto", 6},
	        {"theme co", "theme colourblind", "colourblind", 2},
	        {"theme con", "theme contrast", "contrast", 1},
	        {"theme x", NULL, NULL, 0},
	        {"theme", "theme", NULL, 1},
	        {"them co", "them colourblind", "colourblind", 2},
	        {"set spl", "set split", "split", 1},
	        {"set split ", "set split on", "on", 2},
	        {"set split=of", "set split=off", "off", 1},
	        {"set view un", "set view unassigned", "unassigned", 1},
	        {"set theme mo", "set theme mono", "mono", 1},
	        {"set warn ", NULL, NULL, 0},
	        {"set nonsense ", NULL, NULL, 0},
	        {"assign be", "assign ben", "ben", 1},
	        {"filter sta", "filter status:", "status:", 1},
	        {"filter prio:urgent sta", "filter prio:urgent status:", "status:", 1},
	        {"refr", "refresh", NULL, 1},
	        {"send", NULL, NULL, 0}, /* only before sending */
	        {"no such thing", NULL, NULL, 0},
	};
	static struct console console;
	struct agent agents[3];
	char logins[][8] = {"anna", "ben", "bert"};
	for (int i = 0; i < 3; i++)
		agents[i] =
		        (struct agent){.id = i + 1, .active = i < 2, .login = logins[i], .name = logins[i]};
	console.directory.agents = agents;
	console.directory.agent_count = 3;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct candidate found[8];
		cr_expect_eq(complete_line(&console, cases[i].line, found, 8), cases[i].count, "\"%s\"",
		        cases[i].line);
		if (!cases[i].text)
			continue;
		cr_expect_str_eq(found[0].text, cases[i].text);
		if (cases[i].shown)
			cr_expect_str_eq(found[0].shown, cases[i].shown);
		else
			cr_expect_null(found[0].shown);
	}
	struct candidate two[2];
	cr_assert_eq(complete_line(&console, "theme ", two, 2), 2, "no more than there is room for");
	cr_expect_str_eq(two[0].text, "theme auto");
	cr_expect_str_eq(two[1].text, "theme colourblind");
	completions_clear(&console.completions);
	completions_clear(&console.line_completions);
	filter_candidates_release(&console.filter_candidates);
}
