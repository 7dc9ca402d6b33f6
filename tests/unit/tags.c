/* Tags as text: what is one, what a change makes of a set, which are known. */
#include "core/tags.h"

#include <criterion/criterion.h>
#include <string.h>

Test(tags, a_change_is_read_and_made)
{
	static const struct {
		const char *before, *typed, *add, *remove, *after;
	} cases[] = {
	        {"", "billing", "billing", "", "billing"},
	        {"spam", "+billing -spam", "billing", "spam", "billing"},
	        {"a,b,c", "-b", "", "b", "a,c"},
	        {"a,c", "  B,  ", "b", "", "a,b,c"},
	        {"b", "-b +b", "b", "b", "b"},
	        {"ab", "a abc", "a,abc", "", "a,ab,abc"},
	        {"a", "a", "a", "", "a"},
	        {"", "Счёт -СРОЧНО v1.2_x-y", "v1.2_x-y,счёт", "срочно", "v1.2_x-y,счёт"},
	        {"x", "", "", "", "x"},
	        {NULL, "z y", "y,z", "", "y,z"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tag_change change;
		struct error err;
		struct strbuf after = STRBUF_INIT;
		cr_assert(tag_change_read(cases[i].typed, &change, &err), "%s: %s", cases[i].typed, err.text);
		cr_expect_str_eq(change.add, cases[i].add, "%s adds %s", cases[i].typed, change.add);
		cr_expect_str_eq(
		        change.remove, cases[i].remove, "%s removes %s", cases[i].typed, change.remove);
		tags_changed(cases[i].before, change.add, change.remove, &after);
		cr_expect_str_eq(after.data, cases[i].after, "%s: %s", cases[i].typed, after.data);
		tag_change_release(&change);
		strbuf_release(&after);
	}
	cr_expect(tags_have("a,bc", "bc") && !tags_have("a,bc", "b") && !tags_have("", "a") &&
	          !tags_have(NULL, "a"));
}

Test(tags, what_is_none_is_said)
{
	static const char *const wrong[] = {"+", "-", "a+b", "a;b", "\xff", "a\xe2\x80\xae", "\xe3\x85\xa4",
	        "a\xd8\x9c", "a\xcd\x8f", "'", "a/b", "#x", "12345678901234567890123456789012345678901"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct tag_change change;
		struct error err = {ERROR_NONE, ""};
		cr_expect(!tag_change_read(wrong[i], &change, &err) && err.kind == ERROR_USAGE &&
		                  !change.add && !change.remove,
		        "%s", wrong[i]);
	}
	struct strbuf forty = STRBUF_INIT;
	cr_expect(tag_normal("Щ23456789012345678901234567890123456789Я",
	                  strlen("Щ23456789012345678901234567890123456789Я"), &forty, NULL),
	        "forty characters, whatever their bytes");
	cr_expect_str_eq(forty.data, "щ23456789012345678901234567890123456789я");
	strbuf_release(&forty);
}

Test(tags, those_used_most_come_first)
{
	struct known_tags known = {.count = 0};
	known_tags_count(&known, "a,b", 2);
	known_tags_count(&known, "b,c", 3);
	known_tags_count(&known, "bb,c", 1);
	known_tags_sort(&known);
	static const struct known_tag expected[] = {
	        {(char *)"b", 5}, {(char *)"c", 4}, {(char *)"a", 2}, {(char *)"bb", 1}};
	cr_assert_eq(known.count, 4);
	for (size_t i = 0; i < 4; i++)
		cr_expect(strcmp(known.list[i].tag, expected[i].tag) == 0 &&
		                  known.list[i].tickets == expected[i].tickets,
		        "%zu: %s %zu", i, known.list[i].tag, known.list[i].tickets);
	known_tags_release(&known);
}
