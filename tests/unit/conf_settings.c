/* The settings file and `:set`: what is taken, and the one line that says what is wrong. */
#include "conf/settings.h"

#include "core/duration.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Test(settings, what_a_file_says_and_what_it_leaves_out)
{
	struct settings got;
	struct error err;
	const char *file =
	        "theme = \"light\"; split = false; warn = \"1h30m\"; view = \"unassigned\";\n"
	        "after_reply = \"stay\"; signature = \"Анна\\nsupport\"; # no line end after this comment";
	cr_assert(settings_parse(file, "f", &got, &err), "%s", err.text);
	cr_assert_str_eq(got.theme, "light");
	cr_assert_not(got.split);
	cr_assert_eq(got.warn, 5400);
	cr_assert_eq(got.view, VIEW_UNASSIGNED);
	cr_assert_eq(got.after_reply, AFTER_REPLY_STAY);
	cr_assert_str_eq(got.signature, "Анна\nsupport");
	cr_assert_str_eq(got.database, "");
	cr_assert_eq(got.bell, CALL_OWN);
	settings_default(&got);
	cr_assert(got.split);
	cr_assert_eq(got.warn, 1800);
	cr_assert_str_eq(got.theme, "auto");
}

Test(settings, a_wrong_file_is_one_line_with_its_place)
{
	static const struct {
		const char *text;
		const char *message; /* the beginning */
	} cases[] = {
	        {"ascii = true;\nthme = \"dark\";",
	                "f:2: unknown key thme in the settings; the keys are theme, language, ascii, split"},
	        {"ascii = 1;", "f:1: ascii must be true or false, not a number"},
	        {"\n\nwarn = 30;", "f:3: warn must be a text in \" \", not a number"},
	        {"warn = \"30\";", "f:1: warn: \"30\" is no length of time; write it as 90m, 2h or 1h30m"},
	        {"warn = \"10000h\";", "f:1: warn: \"10000h\" is too long; the most is 9999h"},
	        {"view = \"everything\";", "f:1: view is one of: all mine unassigned; not \"everything\""},
	        {"view = \"\";", "f:1: view is one of: all mine unassigned"},
	        {"theme = \"a-name-that-is-longer-than-a-theme-may-be\";",
	                "f:1: theme is longer than 31 bytes"},
	        {"ascii = true\nsplit = ;", "f:2: syntax error"},
	        {"ascii = true;\nascii = false;", "f:2: the same setting twice"},
	        {"editor = \"vim;", "f:1: the text that begins here is never closed"},
	        {"ascii = true;\n/* split = false;", "f:2: the comment that begins here is never closed"},
	        {"@include \"/etc/passwd\"", "f:1: @include is not known here"},
	        {"ascii = true;\nwarn = 3000000000;",
	                "f:2: the number 3000000000 is too large: the most is 2147483647"},
	        {"warn = -3000000000;", "f:1: the number -3000000000 is too large"},
	        {"warn = 0xFFFFFFFF1;", "f:1: the number 0xFFFFFFFF1 is too large"},
	        {"warn = 99999999999999999999L;", "f:1: the number 99999999999999999999L is too large"},
	        {"editor = \"v\\x1b[31m\";", "f:1: editor holds control characters"},
	        {"editor = \"v\xff\";", "f:1: control characters or bytes that are not UTF-8"},
	        {"x = ((((((((((((((((((1))))))))))))))))));", "f:1: nested more than 16 deep"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct settings got = {.warn = 77};
		struct error err;
		cr_assert_not(settings_parse(cases[i].text, "f", &got, &err), "taken: %s", cases[i].text);
		cr_assert_eq(err.kind, ERROR_CONFIG);
		cr_assert(strncmp(err.text, cases[i].message, strlen(cases[i].message)) == 0, "%s\n gave %s",
		        cases[i].text, err.text);
		cr_assert_null(strchr(err.text, '\n'));
		cr_assert_eq(got.warn, 77, "changed by a wrong file: %s", cases[i].text);
	}
}

Test(settings, numbers_in_comments_and_texts_are_nobodys_business)
{
	struct settings got;
	struct error err;
	cr_assert(
	        settings_parse(
	                "# 3000000000 @ {\n// ((((\n/* \" */ editor = \"vi 3000000000 @ \\\" # /* \"; bell = \"all\";",
	                "f", &got, &err),
	        "%s", err.text);
	cr_assert_str_eq(got.editor, "vi 3000000000 @ \" # /* ");
	cr_assert_eq(got.bell, CALL_ALL);
}

Test(settings, set_takes_what_a_person_types)
{
	static const struct {
		const char *assignment;
		const char *name;
		const char *value; /* NULL: refused */
	} cases[] = {
	        {"warn 20m", "warn", "20m"},
	        {"warn=1h", "warn", "1h"},
	        {" warn = 45s", "warn", "45s"},
	        {"ascii", "ascii", "on"},
	        {"noascii", "ascii", "off"},
	        {"ascii yes", "ascii", "on"},
	        {"ascii off", "ascii", "off"},
	        {"nosplit", "split", "off"},
	        {"view mine", "view", "mine"},
	        {"editor emacs -nw", "editor", "emacs -nw"},
	        {"theme=light", "theme", "light"},
	        {"nowarn", "warn", NULL},
	        {"warn", "warn", NULL},
	        {"view min", "view", NULL},
	        {"ascii perhaps", "ascii", NULL},
	        {"nothing 3", "ascii", NULL},
	        {"", "ascii", NULL},
	        {"noascii on", "ascii", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct settings settings;
		struct error err;
		settings_default(&settings);
		bool taken = settings_set(&settings, cases[i].assignment, &err);
		cr_assert_eq(taken, cases[i].value != NULL, "%s", cases[i].assignment);
		if (!taken)
			continue;
		struct strbuf value = STRBUF_INIT;
		cr_assert(settings_value(&settings, cases[i].name, &value));
		cr_assert_str_eq(value.data, cases[i].value, "%s", cases[i].assignment);
		strbuf_release(&value);
	}
	const char *names[4];
	cr_assert_eq(settings_complete("sp", names, 4), 1);
	cr_assert_str_eq(names[0], "split");
	cr_assert_eq(settings_complete("s", names, 2), settings_complete("s", names, 4));
	cr_assert_geq(settings_complete("", names, 4), 10);
}

/* With each # before a setting taken away, the default file must read as the defaults. */
Test(settings, the_default_file_says_the_defaults)
{
	struct strbuf file = STRBUF_INIT, open = STRBUF_INIT;
	settings_default_file(&file);
	for (const char *c = file.data; *c; c++)
		if (*c != '#' || c[1] == ' ')
			strbuf_addc(&open, *c);
	struct settings got, defaults;
	struct error err;
	cr_assert(settings_parse(file.data, "commented", &got, &err), "%s", err.text);
	settings_set(&got, "warn 1s", &err);
	cr_assert(settings_parse(open.data, "open", &got, &err), "%s", err.text);
	cr_assert_neq(strcmp(open.data, file.data), 0);
	settings_default(&defaults);
	const char *names[64];
	size_t count = settings_complete("", names, 64);
	for (size_t i = 0; i < count; i++) {
		struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
		settings_value(&got, names[i], &a);
		settings_value(&defaults, names[i], &b);
		cr_assert_str_eq(a.data, b.data, "%s", names[i]);
		char line[64];
		snprintf(line, sizeof line, "\n%s = ", names[i]);
		cr_assert_not_null(strstr(open.data, line), "%s is not in the default file", names[i]);
		strbuf_release(&a);
		strbuf_release(&b);
	}
	strbuf_release(&file);
	strbuf_release(&open);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	fclose(file);
}

Test(settings, where_the_file_is_and_what_check_config_says)
{
	char directory[] = "/tmp/sandglass-settings.XXXXXX";
	cr_assert_not_null(mkdtemp(directory));
	setenv("XDG_CONFIG_HOME", directory, 1);
	unsetenv("NO_COLOR");
	struct settings got;
	struct error err;
	struct strbuf said = STRBUF_INIT, path = STRBUF_INIT;
	cr_assert(settings_load(NULL, &got, &err), "%s", err.text);
	cr_assert_eq(got.warn, 1800);
	cr_assert(settings_check(NULL, &said, &err));
	cr_assert_str_eq(said.data, "there is no settings file: the defaults hold\n");
	cr_assert_not(settings_load("/nonexistent/file", &got, &err));
	cr_assert_eq(err.kind, ERROR_NO_INPUT);
	cr_assert_str_eq(err.text, "cannot read /nonexistent/file: No such file or directory");

	settings_path("", &path);
	cr_assert_eq(mkdir(path.data, 0700), 0);
	strbuf_adds(&path, "sandglass.conf");
	write_file(path.data, "warn = \"5m\"; theme = \"nosuch\";");
	cr_assert(settings_load(NULL, &got, &err), "%s", err.text);
	cr_assert_eq(got.warn, 300);
	cr_assert_not(settings_check(NULL, &said, &err));
	cr_assert_not_null(strstr(err.text, "there is no theme \"nosuch\""), "%s", err.text);
	write_file(path.data, "warn = \"5m\";");
	strbuf_clear(&said);
	cr_assert(settings_check(path.data, &said, &err), "%s", err.text);
	cr_assert_not_null(strstr(said.data, "sandglass.conf: ok\n"));
	cr_assert_eq(chmod(path.data, 0), 0);
	cr_assert_eq(remove(path.data), 0);
	cr_assert_eq(mkdir(path.data, 0700), 0);
	cr_assert_not(settings_load(NULL, &got, &err), "a directory was read as a file");
	cr_assert_eq(err.kind, ERROR_NO_INPUT);
	cr_assert_eq(remove(path.data), 0);

	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "/home/someone", 1);
	strbuf_clear(&path);
	cr_assert(settings_path("themes/x.conf", &path));
	cr_assert_str_eq(path.data, "/home/someone/.config/sandglass/themes/x.conf");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	unsetenv("HOME");
	cr_assert_not(settings_path("x", &path));
	strbuf_release(&said);
	strbuf_release(&path);
}

Test(duration, words)
{
	static const struct {
		const char *text;
		int64_t seconds; /* 0: refused */
		const char *word;
	} cases[] = {
	        {"90m", 5400, "1h30m"},
	        {"2h", 7200, "2h"},
	        {"1h30m", 5400, "1h30m"},
	        {"1h0m5s", 3605, "1h5s"},
	        {"45s", 45, "45s"},
	        {"9999h", 9999 * 3600, "9999h"},
	        {"10000h", 0, NULL},
	        {"99999999999999999999h", 0, NULL},
	        {"9223372036854775807s", 0, NULL},
	        {"0h", 0, NULL},
	        {"0m0s", 0, NULL},
	        {"-2h", 0, NULL},
	        {"", 0, NULL},
	        {"2", 0, NULL},
	        {"h", 0, NULL},
	        {"2h 30m", 0, NULL},
	        {"30m2h", 0, NULL},
	        {"2h2h", 0, NULL},
	        {"1d", 0, NULL},
	        {"2.5h", 0, NULL},
	        {"2hx", 0, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t seconds = 0;
		struct error err = {ERROR_NONE, ""};
		cr_assert_eq(duration_parse(cases[i].text, &seconds, &err), cases[i].seconds != 0, "%s",
		        cases[i].text);
		cr_assert_eq(seconds, cases[i].seconds, "%s", cases[i].text);
		if (!seconds)
			continue;
		char word[32];
		duration_word(seconds, word, sizeof word);
		cr_assert_str_eq(word, cases[i].word);
	}
}
