/* Which words of a text a search on the server means. */
#include "core/sought.h"

#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <string.h>

/* The text with brackets around what is sought. */
static const char *marked(const char *text, const char *query)
{
	static struct strbuf out = STRBUF_INIT;
	size_t start, length;
	strbuf_clear(&out);
	while (sought_find(text, query, &start, &length)) {
		strbuf_addf(&out, "%.*s[%.*s]", (int)start, text, (int)length, text + start);
		text += start + length;
	}
	strbuf_adds(&out, text);
	return out.data;
}

Test(sought, words_are_found_by_how_they_begin)
{
	static const struct {
		const char *query, *text, *marked;
	} cases[] = {
	        {"dashboard", "The dashboards, the Dashboard!", "The [dashboards], the [Dashboard]!"},
	        {"dashboards", "a dashboard-like board", "a [dashboard]-like board"},
	        {"\u0442\u0430\u0431\u043b\u0438\u0446\u0430",
	                "\u0422\u0430\u0431\u043b\u0438\u0446\u044b \u0438 \u0441\u0442\u043e\u043b",
	                "[\u0422\u0430\u0431\u043b\u0438\u0446\u044b] \u0438 \u0441\u0442\u043e\u043b"},
	        {"\u043e\u0442\u0447\u0435\u0442\u044b", "\u041e\u0442\u0447\u0451\u0442",
	                "[\u041e\u0442\u0447\u0451\u0442]"},
	        {"ab", "ab abc xab", "[ab] [abc] xab"},
	        {"tables", "Table tab tablet", "[Table] tab [tablet]"},
	        {"\"empty report\" -tables", "empty tables, reports", "[empty] tables, [reports]"},
	        {"one or two", "one or two", "[one] or [two]"},
	        {"\x27; (:* \\ --", "nothing; (:* here", "nothing; (:* here"},
	        {"", "nothing", "nothing"},
	        {"x", "", ""},
	        {"- -", "- -", "- -"},
	        {"48213", "ticket 48213, 482131", "ticket [48213], [482131]"},
	        {"\xff\xfe", "\xff\xfe", "[\xff\xfe]"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(marked(cases[i].text, cases[i].query), cases[i].marked,
		        "\"%s\" in \"%s\": %s", cases[i].query, cases[i].text,
		        marked(cases[i].text, cases[i].query));
}
