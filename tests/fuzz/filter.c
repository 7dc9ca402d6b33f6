/*
 * Any bytes as a filter: what is wrong with it is named within the text, and what is right says the same again when it is
 * written out. The same bytes are also what completion is asked about.
 */
#include "core/filter.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void make_names(struct directory *directory)
{
	char plan[] = "Reports & Attribution", brief[] = "R&A", organization[] = "Kite, \"Co\"",
	     login[] = "anna";
	char name[] = "Anna", team[] = "none", zone[] = "UTC";
	directory_init(directory);
	directory_add_plan(directory, &(struct plan){.id = 1, .name = plan, .short_name = brief});
	directory_add_organization(
	        directory, &(struct organization){.id = 1, .plan_id = 1, .name = organization});
	directory_add_agent(
	        directory, &(struct agent){.id = 1, .active = true, .login = login, .name = name});
	directory_add_team(directory, &(struct team){.id = 1, .name = team});
	struct calendar *calendar =
	        directory_add_calendar(directory, &(struct calendar){.id = 1, .name = name, .zone = zone});
	timeline_add(&calendar->line, 0, 100000, 0, NULL);
	directory_sort(directory);
}

static const struct ticket_row row = {.id = 7,
        .metric = METRIC_NEXT_REPLY,
        .calendar_id = 1,
        .started_at = 10,
        .due_at = 3610,
        .breach_at = 3610,
        .organization_id = 1,
        .plan_id = 1,
        .subject = "Error in the export",
        .requester_name = "Carol",
        .requester_email = "carol@example.com",
        .hold_for = ""};

static void check_same(struct filter *filter, const struct filter_desk *desk)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct filter_mistake mistake;
	filter_text(filter, &once);
	struct filter *again = filter_parse(once.data, desk, &mistake);
	if (!again)
		abort();
	filter_text(again, &twice);
	if (strcmp(once.data, twice.data) != 0)
		abort();
	for (instant now = 0; now < 8000; now += 900) {
		filter_at(filter, now);
		filter_at(again, now);
		if (filter_matches(filter, &row) != filter_matches(again, &row) ||
		        filter_changes_at(filter) <= now)
			abort();
	}
	filter_free(again);
	strbuf_release(&once);
	strbuf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct directory directory;
	if (!directory.plans)
		make_names(&directory);
	const struct filter_desk desk = {&directory, 1, 1800};
	char *text = alloc_copy_n((const char *)bytes, size);
	size_t length = strlen(text);
	struct filter_mistake mistake = {.start = 0};
	struct filter_candidates candidates;
	struct filter *filter = filter_parse(text, &desk, &mistake);
	if (!filter && (mistake.start > mistake.end || mistake.end > length || !*mistake.text))
		abort();
	if (filter)
		check_same(filter, &desk);
	filter_complete(text, &desk, 8, &candidates);
	for (size_t i = 0; i < candidates.count; i++)
		if (!*candidates.list[i].word)
			abort();
	filter_candidates_release(&candidates);
	filter_free(filter);
	free(text);
	return 0;
}
