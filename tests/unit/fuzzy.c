/*
 * The fuzzy match: what is found, in which order, and which letters light up.
 */
#include "core/fuzzy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The text with what was matched in [brackets]. */
static const char *lit(const char *text, const struct fuzzy_match *match)
{
	static char out[1024];
	size_t length = 0, at = 0;
	for (size_t i = 0; i <= match->count; i++) {
		const size_t start = i < match->count ? match->spans[i].start : strlen(text);
		length += (size_t)snprintf(
		        out + length, sizeof out - length, "%.*s", (int)(start - at), text + at);
		if (i == match->count)
			break;
		length += (size_t)snprintf(out + length, sizeof out - length, "[%.*s]",
		        (int)match->spans[i].length, text + start);
		at = start + match->spans[i].length;
	}
	return out;
}

Test(fuzzy, finds_letters_in_their_order_and_shows_which)
{
	static const struct {
		const char *pattern, *text, *lit; /* NULL: no match */
	} cases[] = {
	        {"", "Refund", "Refund"}, {"   ", "Refund", "Refund"}, {"ref", "Refund", "[Ref]und"},
	        {"rfd", "Refund", "[R]e[f]un[d]"}, {"dnufer", "Refund", NULL}, {"refunds", "Refund", NULL},
	        {"bq", "Access to BigQuery", "Access to [B]ig[Q]uery"},
	        {"fo", "of a fold or a form", "of a [fo]ld or a form"},
	        {"closed ask", "ask, then closed", "[ask], then [closed]"}, {"ask ask", "ask", "[ask]"},
	        {"ask nothing", "ask", NULL}, {"ЗАДЕРЖ", "Данные с задержкой", "Данные с [задерж]кой"},
	        {"елка", "Ёлка", "[Ёлка]"}, {"й", "И", "[И]"}, {"muller", "Jörg Müller", "Jörg [Müller]"},
	        {"muller", "Mu\u0308ller", "[Mu\u0308ller]"}, {"σ", "ΟΔΟΣ οδος", "ΟΔΟ[Σ] οδος"},
	        {"x", "", NULL}, {"\xff", "\xfe", "[\xfe]"}, /* bytes that are no text are all the same */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fuzzy_match match;
		const bool found = fuzzy_match(cases[i].pattern, cases[i].text, &match);
		cr_expect_eq(
		        found, cases[i].lit != NULL, "\"%s\" in \"%s\"", cases[i].pattern, cases[i].text);
		if (found && cases[i].lit)
			cr_expect_str_eq(lit(cases[i].text, &match), cases[i].lit, "\"%s\": %s",
			        cases[i].pattern, lit(cases[i].text, &match));
	}
}

Test(fuzzy, ranks_what_was_meant_first)
{
	/* Each row from the best to the worst. */
	static const struct {
		const char *pattern, *texts[5];
	} cases[] = {
	        {"ben", {"ben", "benno", "big ben", "Big Energy News", "ruben"}},
	        {"an", {"anna", "an unanswered one", "a new one", "Ivan", "casino"}},
	        {"bq delay", {"BigQuery: delay", "BigQuery: a very long delay", "Bequeathed late layers"}},
	        {"за", {"задержка", "Ответ за день", "показать"}},
	        {"-", {"-", "a-b"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fuzzy_match better, worse;
		for (size_t j = 0; j + 1 < 5 && cases[i].texts[j + 1]; j++) {
			const char *a = cases[i].texts[j], *b = cases[i].texts[j + 1];
			cr_expect(fuzzy_match(cases[i].pattern, a, &better), "%s in %s", cases[i].pattern, a);
			cr_expect(fuzzy_match(cases[i].pattern, b, &worse), "%s in %s", cases[i].pattern, b);
			cr_expect_gt(better.score, worse.score, "%s: %s (%d) before %s (%d)",
			        cases[i].pattern, a, better.score, b, worse.score);
		}
	}
}

Test(fuzzy, long_texts_stay_within_their_tables)
{
	struct fuzzy_match match;
	char text[3000], pattern[300];
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	memset(pattern, 'a', sizeof pattern - 1);
	pattern[sizeof pattern - 1] = '\0';
	cr_expect(fuzzy_match(pattern, text, &match));
	cr_expect_eq(match.count, 1);
	for (size_t i = 0; i < sizeof text - 1; i += 2)
		text[i] = 'b';
	cr_expect(fuzzy_match("a b a b a b a b a b", text, &match));
	cr_expect(fuzzy_match(
	        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", text, &match));
	cr_expect_eq(match.count, FUZZY_SPANS_MOST);
	text[450] = 'z';
	cr_expect_not(fuzzy_match("z", text, &match), "what is so far behind is not looked at");
}
