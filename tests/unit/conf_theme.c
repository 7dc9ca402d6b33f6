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

static double linear_part(int of_255)
{
	double c = of_255 / 255.0;
	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* A colour of xterm's cube and greys as linear red, green and blue from 0 to 1. */
static void linear_rgb(int colour, double linear[3])
{
	static const int levels[6] = {0, 95, 135, 175, 215, 255};
	int rgb[3];
	cr_assert_geq(colour, 16, "the first sixteen colours differ between terminals");
	for (int i = 0; i < 3; i++)
		if (colour >= 232)
			rgb[i] = 8 + 10 * (colour - 232);
		else
			rgb[i] = levels[(colour - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
	for (int i = 0; i < 3; i++)
		linear[i] = linear_part(rgb[i]);
}

/* WCAG 2.1, "relative luminance". */
static double luminance(int colour)
{
	double linear[3];
	linear_rgb(colour, linear);
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
		double least;
		bool light, every_role; /* every role: none is left to the terminal's own colour */
	} cases[] = {{"dark", {16, 234}, 4.5, false, false}, {"light", {231, 255}, 4.5, true, false},
	        {"contrast", {16, 234}, 7.0, false, true}, {"colourblind", {16, 234}, 4.5, false, false}};
	cr_assert_float_eq(contrast(16, 231), 21.0, 0.001);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct theme theme;
		struct error err;
		cr_assert(theme_load(cases[i].name, &theme, &err), "%s", err.text);
		cr_assert(theme.coloured);
		cr_assert_eq(theme.light, cases[i].light);
		int coloured = 0;
		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct theme_style *style = &theme.styles[role];
			const char *name = theme_role_name((enum theme_role)role);
			cr_assert_eq(style->fg256 == -1, style->fg16 == -1, "%s %s", theme.name, name);
			if (style->fg256 == THEME_DEFAULT_COLOUR) {
				cr_assert_eq(style->bg256, THEME_DEFAULT_COLOUR,
				        "%s %s: a background needs its own text colour", theme.name, name);
				cr_assert_not(cases[i].every_role, "%s %s has no colour", theme.name, name);
				continue;
			}
			coloured++;
			for (int b = 0; b < 2; b++) {
				int background = style->bg256 == THEME_DEFAULT_COLOUR
				                         ? cases[i].backgrounds[b]
				                         : style->bg256;
				cr_assert_geq(contrast(style->fg256, background), cases[i].least,
				        "%s %s: %d on %d", theme.name, name, style->fg256, background);
			}
		}
		cr_assert_gt(coloured, 20);
	}
}

/* The sixteen colours differ between terminals: these are xterm's and those of the console of Linux. */
static double named_contrast(int palette, int a, int b)
{
	static const int rgb[2][16] = {
	        {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
	                0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff},
	        {0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, 0x555555,
	                0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff}};
	const int colours[2] = {rgb[palette][a], rgb[palette][b]};
	double light[2];
	for (int i = 0; i < 2; i++)
		light[i] = 0.2126 * linear_part(colours[i] >> 16) +
		           0.7152 * linear_part(colours[i] >> 8 & 255) +
		           0.0722 * linear_part(colours[i] & 255) + 0.05;
	return light[0] > light[1] ? light[0] / light[1] : light[1] / light[0];
}

Test(theme, shipped_colours_have_contrast_where_there_are_sixteen)
{
	static const struct {
		const char *name;
		int background;
	} cases[] = {{"dark", 0}, {"light", 15}, {"contrast", 0}, {"colourblind", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct theme theme;
		struct error err;
		cr_assert(theme_load(cases[i].name, &theme, &err), "%s", err.text);
		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct theme_style *style = &theme.styles[role];
			const int background =
			        style->bg16 == THEME_DEFAULT_COLOUR ? cases[i].background : style->bg16;
			if (style->fg16 == THEME_DEFAULT_COLOUR)
				continue;
			for (int palette = 0; palette < 2; palette++)
				cr_expect_geq(named_contrast(palette, style->fg16, background), 4.5,
				        "%s %s: %d on %d", theme.name, theme_role_name((enum theme_role)role),
				        style->fg16, background);
		}
	}
}

/* ---- colour blindness --------------------------------------------------------------------------- */

/* What remains of linear red, green and blue (Viénot, Brettel and Mollon 1999, for sRGB). */
static const struct {
	const char *name;
	double of[3][3];
} deficiencies[] = {
        {"protanopia", {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}}},
        {"deuteranopia", {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}}},
};

