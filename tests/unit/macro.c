/*
 * Macros: their text with fields, what they do in words, and their files.
 */
#include "core/macro.h"
#include "base/alloc.h"
#include "core/macro_file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* ---- fields ---------------------------------------------------------------------------------------- */

Test(macro, fields_are_filled_in_once)
{
	static const struct {
		const char *body, *requester, *organization, *text;
		size_t missing;
	} cases[] = {
	        {"Hello {requester}!", "Mira Novak", "", "Hello Mira Novak!", 0},
	        {"{requester}{requester}", "A", "", "AA", 0},
	        {"no fields } at all", "A", "", "no fields } at all", 0},
	        {"{{requester}} is {requester}", "A", "", "{requester}} is A", 0},
	        {"{{{requester}", "A", "", "{A", 0},
	        {"For {organization}.", "A", "", "For {organization?}.", 1},
	        {"For {organization}: {due}, {organization}", "A", NULL,
	                "For {organization?}: {due?}, {organization?}", 3},
	        /* Whatever somebody calls himself stays what he is called. */
	        {"Hello {requester}!", "{agent}", "", "Hello {agent}!", 0},
	        {"Hello {requester}!", "{{agent}}", "", "Hello {{agent}}!", 0},
	        {"Hello {requester}, {organization}!", "{organization}", "{requester}",
	                "Hello {organization}, {requester}!", 0},
	        {"Hello {requester}!", "{organization?}", "", "Hello organization?!", 0},
	        {"Hello {requester}!", "{{organization?}?}", "", "Hello {organization??}!", 0},
	        {"Hello {requester}!", "a\nb\x1b[2J\x9b\u202ec\td", "", "Hello a b\ufffd[2J\ufffd\ufffdc d!",
	                0},
	        {"", "A", "", "", 0},
	        {"\xff{requester}", "A", "",
	                "\xff"
	                "A",
	                0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct macro_values values = {{NULL}};
		struct strbuf text = STRBUF_INIT;
		values.of[MACRO_FIELD_REQUESTER] = alloc_copy(cases[i].requester);
		values.of[MACRO_FIELD_ORGANIZATION] = alloc_copy(cases[i].organization);
		cr_expect_eq(
		        macro_expand(cases[i].body, &values, &text), cases[i].missing, "%s", cases[i].body);
		cr_expect_str_eq(text.data, cases[i].text, "%s: %s", cases[i].body, text.data);
		size_t start, length;
		cr_expect_eq(macro_hole(text.data, &start, &length), cases[i].missing > 0, "%s", text.data);
		strbuf_release(&text);
		macro_values_release(&values);
	}
}

/* In a text for many nothing but a field is one: what was written by hand may have braces of any kind. */
Test(macro, a_text_for_many_keeps_its_fields_until_a_ticket_fills_them)
{
	struct macro_values one = {{NULL}}, other = {{NULL}};
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
	one.of[MACRO_FIELD_REQUESTER_FIRST] = alloc_copy("Mira {agent?}");
	one.of[MACRO_FIELD_TICKET] = other.of[MACRO_FIELD_TICKET] = (char[]){"7"};
	cr_expect_eq(macro_expand("Hello {requester.first}, {{x} {ticket}, {nothing}", NULL, &text), 0);
	cr_expect_str_eq(text.data, "Hello {requester.first}, {x} {ticket}, {nothing}");
	strbuf_adds(&text, " {{ user }} {");
	cr_expect(macro_has_fields(text.data));
	cr_expect_null(macro_fill(text.data, &one, &out));
	cr_expect_str_eq(out.data, "Hello Mira agent?, {x} 7, {nothing} {{ user }} {");
	strbuf_clear(&out);
	cr_expect_str_eq(macro_fill(text.data, &other, &out), "requester.first");
	cr_expect_str_eq(out.data, "Hello {requester.first?}, {x} 7, {nothing} {{ user }} {");
	cr_expect_not(macro_has_fields("{x} {requester.first?} {{ user }} {"));
	strbuf_clear(&out);
	macro_quote(text.data, true, &out);
	cr_expect_str_eq(out.data, "Hello {requester.first}, {{x} {ticket}, {{nothing} {{{{ user }} {{");
	free(one.of[MACRO_FIELD_REQUESTER_FIRST]);
	strbuf_release(&text);
	strbuf_release(&out);
}

Test(macro, a_field_left_standing_is_found)
{
	static const struct {
		const char *text, *hole;
	} cases[] = {{"{organization?}", "{organization?}"},
	        {"a {{requester.first?} b", "{requester.first?}"}, {"{ {due?} {plan?}", "{due?}"},
	        {"{requester}", NULL}, {"{nobody?}", NULL}, {"a{2}?", NULL}, {"{", NULL}, {"{due?", NULL},
	        {"", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t start = 0, length = 0;
		const bool found = macro_hole(cases[i].text, &start, &length);
		cr_expect_eq(found, cases[i].hole != NULL, "%s", cases[i].text);
		cr_expect(!found || (strlen(cases[i].hole) == length &&
		                            memcmp(cases[i].text + start, cases[i].hole, length) == 0),
		        "%s", cases[i].text);
	}
}

Test(macro, first_names)
{
	static const char *const cases[][2] = {{"Mira Novak", "Mira"}, {"Novak, Mira", "Mira"},
	        {"Мира", "Мира"}, {"  Mira", "Mira"}, {"Novak,", "Novak"}, {"", ""}, {",", ""}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *first = macro_first_name(cases[i][0]);
		cr_expect_str_eq(first, cases[i][1], "%s: %s", cases[i][0], first);
		free(first);
	}
}

/* ---- actions ------------------------------------------------------------------------------------------ */

static const char *words(const struct macro_actions *actions)
{
	static struct strbuf text = STRBUF_INIT;
	strbuf_clear(&text);
	macro_actions_words(actions, &text);
	return text.data;
}

Test(macro, actions_travel_as_json_and_add_up)
{
	struct macro_actions a, b, copy;
	cr_assert(macro_actions_read(
	        "{\"macro\":\"A\",\"priority\":\"high\",\"tags_add\":[\"billing\",\"delay\"],\"status\":\"hold\","
	        "\"hold_for\":\"BigQuery\",\"assignee\":\"me\"}",
	        &a));
	cr_expect_str_eq(words(&a), "high, +billing, +delay, to you, on hold for BigQuery");
	char *json = macro_actions_json(&a);
	cr_assert(macro_actions_read(json, &copy), "%s", json);
	cr_expect_str_eq(words(&copy), words(&a));
	free(json);
	macro_actions_release(&copy);

	cr_assert(macro_actions_read("{\"macro\":\"B\",\"tags_remove\":[\"delay\"],\"tags_add\":[\"vip\"],"
	                             "\"status\":\"pending\",\"assignee\":\"-\"}",
	        &b));
	macro_actions_add(&a, &b);
	cr_expect_str_eq(words(&a), "high, +billing, +vip, -delay, to nobody, pending");
	cr_expect_str_eq(a.name, "A + B");
	cr_expect_null(a.hold_for, "whom it waited for goes with the status hold");
	struct macro_actions none = {.name = NULL};
	cr_expect_not(macro_actions_any(&none));
	macro_actions_add(&none, &b);
	cr_expect_str_eq(words(&none), "+vip, -delay, to nobody, pending");
	macro_actions_release(&none);
	macro_actions_release(&a);
	macro_actions_release(&b);
	cr_expect_not(macro_actions_read("[]", &a));
	cr_expect_not(macro_actions_read("{", &a));
	cr_expect(macro_actions_read(
	        "{\"status\":7,\"priority\":\"lowest\",\"tags_add\":[1,null],\"macro\":[]}", &a));
	cr_expect_not(macro_actions_any(&a));
	macro_actions_release(&a);
}

/* ---- files ------------------------------------------------------------------------------------------------ */

static const char whole[] = "name: Данные с задержкой\n"
                            "for: team Support\n"
                            "kind: reply\n"
                            "status: hold\n"
                            "hold: BigQuery support\n"
                            "priority: high\n"
                            "tags: +delay +данные -billing\n"
                            "assignee: me\n"
                            "\n"
                            "Hello {requester.first}!\n"
                            "\n"
                            "{{ and }\n";

Test(macro_file, what_is_written_is_read)
{
	struct macro macro, again;
	struct error err = {ERROR_NONE, ""};
	struct strbuf text = STRBUF_INIT, name = STRBUF_INIT, explained = STRBUF_INIT;
	cr_assert(macro_file_read(whole, NULL, &macro, &err), "%s", err.text);
	cr_expect_str_eq(macro.body, "Hello {requester.first}!\n\n{{ and }");
	cr_expect_str_eq(macro.team, "Support");
	macro_file_print(&macro, &text);
	cr_expect_str_eq(text.data, whole, "%s", text.data);
	macro_file_name(&macro, "anna", &name);
	cr_expect_str_eq(name.data, "данные-с-задержкой.support.macro");
	char *json = macro_json(&macro);
	cr_expect_str_eq(json,
	        "{\"status\":\"hold\",\"hold_for\":\"BigQuery support\",\"priority\":\"high\",\"tags_add\":[\"delay\",\"данные\"],"
	        "\"tags_remove\":[\"billing\"],\"assignee\":\"me\",\"place\":\"team\",\"team\":\"Support\","
	        "\"name\":\"Данные с задержкой\",\"kind\":\"reply\",\"body\":\"Hello {requester.first}!\\n\\n{{ and }\"}",
	        "%s", json);
	free(json);

	/* The file that an editor opens says the same, below its explanations. */
	macro_file_help(&explained);
	strbuf_adds(&explained, text.data);
	cr_assert(macro_file_read(explained.data, NULL, &again, &err), "%s", err.text);
	strbuf_clear(&text);
	macro_file_print(&again, &text);
	cr_expect_str_eq(text.data, whole);
	macro_release(&again);

	/* CR LF, blanks at the ends, and more empty lines than one are no other macro. */
	cr_assert(macro_file_read("# x\r\nname:  Note \r\nkind : note\r\n\r\n\r\n\r\nText \r\n\r\n  \r\n",
	                  NULL, &again, &err),
	        "%s", err.text);
	cr_expect(again.internal && again.place == MACRO_OWN);
	cr_expect_str_eq(again.name, "Note");
	cr_expect_str_eq(again.body, "Text");
	macro_release(&again);

	/* What it is called is known already, unless it says another name. */
	cr_assert(macro_file_read("kind: note\n\nText", "Given", &again, &err), "%s", err.text);
	cr_expect_str_eq(again.name, "Given");
	macro_release(&again);
	cr_assert(macro_file_read("name: Said\n\nText", "Given", &again, &err), "%s", err.text);
	cr_expect_str_eq(again.name, "Said");
	macro_release(&again);
	macro_release(&macro);
	strbuf_release(&text);
	strbuf_release(&name);
	strbuf_release(&explained);
}

Test(macro_file, mistakes_say_where_and_what_is_right)
{
	static const char fields[] =
	        "requester, requester.first, requester.email, organization, plan, ticket, subject,"
	        " due, today, agent, agent.first";
	static const struct {
		const char *text, *says; /* %s: the fields */
	} cases[] = {
	        {"", "the macro has no name: a line \"name: ...\" is missing"},
	        {"name:\n\nx", "the macro has no name: a line \"name: ...\" is missing"},
	        {"name: A", "the macro does nothing: it has no text and changes nothing on the ticket"},
	        {"name: A\nstatus: opne\n\nx",
	                "line 2, column 9: \"opne\" is no status; new, open, pending, hold or closed"},
	        {"name: A\nпочта: x\n\nx",
	                "line 2, column 1: \"почта\" is no key; there is name, for, kind, status, hold, priority, tags,"
	                " assignee, and the text begins after an empty line"},
	        {"Hello!",
	                "line 1, column 1: \"Hello!\" is no key; there is name, for, kind, status, hold, priority, tags,"
	                " assignee, and the text begins after an empty line"},
	        {"# x\nname: A\nname: B", "line 3, column 1: \"name\" stands here a second time"},
	        {"name: A\nfor: everybody",
	                "line 2, column 6: a macro is for \"own\", \"team\", \"team NAME\" or \"shared\", not \"everybody\""},
	        {"name: A\nkind: letter", "line 2, column 7: the kind is reply or note, not \"letter\""},
	        {"name: A\npriority: low",
	                "line 2, column 11: \"low\" is no priority; urgent, high or normal"},
	        {"name: A\nassignee: Anna K",
	                "line 2, column 11: the assignee is a login, me, or - for nobody, not \"Anna K\""},
	        {"name: A\nstatus: hold",
	                "the status hold needs a line \"hold: ...\": whom the ticket waits for"},
	        {"name: A\nhold: B", "the line \"hold:\" needs the line \"status: hold\""},
	        {"name: A\nstatus: new\n\nx", "a ticket that was answered is not new"},
	        {"name: A\n\nHello {agnet}!", "line 3, column 8: there is no field \"agnet\"; there is %s"},
	        {"name: A\n\n\nЗдравствуйте!\n{ x }",
	                "line 5, column 1: a field such as {requester} should begin here; a brace by itself is written {{"},
	        {"name: A\n\nÄ {requester",
	                "line 3, column 3: a field such as {requester} should begin here; a brace by"
	                " itself is written {{"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct macro macro;
		struct error err = {ERROR_NONE, ""};
		char *says = alloc_format("%s", cases[i].says);
		if (strstr(says, "%s")) {
			free(says);
			says = alloc_format(
			        "%.*s%s", (int)(strlen(cases[i].says) - 2), cases[i].says, fields);
		}
		cr_expect_not(macro_file_read(cases[i].text, NULL, &macro, &err), "%s", cases[i].text);
		cr_expect_str_eq(err.text, says, "%s", err.text);
		cr_expect_eq(err.kind, ERROR_INPUT);
		macro_release(&macro);
		free(says);
	}
	struct macro macro;
	struct error err = {ERROR_NONE, ""};
	cr_expect_not(macro_file_read("name: A\ntags: +a/b", NULL, &macro, &err));
	cr_expect(strncmp(err.text, "line 2, column 7: \"a/b\" is no tag", 33) == 0, "%s", err.text);
	macro_release(&macro);
}
