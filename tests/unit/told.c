/* What the server words in English, said in the agent's language. */
#include "core/told.h"
#include "base/embedded.h"
#include "base/i18n.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static char *told(const char *language, const char *english)
{
	struct strbuf out = STRBUF_INIT;
	setlocale(LC_ALL, "C.UTF-8");
	i18n_choose(language);
	told_words(english, &out);
	return strbuf_detach(&out);
}

static void expect(const char *language, const char *english, const char *expected)
{
	char *said = told(language, english);
	cr_expect(strcmp(said, expected) == 0, "%s gave %s, not %s", english, said, expected);
	free(said);
}

Test(told, events_and_refusals_in_russian)
{
	static const struct {
		const char *english, *russian;
	} cases[] = {
	        {"set status open -> pending", "статус «Открыт» -> «Ждет вашего ответа»"},
	        {"replied, set status new -> hold (waits for Facebook, Google), set assignee nobody -> anna",
	                "ответ, статус «Новый» -> «На удержании» (ждет: Facebook, Google), агент никто -> anna"},
	        {"set team none -> Berlin", "команда нет -> Berlin"},
	        {"set priority normal -> urgent", "приоритет «Нормальный» -> «Срочный»"},
	        {"said that no reply is needed: thanks, set free, set status closed later",
	                "ответ не нужен: thanks, set free, set status closed later"},
	        {"set subject \"open\" -> \"a -> b\"", "тема «open» -> «a -> b»"},
	        {"set requester open -> high", "автор open -> high"},
	        {"added the tags billing, refund, took off the tag later",
	                "поставлены теги billing, refund, снят тег later"},
	        {"linked it to incident 3 (Google Ads, Facebook)",
	                "связан с инцидентом 3 (Google Ads, Facebook)"},
	        {"moved it from incident 3 (A) to incident 4 (B)",
	                "перенесен из инцидента 3 (A) в инцидент 4 (B)"},
	        {"took back \"linked it to incident 3 (A)\", unlinked it from incident 3 (A)",
	                "отменено «связан с инцидентом 3 (A)», отвязан от инцидента 3 (A)"},
	        {"took back \"set status open -> closed\"", "отменено «статус «Открыт» -> «Закрыт»»"},
	        {"took back \"claimed it, set status new -> open\", set status open -> new, set assignee anna -> "
	         "nobody",
	                "отменено «тикет взят, статус «Новый» -> «Открыт»», статус «Открыт» -> «Новый», агент anna -> никто"},
	        {"took back \"replied with the macro \"a\", set status new -> open\", set status open -> new",
	                "отменено «ответ макросом «a», статус «Новый» -> «Открыт»», статус «Открыт» -> «Новый»"},
	        {"took back \"merged it into 2, set status new -> closed\", set status closed -> new",
	                "отменено «объединен с 2, статус «Новый» -> «Закрыт»», статус «Закрыт» -> «Новый»"},
	        {"took back \"x\", set status new -> open", "отменено «x», статус «Новый» -> «Открыт»"},
	        {"ben set status open -> pending 12 s ago",
	                "ben: статус «Открыт» -> «Ждет вашего ответа», 12 с назад"},
	        {"you claimed it 5 min ago", "вы: тикет взят, 5 мин назад"},
	        {"ben took it 3 h ago", "уже у ben, 3 ч назад"},
	        {"nothing is taken back, since then ben replied 2 d ago",
	                "ничего не отменено, с тех пор ben: ответ, 2 д назад"},
	        {"ticket 17 was merged into 18", "тикет 17 объединен с 18"},
	        {"something the server never says", "something the server never says"},
	        {"%s %n ago", "%s %n ago"},
	        {"", ""},
	        {" ago", " ago"},
	        {"x ago", "x ago"},
	        {"ben replied ago", "ben replied ago"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect("ru", cases[i].english, cases[i].russian);
		expect("en", cases[i].english, cases[i].english);
	}
	char mebibyte[4096];
	memset(mebibyte, 'x', sizeof mebibyte - 1);
	mebibyte[sizeof mebibyte - 1] = '\0';
	expect("ru", mebibyte, mebibyte);
}

/* The SQL literal at *at, without its quotes, its %s as one letter; *at behind it. */
static void take_literal(const char **at, char *out, size_t size)
{
	size_t length = 0;
	const char *c = *at + 1;
	for (; *c && length + 2 < size; c++) {
		if (*c == '\'' && c[1] != '\'') {
			const char *next = c + 1 + strspn(c + 1, " \t\n");
			if (*next != '\'' || !memchr(c + 1, '\n', (size_t)(next - c - 1)))
				break; /* a literal goes on in the next line */
			c = next;
			continue;
		}
		c += *c == '\'';
		if (strncmp(c, "%s", 2) == 0 || strncmp(c, "%1$s", 4) == 0) {
			out[length++] = 'x';
			c += *(c + 1) == 's' ? 1 : 3;
		} else {
			out[length++] = *c;
		}
	}
	out[length] = '\0';
	*at = c;
}

/* Each literal that follows the words in the file must be known. */
static int expect_known(const char *file, const char *words, const char *const *others)
{
	const struct embedded_file *sql = embedded_find(file);
	int count = 0;
	cr_assert(sql != NULL, "%s", file);
	for (const char *at = sql->bytes; (at = strstr(at, words)) != NULL;) {
		char english[400];
		at += strlen(words);
		at += strspn(at, " ");
		if (strncmp(at, "format(", 7) == 0)
			at += 7;
		if (*at != '\'')
			continue; /* worded by a function, which is looked at where it stands */
		take_literal(&at, english, sizeof english);
		bool other = false;
		for (const char *const *one = others; *one; one++)
			other |= strstr(english, *one) != NULL;
		char *said = told("ru", english);
		cr_expect(other || strcmp(said, english) != 0,
		        "%s says \"%s\", which src/core/told.c does not know", file, english);
		free(said);
		count++;
	}
	return count;
}

Test(told, knows_what_the_schema_says_to_a_console)
{
	static const char *const files[] = {"10_caller", "50_write", "52_attachment", "55_action",
	        "56_claim_next", "56_incident", "57_tag", "58_change", "60_undo", "62_recall", "66_draft",
	        "76_view", "78_macro", "91_conversation", "94_search"};
	static const char *const codes[] = {"refuse('SG001',", "refuse('SG002',", "refuse('SG003',",
	        "refuse('SG004',", "refuse('SG005',", "refuse('SG006',", "told := told ||"};
	/* What no console can cause: it checks before it asks. */
	static const char *const others[] = {"x is empty", "x has no visible character", "files are no list",
	        "is not reply or note", "\"x\" is no x", "\"x\" is no address", "\"x\" is no tag",
	        "attachments have x contents", "can be read", "set x x -> x", NULL};
	int count = 0;
	for (size_t f = 0; f < sizeof files / sizeof *files; f++)
		for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
			char name[64];
			snprintf(name, sizeof name, "schema/functions/%s.sql", files[f]);
			count += expect_known(name, codes[c], others);
		}
	cr_expect(count > 40, "%d found", count);
}
