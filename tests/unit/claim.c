/* Which tickets an agent gets as his next one from a filter. */
#include "core/claim.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { ANNA = 3, BEN = 4 };

static struct ticket_row row_of(enum status status, int32_t assignee)
{
	return (struct ticket_row){.id = 1,
	        .status = (uint8_t)status,
	        .priority = PRIORITY_HIGH,
	        .assignee_id = assignee,
	        .subject = "Export",
	        .requester_name = "",
	        .requester_email = "",
	        .hold_for = "",
	        .tags = "",
	        .mentioned = "",
	        .due_at = INSTANT_NONE};
}

Test(claim, who_has_none_and_waits_for_nobody)
{
	for (int status = 0; status < STATUS_COUNT; status++) {
		struct ticket_row row = row_of((enum status)status, 0);
		cr_expect_eq(
		        claim_is_free(&row), status == STATUS_NEW || status == STATUS_OPEN, "%d", status);
		row.assignee_id = BEN;
		cr_expect(!claim_is_free(&row), "%d", status);
	}
}

Test(claim, what_a_filter_means_is_what_it_shows_or_would_show_if_it_were_ones_own)
{
	static const struct {
		const char *filter;
		bool means;
	} cases[] = {
	        {"prio:high", true},
	        {"prio:urgent", false},
	        {"assignee:none prio:high", true},
	        {"assignee:me", true},
	        {"assignee:me prio:high", true},
	        {"assignee:me prio:urgent", false},
	        {"-assignee:none", true},
	        {"-assignee:me", true},
	        {"assignee:ben", false},
	        {"assignee:me status:new", true},
	        {"status:open", false}, /* what a claim makes of it is not what the list shows */
	        {"assignee:me status:open", false},
	        {"export", true},
	        {"", true},
	};
	struct directory directory;
	directory_init(&directory);
	directory_add_agent(&directory,
	        &(struct agent){.id = ANNA, .active = true, .login = (char *)"anna", .name = (char *)""});
	directory_add_agent(&directory,
	        &(struct agent){.id = BEN, .active = true, .login = (char *)"ben", .name = (char *)""});
	directory_sort(&directory);
	const struct filter_desk desk = {.directory = &directory, .self = ANNA, .warn_s = 1800};
	const struct ticket_row row = row_of(STATUS_NEW, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct filter_mistake mistake;
		struct filter *filter = filter_parse(cases[i].filter, &desk, &mistake);
		cr_assert(filter, "%s", mistake.text);
		filter_at(filter, 0);
		cr_expect_eq(claim_matches(filter, &row, ANNA), cases[i].means, "%s", cases[i].filter);
		filter_free(filter);
	}
	cr_expect(claim_matches(NULL, &row, ANNA), "no filter means all");
	directory_release(&directory);
}

Test(claim, ids_are_an_array_of_the_server)
{
	int64_t ids[CLAIM_IDS_MOST + 5];
	for (int i = 0; i < CLAIM_IDS_MOST + 5; i++)
		ids[i] = 48213 + i;
	static const char *const expected[] = {"{}", "{48213}", "{48213,48214}"};
	for (size_t count = 0; count < 3; count++) {
		char *text = claim_ids(ids, count);
		cr_expect_str_eq(text, expected[count]);
		free(text);
	}
	char *text = claim_ids(ids, CLAIM_IDS_MOST + 5);
	cr_expect(strstr(text, ",48412}") != NULL, "200 of them: %s", text);
	free(text);
}
