/* What is said of a reply that is on its way out. */
#include "app/recall.h"

#include "base/i18n.h"
#include "core/text.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static const char *said(const char *recipient, int64_t delay_s, enum status status)
{
	static char line[400];
	recall_words(48213, recipient, delay_s, status, line, sizeof line);
	return line;
}

Test(recall, the_line_after_a_reply_tells_all)
{
	cr_expect_str_eq(said("a.sokolova@severdom.example", 10, STATUS_PENDING),
	        "48213: to a.sokolova@severdom.example in 10 s (u takes it back); pending");
	cr_expect_str_eq(
	        said(NULL, 10, STATUS_OPEN), "48213: reply goes out in 10 s (u takes it back); open");
}

Test(recall, the_line_after_a_reply_fits_into_80_columns)
{
	static const char *const languages[] = {"en", "ru", "uk"};
	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		i18n_choose(languages[i]);
		for (int status = 0; status < STATUS_COUNT; status++) {
			const char *line = said("a.name.of.thirty@cells.example", 10, (enum status)status);
			cr_expect(text_width(line, strlen(line)) <= 80, "%s", line);
			line = said(NULL, 3600, (enum status)status);
			cr_expect(text_width(line, strlen(line)) <= 80, "%s", line);
		}
	}
}
