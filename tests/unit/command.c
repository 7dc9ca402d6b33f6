/* The table of commands itself, and the ways to find one. */
#include "core/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <uchar.h>

/* Every key sequence of a command, found by typing: what the look-up says after each key. */
static void type(enum command_id id, const char *alternative)
{
	key typed[8];
	size_t count = 0;
	char name[16];
	for (const char *at = alternative; *at;) {
		size_t length = 1 + strcspn(at + 1, "-");
		cr_assert_lt(length, sizeof name);
		memcpy(name, at, length);
		name[length] = '\0';
		cr_assert(key_parse(name, &typed[count++]), "%s: no key \"%s\"", commands[id].name, name);
		at += length + (at[length] == '-');
		for (int scope = 1; scope <= SCOPE_EVERYWHERE; scope *= 2) {
			if (!(commands[id].scope & scope))
				continue;
			bool more;
			enum command_id found =
			        command_by_keys(typed, count, (enum command_scope)scope, &more);
			enum command_id expected = *at ? COMMAND_NONE : id;
			cr_assert_eq(found, expected, "\"%s\" of %s finds %s", alternative, commands[id].name,
			        found == COMMAND_NONE ? "none" : commands[found].name);
			cr_assert_eq(more, *at != '\0', "\"%s\": a sequence that is the beginning of another",
			        alternative);
		}
	}
}

Test(command, keys_and_names_are_unique)
{
	for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
		char keys[64];
		cr_assert_lt(strlen(commands[id].keys), sizeof keys);
		snprintf(keys, sizeof keys, "%s", commands[id].keys);
		char *rest = NULL;
		for (char *one = strtok_r(keys, " ", &rest); one; one = strtok_r(NULL, " ", &rest))
			type(id, one);
		cr_assert(commands[id].scope && !(commands[id].scope & ~SCOPE_EVERYWHERE));
		cr_assert(*commands[id].name && *commands[id].help);
		for (enum command_id other = 0; other < id; other++)
			cr_assert_str_neq(commands[id].name, commands[other].name);
		const char *argument;
		cr_assert_eq(command_by_name(commands[id].name, &argument), id, "%s", commands[id].name);
		cr_assert_str_eq(argument, "");
	}
}

Test(command, by_keys)
{
	bool more;
	cr_assert_eq(command_by_keys((key[]){'c'}, 1, SCOPE_QUEUE, &more), COMMAND_CLAIM);
	cr_assert_eq(command_by_keys((key[]){'s'}, 1, SCOPE_TICKET, &more), COMMAND_NONE);
	cr_assert(more);
	cr_assert_eq(command_by_keys((key[]){'s', 'h'}, 2, SCOPE_TICKET, &more), COMMAND_STATUS_HOLD);
	cr_assert(!more);
	cr_assert_eq(command_by_keys((key[]){'s', 'x'}, 2, SCOPE_TICKET, &more), COMMAND_NONE);
	cr_assert(!more);
	cr_assert_eq(command_by_keys((key[]){'V'}, 1, SCOPE_TICKET, &more), COMMAND_NONE, "not there");
	cr_assert_eq(command_by_keys((key[]){KEY_HOME_KEY}, 1, SCOPE_QUEUE, &more), COMMAND_TOP,
	        "the second alternative");
}

