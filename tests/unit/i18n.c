/* Languages: plural rules, which catalog is spoken, and that catalogs hold what the screens need. */
#include "base/i18n.h"
#include "base/embedded.h"
#include "base/plural.h"
#include "base/strbuf.h"
#include "conf/settings.h"
#include "core/countdown.h"
#include "core/text.h"
#include "core/ticket.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool says(const char *text, const char *expected)
{
	if (strcmp(text, expected) != 0)
		cr_log_error("says \"%s\", not \"%s\"", text, expected);
	return strcmp(text, expected) == 0;
}

static void speak(const char *language)
{
	setlocale(LC_ALL, "C.UTF-8");
	i18n_choose(language);
}

Test(i18n, a_rule_says_the_plural_form)
{
	static const char slavic[] =
	        "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;\n";
	static const struct {
		const char *rule;
		unsigned long count, form;
	} cases[] = {
	        {slavic, 1, 0},
	        {slavic, 2, 1},
	        {slavic, 4, 1},
	        {slavic, 5, 2},
	        {slavic, 0, 2},
	        {slavic, 11, 2},
	        {slavic, 12, 2},
	        {slavic, 14, 2},
	        {slavic, 21, 0},
	        {slavic, 22, 1},
	        {slavic, 111, 2},
	        {slavic, 1001, 0},
	        {"n != 1", 1, 0},
	        {"n != 1", 0, 1},
	        {"n>1;", 1, 0},
	        {"0", 7, 0},
	        {"n==1 ? 0 : n==2 ? 1 : 2", 2, 1},
	        {"(n%10)*2+1-1", 13, 6},
	        {"7-2-1", 0, 4},
	        {"!n", 0, 1},
	        {"n/0", 3, 0},
	        {"n%0", 3, 0},
	        {"n<=2||n>=9&&n<11", 10, 1},
	        {"", 3, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect(eq(ulong, plural_form(cases[i].rule, cases[i].count), cases[i].form), "%s of %lu",
		        cases[i].rule, cases[i].count);
}

/* 1, 2, 5, 21 of a thing, in the language. */
static void counts(const char *language, const char *expected)
{
	static const int numbers[] = {1, 2, 5, 11, 21};
	struct strbuf said = STRBUF_INIT;
	speak(language);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		strbuf_adds(&said, i ? ", " : "");
		strbuf_addf(&said, P_("%d message", "%d messages", numbers[i]), numbers[i]);
	}
	cr_expect(says(said.data, expected));
	strbuf_release(&said);
}

Test(i18n, counts_have_their_plural_forms)
{
	counts("en", "1 message, 2 messages, 5 messages, 11 messages, 21 messages");
	counts("ru", "1 сообщение, 2 сообщения, 5 сообщений, 11 сообщений, 21 сообщение");
	counts("uk", "1 повідомлення, 2 повідомлення, 5 повідомлень, 11 повідомлень, 21 повідомлення");
}

Test(i18n, statuses_and_priorities_are_the_agreements_words)
{
	static const char *const statuses[] = {
	        "Новый", "Открыт", "Ждет вашего ответа", "На удержании", "Закрыт"};
	static const char *const priorities[] = {"Срочный", "Высокий", "Нормальный"};
	const struct embedded_file *policy = embedded_find("schema/policy.conf");
	speak("ru");
	for (int i = 0; i < STATUS_COUNT; i++) {
		cr_expect(says(status_label((enum status)i), statuses[i]));
		cr_expect(strstr(policy->bytes, statuses[i]) != NULL, "%s is a label of the policy",
		        statuses[i]);
	}
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		cr_expect(says(priority_label((enum priority)i), priorities[i]));
		cr_expect(strstr(policy->bytes, priorities[i]) != NULL, "%s is a label of the policy",
		        priorities[i]);
	}
	cr_expect(says(status_name(STATUS_HOLD), "hold"), "scripts and SQL have their own words");
}