/* Of CIE L*a*b*, white D65. */
static double lab_curve(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void seen_lab(int colour, const double of[3][3], double lab[3])
{
	double linear[3], seen[3];
	linear_rgb(colour, linear);
	for (int i = 0; i < 3; i++)
		seen[i] = fmax(0, of[i][0] * linear[0] + of[i][1] * linear[1] + of[i][2] * linear[2]);
	const double x = lab_curve((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047);
	const double y = lab_curve(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
	const double z = lab_curve((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883);
	lab[0] = 116 * y - 16;
	lab[1] = 500 * (x - y);
	lab[2] = 200 * (y - z);
}

/* CIE 1976: 2 can just be seen side by side; names in a list need ten times as much. */
static double difference(int a, int b, size_t deficiency)
{
	double one[3], two[3];
	seen_lab(a, deficiencies[deficiency].of, one);
	seen_lab(b, deficiencies[deficiency].of, two);
	return sqrt(pow(one[0] - two[0], 2) + pow(one[1] - two[1], 2) + pow(one[2] - two[2], 2));
}

/* The terminal's own colour on a dark background is some light grey. */
static int colour_of(const struct theme *theme, enum theme_role role)
{
	int colour = theme->styles[role].fg256;
	return colour == THEME_DEFAULT_COLOUR ? 253 : colour;
}

/* Ones that look the same to many must not be the only difference, by colour in 256, by colour or attribute in 16. */
Test(theme, colourblind_tells_apart_without_red_and_green)
{
	static const enum theme_role groups[][4] = {
	        {ROLE_BREACHED, ROLE_WARNING, ROLE_CALM, ROLE_STOPPED},
	        {ROLE_URGENT, ROLE_HIGH, ROLE_NORMAL, ROLE_URGENT},
	        {ROLE_PUBLIC_CUSTOMER, ROLE_PUBLIC_AGENT, ROLE_NOTE, ROLE_PUBLIC_CUSTOMER},
	        {ROLE_ERROR, ROLE_SUCCESS, ROLE_QUESTION, ROLE_ERROR},
	        {ROLE_LIVE, ROLE_OFFLINE, ROLE_LIVE, ROLE_OFFLINE},
	};
	struct theme theme;
	struct error err;
	cr_assert(theme_load("colourblind", &theme, &err), "%s", err.text);
	cr_assert_lt(difference(160, 64, 1), 3, "the simulation takes red and green for one");
	cr_assert_gt(difference(208, 75, 1), 100, "but not orange and blue");
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
		for (int pair = 0; pair < 16; pair++) {
			const enum theme_role a = groups[g][pair / 4], b = groups[g][pair % 4];
			const struct theme_style *one = &theme.styles[a], *two = &theme.styles[b];
			if (a == b)
				continue;
			cr_expect(one->fg16 != two->fg16 || one->attributes != two->attributes,
			        "%s and %s in 16 colours", theme_role_name(a), theme_role_name(b));
			for (size_t d = 0; d < 2; d++)
				cr_expect_geq(difference(colour_of(&theme, a), colour_of(&theme, b), d), 25,
				        "%s and %s with %s", theme_role_name(a), theme_role_name(b),
				        deficiencies[d].name);
		}
	cr_assert_neq(theme.styles[ROLE_BREACHED].attributes, theme.styles[ROLE_WARNING].attributes);
	cr_assert_neq(theme.styles[ROLE_URGENT].attributes, theme.styles[ROLE_HIGH].attributes);
	cr_assert_neq(theme.styles[ROLE_NOTE].attributes, theme.styles[ROLE_PUBLIC_AGENT].attributes);
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
	static const char *const names[] = {"themes/dark.conf", "themes/light.conf", "themes/mono.conf",
	        "themes/contrast.conf", "themes/colourblind.conf"};
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
	cr_assert_not(theme_is_guess("auto"));
	setenv("NO_COLOR", "", 1);
	cr_assert(theme_is_guess("auto"), "nothing says what the background is");
	cr_assert_not(theme_is_guess("dark"), "a name that was chosen");
	setenv("COLORFGBG", "15;0", 1);
	cr_assert_not(theme_is_guess("auto"));
	setenv("COLORFGBG", "15;default", 1);
	cr_assert(theme_is_guess("auto"));
	setenv("NO_COLOR", "1", 1);
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
	                "f:2: base must be one of the shipped themes colourblind, contrast, dark, light and mono, not \"mine\""},
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
	static const char *const beside[] = {
	        "Mine", "no theme", "a-name-that-is-longer-than-a-theme-may-be", ""};
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		strbuf_truncate(&path, path.length - strlen(strrchr(path.data, '/')));
		strbuf_addf(&path, "/%s.conf", beside[i]);
		file = fopen(path.data, "w");
		cr_assert_not_null(file);
		fclose(file);
	}
	static const char *const listed[] = {"Mine", "colourblind", "contrast", "dark", "light", "mono"};
	char names[8][THEME_NAME_SIZE];
	cr_assert_eq(theme_list(names, 8), 6);
	for (size_t i = 0; i < 6; i++)
		cr_assert_str_eq(names[i], listed[i]);
	cr_assert_eq(theme_list(names, 2), 2, "no more than there is room for");
	static const char *const wrong[] = {
	        "", "../x", "a/b", "nosuch", "a-name-that-is-longer-than-a-theme-may-be"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_assert_not(theme_load(wrong[i], &theme, &err), "%s", wrong[i]);
		cr_assert_eq(err.kind, ERROR_CONFIG);
	}
	strbuf_release(&path);
}
