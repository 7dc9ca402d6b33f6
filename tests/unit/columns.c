/*
 * The columns of the list: names, and what is left of them on a narrow screen.
 */
#include "core/columns.h"

#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <string.h>

Test(columns, names_are_read_or_named)
{
	static const struct {
		const char *text;
		const char *error; /* how it begins; NULL: good */
		size_t count;
	} cases[] = {
	        {"", NULL, 0},
	        {"  ", NULL, 0},
	        {"id", NULL, 1},
	        {"id,subject, age", NULL, 3},
	        {"subject id", NULL, 2},
	        {"id prio", "there is no column \"prio\"; the columns are id, pri, sla, stat, assignee,", 0},
	        {"id sla id", "the column id is named twice", 0},
	        {"ID", "there is no column \"ID\"", 0},
	        {"i", "there is no column \"i\"", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct columns columns = {.count = 77};
		struct error err = {ERROR_NONE, ""};
		const bool good = columns_parse(cases[i].text, &columns, &err);
		cr_assert_eq(good, cases[i].error == NULL, "%s", cases[i].text);
		cr_assert_eq(columns.count, good ? cases[i].count : 77, "%s", cases[i].text);
		if (!good)
			cr_assert_eq(strncmp(err.text, cases[i].error, strlen(cases[i].error)), 0, "%s: %s",
			        cases[i].text, err.text);
	}
	struct columns all;
	cr_assert(columns_parse(column_names, &all, NULL));
	cr_assert_eq(all.count, COLUMN_COUNT);
}

/* "id:3 pri:6 ..." of a list of that many cells. */
static const char *fitted(const char *names, int total, int least_id)
{
	static struct strbuf out = STRBUF_INIT;
	struct columns chosen, shown;
	int width[COLUMN_COUNT];
	cr_assert(columns_parse(names, &chosen, NULL));
	columns_fit(&chosen, total, 3, (const int[COLUMN_COUNT]){[COLUMN_ID] = least_id}, &shown, width);
	strbuf_clear(&out);
	for (size_t i = 0; i < shown.count; i++)
		strbuf_addf(&out, "%s%s:%d", i ? " " : "", column_rules[shown.list[i]].name,
		        width[shown.list[i]]);
	return out.data;
}

Test(columns, drop_one_by_one_until_the_subject_has_room)
{
	static const struct {
		const char *names;
		int total, least_id;
		const char *fitted;
	} cases[] = {
	        /* The usual list. */
	        {"", 80, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 organization:12 plan:4 subject:24"},
	        {"", 75, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 organization:12 plan:4 subject:19"},
	        {"", 70, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 organization:12 subject:19"},
	        /* In the half of a split screen: the organization is cut before it goes, and what it leaves is the plan's. */
	        {"", 66, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 organization:9 subject:18"},
	        {"", 68, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 organization:11 subject:18"},
	        {"", 65, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 plan:4 subject:22"},
	        {"", 61, 5, "id:5 pri:6 sla:7 stat:4 assignee:8 plan:4 subject:18"},
	        {"", 58, 6, "id:6 pri:6 sla:7 stat:4 assignee:8 subject:19"},
	        {"", 44, 5, "id:5 pri:6 sla:7 subject:20"},
	        {"", 20, 5, "id:5 sla:7 subject:3"},
	        {"", 159, 5, "id:5 pri:6 sla:12 stat:7 assignee:10 organization:26 plan:4 subject:79"},
	        {"", 160, 5,
	                "id:5 pri:6 sla:12 stat:7 assignee:10 organization:21 plan:4 requester:18 subject:66"},
	        /* One's own: the order is kept, the requester comes at any width, what is least important goes first. */
	        {"subject id", 40, 5, "subject:31 id:5"},
	        {"requester subject", 60, 5, "requester:12 subject:44"},
	        {"age subject updated organization", 60, 5, "age:4 subject:29 updated:9 organization:12"},
	        {"age subject updated organization", 50, 5, "age:4 subject:19 updated:9 organization:12"},
	        /* Without a subject it only has to fit. */
	        {"id organization age", 26, 5, "id:5 organization:12 age:4"},
	        {"id organization age", 25, 5, "id:5 organization:12"},
	        {"id", 1, 9, "id:9"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(fitted(cases[i].names, cases[i].total, cases[i].least_id), cases[i].fitted,
		        "\"%s\" in %d cells", cases[i].names, cases[i].total);
	/* Any list in any width: what is shown fits, unless only what never goes is left. */
	struct columns all, shown;
	int width[COLUMN_COUNT];
	columns_parse(column_names, &all, NULL);
	for (int total = 1; total < 260; total++) {
		int used = 3, kept = 0;
		columns_fit(&all, total, 3, (const int[COLUMN_COUNT]){[COLUMN_ID] = 6}, &shown, width);
		for (size_t n = 0; n < shown.count; n++) {
			used += width[shown.list[n]] + (n + 1 < shown.count);
			kept += column_rules[shown.list[n]].drop == 0;
		}
		cr_expect(used <= total || (size_t)kept == shown.count, "%d cells: %d used", total, used);
		cr_expect(total < 60 || width[COLUMN_SUBJECT] >= 18, "%d cells: %d for the subject", total,
		        width[COLUMN_SUBJECT]);
	}
	/* Two columns never go in the same turn, or one would go for nothing. */
	for (int c = 0; c < COLUMN_COUNT; c++)
		for (int d = 0; d < c; d++)
			cr_expect(!column_rules[c].drop || column_rules[c].drop != column_rules[d].drop);
}
