/* Themes: the shipped ones can be read on any usual background, a wrong file is one line, a user's file comes first. */
#include "conf/theme.h"

#include "base/embedded.h"
#include "base/strbuf.h"
#include "conf/settings.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Relative luminance of a colour of xterm's cube and greys (WCAG 2.1, "relative luminance"). */
static double luminance(int colour)
{
	static const int levels[6] = {0, 95, 135, 175, 215, 255};
	int rgb[3];
	cr_assert_geq(colour, 16, "the first sixteen colours differ between terminals");
	for (int i = 0; i < 3; i++)
		if (colour >= 232)
			rgb[i] = 8 + 10 * (colour - 232);
		else
			rgb[i] = levels[(colour - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
	double linear[3];
	for (int i = 0; i < 3; i++) {
		double c = rgb[i] / 255.0;
		linear[i] = c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
	return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

static double contrast(int a, int b)
{
	double one = luminance(a), two = luminance(b);
	return one > two ? (one + 0.05) / (two + 0.05) : (two + 0.05) / (one + 0.05);
}

Test(theme, shipped_colours_have_contrast)
{
	static const struct {
		const char *name;
		int backgrounds[2];
	} cases[] = {{"dark", {16, 234}}, {"light", {231, 255}}};
	cr_assert_float_eq(contrast(16, 231), 21.0, 0.001);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct theme theme;
		struct error err;
		cr_assert(theme_load(cases[i].name, &theme, &err), "%s", err.text);
		cr_assert(theme.coloured);
		cr_assert_eq(theme.light, i == 1);
		int coloured = 0;
		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct theme_style *style = &theme.styles[role];
			const char *name = theme_role_name((enum theme_role)role);
			cr_assert_eq(style->fg256 == -1, style->fg16 == -1, "%s %s", theme.name, name);
			if (style->fg256 == THEME_DEFAULT_COLOUR) {
				cr_assert_eq(style->bg256, THEME_DEFAULT_COLOUR,
				        "%s %s: a background needs its own text colour", theme.name, name);
				continue;
			}
			coloured++;
			for (int b = 0; b < 2; b++) {
				int background = style->bg256 == THEME_DEFAULT_COLOUR
				                         ? cases[i].backgrounds[b]
				                         : style->bg256;
				cr_assert_geq(contrast(style->fg256, background), 4.5, "%s %s: %d on %d",
				        theme.name, name, style->fg256, background);
			}
		}
		cr_assert_gt(coloured, 20);
	}
}

/* What must be told apart is told apart without a colour too. */
Test(theme, mono_has_no_colour_and_still_tells_apart)
{
	struct theme mono, dark;
	struct error err;
	cr_assert(theme_load("mono", &mono, &err), "%s", err.text);
	cr_assert(theme_load("dark", &dark, &err), "%s", err.text);
	cr_assert_not(mono.coloured);
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct theme_style *style = &mono.styles[role];
		cr_assert(style->fg256 == -1 && style->bg256 == -1 && style->fg16 == -1 && style->bg16 == -1,
		        "%s", theme_role_name((enum theme_role)role));
		cr_assert_eq(style->mono, dark.styles[role].mono, "dark stands on mono: %s",
		        theme_role_name((enum theme_role)role));
	}
	cr_assert_eq(mono.styles[ROLE_BREACHED].mono, THEME_BOLD | THEME_REVERSE);
	cr_assert_neq(mono.styles[ROLE_BREACHED].mono, mono.styles[ROLE_WARNING].mono);
	cr_assert_neq(mono.styles[ROLE_WARNING].mono, mono.styles[ROLE_CALM].mono);
	cr_assert_neq(mono.styles[ROLE_NOTE].mono, mono.styles[ROLE_TEXT].mono);
	cr_assert_neq(mono.styles[ROLE_SELECTED].mono, mono.styles[ROLE_TEXT].mono);
}

Test(theme, every_shipped_theme_names_every_role)
{
	static const char *const names[] = {"themes/dark.conf", "themes/light.conf", "themes/mono.conf"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct embedded_file *file = embedded_find(names[i]);
		cr_assert_not_null(file, "%s", names[i]);
		for (int role = 0; role < ROLE_COUNT; role++) {
			char line[64];
			snprintf(line, sizeof line, "\n%-15s = {", theme_role_name((enum theme_role)role));
			cr_assert_not_null(strstr(file->bytes, line), "%s does not name%s", names[i], line);
		}
	}
}

Test(theme, the_environment_decides_auto_and_nothing_else)
{
	static const struct {
		const char *no_color, *colorfgbg, *name;
	} cases[] = {
	        {NULL, NULL, "dark"},
	        {"", NULL, "dark"},
	        {"1", NULL, "mono"},
	        {"0", "0;15", "mono"},
	        {NULL, "0;15", "light"},
	        {NULL, "15;0", "dark"},
	        {NULL, "0;7", "light"},
	        {NULL, "15;8", "dark"},
	        {NULL, "0;default;15", "light"},
	        {NULL, "15;default", "dark"},
	        {NULL, "", "dark"},
	        {NULL, "15", "dark"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_assert_str_eq(
		        theme_auto(cases[i].no_color, cases[i].colorfgbg), cases[i].name, "case %zu", i);
	struct theme theme;
	struct error err;
	setenv("NO_COLOR", "1", 1);
	cr_assert(theme_load("auto", &theme, &err));
	cr_assert_not(theme.coloured);
	cr_assert(theme_load("light", &theme, &err));
	cr_assert(theme.coloured);
}

Test(theme, a_file_over_its_base)
{
	struct theme theme, dark;
	struct error err;
	cr_assert(theme_load("dark", &dark, &err));
	cr_assert(theme_parse("base = \"dark\"; breached = { fg = 196; attributes = []; };\n"
	                      "calm = { fg = 2; bg = 231; bg16 = 7; mono = (\"bold\", \"dim\"); };",
	                  "f", "mine", &theme, &err),
	        "%s", err.text);
	cr_assert_str_eq(theme.name, "mine");
	cr_assert_eq(theme.styles[ROLE_BREACHED].fg256, 196);
	cr_assert_eq(theme.styles[ROLE_BREACHED].fg16, 9, "the nearest of the sixteen");
	cr_assert_eq(theme.styles[ROLE_BREACHED].attributes, 0);
	cr_assert_eq(theme.styles[ROLE_BREACHED].mono, dark.styles[ROLE_BREACHED].mono);
	cr_assert_eq(theme.styles[ROLE_CALM].fg16, 2);
	cr_assert_eq(theme.styles[ROLE_CALM].bg256, 231);
	cr_assert_eq(theme.styles[ROLE_CALM].bg16, 7);
	cr_assert_eq(theme.styles[ROLE_CALM].mono, THEME_BOLD | THEME_DIM);
	cr_assert_eq(theme.styles[ROLE_TITLE].fg256, dark.styles[ROLE_TITLE].fg256);
}

Test(theme, a_wrong_file_is_one_line_with_its_place)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
	        {"base = \"dark\";\nbreachd = { };",
	                "f:2: unknown role breachd; a theme has base, background, colours"},
	        {"calm = {\n fg = 256; };", "f:2: fg must be from -1 to 255, not 256"},
	        {"calm = { fg16 = 16; };", "f:1: fg16 must be from -1 to 15, not 16"},
	        {"calm = { bg = -2; };", "f:1: bg must be from -1 to 255, not -2"},
	        {"calm = { fg = \"red\"; };", "f:1: fg must be a whole number, not a text"},
	        {"calm = { colour = 1; };",
	                "f:1: unknown key colour in a role; the keys are fg, bg, fg16, bg16, attributes and mono"},
	        {"calm = 12;", "f:1: calm must be a group in { }, not a number"},
	        {"calm = { mono = \"bold\"; };", "f:1: mono must be a list, not a text"},
	        {"calm = { mono = [\"blink\"]; };", "f:1: unknown attribute \"blink\"; they are bold, dim"},
	        {"background = \"grey\";", "f:1: background is \"dark\" or \"light\", not \"grey\""},
	        {"\nbase = \"mine\";",
	                "f:2: base must be one of the shipped themes dark, light and mono, not \"mine\""},
	        {"base = \"../schema/policy\";", "f:1: base must be one of the shipped themes"},
	        {"colours = 0;", "f:1: colours must be true or false, not a number"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct theme theme = {.name = "old"};
		struct error err;
		cr_assert_not(
		        theme_parse(cases[i].text, "f", "mine", &theme, &err), "taken: %s", cases[i].text);
		cr_assert_eq(err.kind, ERROR_CONFIG);
		cr_assert(strncmp(err.text, cases[i].message, strlen(cases[i].message)) == 0, "%s\n gave %s",
		        cases[i].text, err.text);
		cr_assert_str_eq(theme.name, "old");
	}
}

Test(theme, the_users_file_comes_before_the_shipped_one)
{
	char directory[] = "/tmp/sandglass-theme.XXXXXX";
	cr_assert_not_null(mkdtemp(directory));
	setenv("XDG_CONFIG_HOME", directory, 1);
	struct strbuf path = STRBUF_INIT;
	settings_path("", &path);
	cr_assert_eq(mkdir(path.data, 0700), 0);
	strbuf_adds(&path, "themes");
	cr_assert_eq(mkdir(path.data, 0700), 0);
	strbuf_adds(&path, "/dark.conf");
	FILE *file = fopen(path.data, "w");
	cr_assert_not_null(file);
	fputs("base = \"dark\"; title = { fg = 99; };", file);
	fclose(file);
	struct theme theme;
	struct error err;
	cr_assert(theme_load("dark", &theme, &err), "%s", err.text);
	cr_assert_eq(theme.styles[ROLE_TITLE].fg256, 99);
	cr_assert_eq(theme.styles[ROLE_BREACHED].fg256, 203, "the base is the shipped one, not itself");
	static const char *const wrong[] = {
	        "", "../x", "a/b", "nosuch", "a-name-that-is-longer-than-a-theme-may-be"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_assert_not(theme_load(wrong[i], &theme, &err), "%s", wrong[i]);
		cr_assert_eq(err.kind, ERROR_CONFIG);
	}
	strbuf_release(&path);
}
