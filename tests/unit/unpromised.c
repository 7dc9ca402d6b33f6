/* A customer whom no plan promises a time waits all the same, and the console says for how long. */
#include "core/countdown.h"

#include <criterion/criterion.h>

Test(countdown, counts_up_by_the_wall_when_nothing_was_promised)
{
	static const struct {
		int64_t waited;
		int columns;
		const char *words;
		int64_t until_change;
	} cases[] = {
	        {0, 8, "+0m", 60},
	        {59, 8, "+0m", 1},
	        {60, 8, "+1m", 60},
	        {3599, 8, "+59m", 1},
	        {3600, 8, "+1h00", 60},
	        {2 * 3600 + 5 * 60 + 7, 8, "+2h05", 53},
	        {24 * 3600 - 1, 8, "+23h59", 1},
	        {24 * 3600, 8, "+1d", 60},
	        {400 * 24 * 3600, 6, "+400d", 60},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ticket_row row = {.id = 1,
		        .metric = METRIC_FIRST_REPLY,
		        .started_at = 1000,
		        .due_at = INSTANT_NONE,
		        .breach_at = INSTANT_NONE};
		instant now = 1000 + cases[i].waited;
		char words[32];
		struct countdown down = countdown_of(&row, NULL, now, 1800);
		countdown_text(&down, cases[i].columns, 0, words, sizeof words);
		cr_expect_str_eq(words, cases[i].words, "%s, not %s", words, cases[i].words);
		cr_expect_eq(down.next_change, now + cases[i].until_change, "%s", cases[i].words);
		cr_expect(down.unpromised && down.urgency == URGENCY_CALM);
	}
}