Test(command, by_name)
{
	static const struct {
		const char *line;
		enum command_id id;
		const char *argument;
	} lines[] = {
	        {"status hold facebook", COMMAND_STATUS_HOLD, "facebook"},
	        {"  status   hold   facebook ads", COMMAND_STATUS_HOLD, "facebook ads"},
	        {"status h facebook", COMMAND_STATUS_HOLD, "facebook"},
	        {"status", COMMAND_NONE, ""},
	        {"priority u", COMMAND_PRIORITY_URGENT, ""},
	        {"prio u", COMMAND_NONE, ""},
	        {"claim", COMMAND_CLAIM, ""},
	        {"claim-next", COMMAND_CLAIM_NEXT, ""},
	        {"claim-n", COMMAND_CLAIM_NEXT, ""},
	        {"assign anna", COMMAND_ASSIGN, "anna"},
	        {"as anna", COMMAND_ASSIGN, "anna"},
	        {"send o", COMMAND_SEND_OPEN, ""},
	        {"send h the bank", COMMAND_SEND_HOLD, "the bank"},
	        {"wait go on", COMMAND_GUARD_GO_ON, ""},
	        {"search next", COMMAND_SEARCH, "next"},
	        {"nonsense", COMMAND_NONE, ""},
	        {"", COMMAND_NONE, ""},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *argument = NULL;
		enum command_id id = command_by_name(lines[i].line, &argument);
		cr_assert_eq(id, lines[i].id, "\"%s\" is %s", lines[i].line,
		        id == COMMAND_NONE ? "none" : commands[id].name);
		cr_assert_not_null(argument);
		if (id != COMMAND_NONE)
			cr_assert_str_eq(argument, lines[i].argument, "\"%s\"", lines[i].line);
	}
	enum command_id found[2];
	cr_assert_eq(command_complete("status ", found, 2), 5,
	        "how many there are, not how many there was room for");
	cr_assert(found[0] == COMMAND_STATUS_NEW && found[1] == COMMAND_STATUS_OPEN);
	cr_assert_eq(command_complete("", NULL, 0), COMMAND_COUNT);
}

Test(command, keys_as_text)
{
	char text[32];
	static const struct {
		enum command_id id;
		const char *text;
	} shown[] = {{COMMAND_CLAIM, "c"}, {COMMAND_STATUS_HOLD, "s h"}, {COMMAND_PAGE_DOWN, "PgDn"},
	        {COMMAND_TOP, "g g"}, {COMMAND_SUSPEND, "^Z"}, {COMMAND_MESSAGES, ""}};
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		command_key_text(shown[i].id, text, sizeof text);
		cr_assert_str_eq(text, shown[i].text);
	}
	command_key_text(COMMAND_PAGE_DOWN, text, 3);
	cr_assert_str_eq(text, "Pg");

	static const char *const names[] = {
	        "Enter", "Space", "PgDn", "c", "^Z", "Tab", "Esc", "-", "^", "ж", "Backspace", "Up"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		key k;
		cr_assert(key_parse(names[i], &k), "%s", names[i]);
		key_name(k, text, sizeof text);
		cr_assert_str_eq(text, names[i]);
	}
	static const char *const wrong[] = {"", "ab", " ", "^z", "^ZZ", "enter", "\xff", "\x1b"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		key k;
		cr_assert(!key_parse(wrong[i], &k), "\"%s\" is no key", wrong[i]);
	}
}

/* Every letter of the two layouts is another key's, and no key of the table is one of them: nothing is hidden. */
Test(command, keys_are_where_they_are_in_the_latin_layout)
{
	static const struct {
		char32_t typed;
		key latin;
	} cases[] = {{U'о', 'j'}, {U'л', 'k'}, {U'З', 'P'}, {U'ъ', ']'}, {U'ї', ']'}, {U'ы', 's'},
	        {U'і', 's'}, {U'Ж', ':'}, {U'ґ', '\\'}, {U'ё', '`'}, {U'Ю', '>'}, {U'.', '.'}, {U'é', U'é'},
	        {U'ў', U'ў'}, {KEY_ENTER_KEY, KEY_ENTER_KEY}, {KEY_PAGE_UP, KEY_PAGE_UP}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(key_latin((key)cases[i].typed), cases[i].latin, "case %zu: %d", i,
		        key_latin((key)cases[i].typed));
	int letters = 0;
	for (key k = 0x400; k < 0x500; k++)
		letters += key_latin(k) < 0x80;
	cr_expect_eq(letters, 66 + 8);
	for (key k = 0; k < 0x80; k++)
		cr_expect_eq(key_latin(k), k);
}