/* What "auto" speaks in that environment: the word for "closed". */
Test(i18n, the_environment_chooses)
{
	static const struct {
		const char *list, *all, *messages, *lang, *said;
	} cases[] = {
	        {NULL, NULL, NULL, NULL, "closed"},
	        {"ru", NULL, NULL, NULL, "Закрыт"},
	        {"ru", "C.UTF-8", NULL, NULL, "Закрыт"},
	        {"xx:uk:ru", "C.UTF-8", NULL, NULL, "Закритий"},
	        {"en_GB:ru", NULL, NULL, "ru_RU.UTF-8", "closed"},
	        {"xx", NULL, NULL, "ru_RU.UTF-8", "Закрыт"},
	        {"", NULL, NULL, "uk_UA.UTF-8", "Закритий"},
	        {NULL, NULL, "ru_RU.UTF-8", "uk_UA.UTF-8", "Закрыт"},
	        {NULL, "ru_RU.UTF-8", "uk_UA.UTF-8", "en_US.UTF-8", "Закрыт"},
	        {NULL, "C.UTF-8", NULL, "ru_RU.UTF-8", "closed"},
	        {NULL, NULL, NULL, "ru@cyrillic", "Закрыт"},
	        {NULL, NULL, NULL, "rue_UA.UTF-8", "closed"},
	        {"../../x", NULL, NULL, NULL, "closed"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
		const char *const values[] = {cases[i].list, cases[i].all, cases[i].messages, cases[i].lang};
		for (size_t v = 0; v < 4; v++)
			values[v] ? setenv(names[v], values[v], 1) : unsetenv(names[v]);
		speak("auto");
		cr_expect(says(status_label(STATUS_CLOSED), cases[i].said), "case %zu", i);
	}
	speak("uk");
	cr_expect(says(_("closed"), "Закритий"), "a setting is stronger than the environment");
	setlocale(LC_ALL, "C");
	i18n_choose("ru");
	cr_expect(says(_("closed"), "closed"), "a terminal of ASCII is spoken to in English");
}

Test(i18n, every_language_of_the_setting_has_a_catalog)
{
	char words[64], *rest = words, *word;
	snprintf(words, sizeof words, "%s", settings_words("language"));
	cr_assert(says(words, "auto en ru uk"));
	while ((word = strsep(&rest, " "))) {
		char name[32];
		snprintf(name, sizeof name, "po/%s.mo", word);
		bool spoken = strcmp(word, "auto") != 0 && strcmp(word, "en") != 0;
		cr_expect(eq(int, embedded_find(name) != NULL, spoken), "%s", name);
	}
}

Test(i18n, what_is_not_in_a_catalog_is_said_in_english)
{
	speak("ru");
	cr_expect(says(_(""), ""), "the empty text is not the catalog's header");
	cr_expect(says(i18n_text("no such text"), "no such text"));
	cr_expect(says(i18n_plural("%d zebra", "%d zebras", 1), "%d zebra"));
	cr_expect(says(i18n_plural("%d zebra", "%d zebras", 2), "%d zebras"));
	cr_expect(says(i18n_in_context("desk\004zebra", "zebra"), "zebra"));
	cr_expect(says(C_("desk", "closed"), "закрыто"), "a desk is not closed as a ticket is");
}

/* The list's clock has seven cells in every language. */
Test(i18n, clocks_keep_to_their_cells)
{
	static const int64_t lefts[] = {0, 59, 599, 3599, 3600, 36000, 999 * 3600, -60, -999 * 3600};
	static const char *const languages[] = {"en", "ru", "uk"};
	for (size_t l = 0; l < sizeof languages / sizeof *languages; l++)
		for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++)
			for (int kind = 0; kind < 4; kind++) {
				const struct countdown down = {.left_s = lefts[i],
				        .urgency = lefts[i] < 0 ? URGENCY_BREACHED : URGENCY_CALM,
				        .stopped = kind == 1,
				        .paused = kind == 2,
				        .unpromised = kind == 3 && lefts[i] >= 0,
				        .opens_at = 1764000000};
				char text[64];
				speak(languages[l]);
				countdown_text(&down, 7, 0, text, sizeof text);
				cr_expect(text[0] && text_width(text, strlen(text)) <= 7, "%s in %s", text,
				        languages[l]);
			}
}
