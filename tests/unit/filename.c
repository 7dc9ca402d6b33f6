/* Names of attachments that try to be more than a name. */
#include "core/filename.h"

#include "core/text.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

Test(filename, hostile_names)
{
	static const struct {
		const char *name, *safe;
	} cases[] = {
	        {"report.pdf", "report.pdf"},
	        {"Отчёт за ноябрь.csv", "Отчёт за ноябрь.csv"},
	        {"", "attachment"},
	        {".", "attachment"},
	        {"..", "attachment"},
	        {"/", "attachment"},
	        {"   ", "attachment"},
	        {"../../etc/passwd", "passwd"},
	        {"/etc/cron.d/x", "x"},
	        {"C:\\Windows\\system32\\x.dll", "x.dll"},
	        {"..\\..\\x", "x"},
	        {"a/", "attachment"},
	        {".bashrc", "bashrc"},
	        {"...hidden", "hidden"},
	        {"-rf", "rf"},
	        {"--help", "help"},
	        {" lead and trail . ", "lead and trail"},
	        {"x\ny\tz", "x y z"},
	        {"x\x1b[2Jy", "x_[2Jy"},
	        {"x\x07\x7fy", "x__y"},
	        {"invoice\u202Efdp.exe", "invoice_fdp.exe"},
	        {"in\u200Bvoice\u2066.pdf", "invoice.pdf"},
	        {"a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"},
	        {"CON", "_CON"},
	        {"nul.txt", "_nul.txt"},
	        {"Com1.log", "_Com1.log"},
	        {"COM0", "COM0"},
	        {"console", "console"},
	        {"\xff\xfe.txt", "__.txt"},
	        {"\u202E", "_"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf safe = STRBUF_INIT;
		filename_safe(&safe, cases[i].name);
		cr_expect_str_eq(safe.data, cases[i].safe, "%zu: %s", i, safe.data);
		strbuf_release(&safe);
	}
	static const struct {
		const char *name;
		int number;
		const char *result;
	} numbered[] = {{"report.pdf", 1, "report.pdf"}, {"report.pdf", 2, "report (2).pdf"},
	        {"x", 3, "x (3)"}, {"a.tar.gz", 2, "a.tar (2).gz"},
	        {"no.ending as long as this", 2, "no.ending as long as this (2)"}};
	for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
		struct strbuf name = STRBUF_INIT;
		filename_numbered(&name, numbered[i].name, numbered[i].number);
		cr_expect_str_eq(name.data, numbered[i].result, "%s", name.data);
		strbuf_release(&name);
	}
}

Test(filename, long_names_keep_their_ending)
{
	char name[700] = "";
	for (int i = 0; i < 300; i++)
		memcpy(name + strlen(name), "я", sizeof "я");
	memcpy(name + strlen(name), ".pdf", sizeof ".pdf");
	struct strbuf safe = STRBUF_INIT, numbered = STRBUF_INIT;
	filename_safe(&safe, name);
	cr_expect_leq(safe.length, FILENAME_MOST, "%zu", safe.length);
	cr_expect_str_eq(safe.data + safe.length - 4, ".pdf");
	cr_expect_geq(safe.length, FILENAME_MOST - 2);
	filename_numbered(&numbered, safe.data, 9999);
	cr_expect_leq(numbered.length, 255);
	strbuf_release(&safe);
	strbuf_release(&numbered);
}

Test(filename, any_bytes)
{
	struct random random = random_start();
	for (int round = 0; round < 5000; round++) {
		char name[400];
		const size_t length = (size_t)random_between(&random, 0, sizeof name - 1);
		for (size_t i = 0; i < length; i++)
			name[i] = random_one_in(&random, 4) ? "/\\. -\n:C"[random_bits(&random) % 8]
			                                    : (char)random_between(&random, 1, 255);
		name[length] = '\0';
		struct strbuf safe = STRBUF_INIT, again = STRBUF_INIT, clean = STRBUF_INIT;
		filename_safe(&safe, name);
		cr_assert(safe.length > 0 && safe.length <= FILENAME_MOST + 1, "seed %" PRIu64, random.seed);
		cr_assert(!strpbrk(safe.data, "/\\\n\x7f<>:\"|?*") && !strchr(". -", safe.data[0]) &&
		                  !strchr(". ", safe.data[safe.length - 1]),
		        "seed %" PRIu64 ": %s", random.seed, safe.data);
		text_sanitise(&clean, safe.data, safe.length, TEXT_ONE_LINE);
		cr_assert_str_eq(clean.data, safe.data, "seed %" PRIu64, random.seed);
		filename_safe(&again, safe.data);
		cr_assert_str_eq(again.data, safe.data, "seed %" PRIu64, random.seed);
		strbuf_release(&safe);
		strbuf_release(&again);
		strbuf_release(&clean);
	}
}
