/*
 * A theme file over its base: each role starts as the base has it and takes what the file says. The base is one of the
 * shipped themes and has no base other than mono, so the chain ends.
 */
#include "conf/theme.h"

#include "base/embedded.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "conf/settings.h"
#include "conf/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void theme_plain(struct theme *out)
{
	*out = (struct theme){.name = "plain"};
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct theme_style *style = &out->styles[role];
		style->fg256 = style->bg256 = style->fg16 = style->bg16 = THEME_DEFAULT_COLOUR;
	}
}

/* ---- the sixteen colours ----------------------------------------------------------------------- */

struct rgb {
	int red, green, blue;
};

/* xterm's palette: 16 named colours, a 6x6x6 cube, 24 greys. */
static struct rgb palette(int colour)
{
	static const struct rgb named[16] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238},
	        {205, 0, 205}, {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0},
	        {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};
	static const int levels[6] = {0, 95, 135, 175, 215, 255};
	if (colour < 16)
		return named[colour];
	if (colour >= 232) {
		int grey = 8 + 10 * (colour - 232);
		return (struct rgb){grey, grey, grey};
	}
	int cube = colour - 16;
	return (struct rgb){levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]};
}

static int16_t nearest_of_sixteen(int colour)
{
	if (colour < 16)
		return (int16_t)colour;
	struct rgb wanted = palette(colour);
	int best = 0;
	int best_distance = INT32_MAX;
	for (int i = 0; i < 16; i++) {
		struct rgb have = palette(i);
		int red = wanted.red - have.red, green = wanted.green - have.green,
		    blue = wanted.blue - have.blue;
		int distance = red * red + green * green + blue * blue;
		if (distance < best_distance) {
			best = i;
			best_distance = distance;
		}
	}
	return (int16_t)best;
}

/* ---- a role ------------------------------------------------------------------------------------ */

static bool read_colour(
        struct source *source, const config_setting_t *group, const char *key, int64_t most, int16_t *out)
{
	const config_setting_t *at = config_setting_get_member(group, key);
	int64_t value;
	if (!at || !source_number(source, at, key, THEME_DEFAULT_COLOUR, most, &value))
		return false;
	*out = (int16_t)value;
	return true;
}

static const struct attribute {
	const char *name;
	uint8_t bit;
} attributes[] = {
        {"bold", THEME_BOLD},
        {"dim", THEME_DIM},
        {"italic", THEME_ITALIC},
        {"underline", THEME_UNDERLINE},
        {"reverse", THEME_REVERSE},
};

static void add_attribute(struct source *source, const config_setting_t *at, uint8_t *bits)
{
	const char *word = source_text(source, at, "an attribute");
	if (!word)
		return;
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (strcmp(attributes[i].name, word) == 0) {
			*bits |= attributes[i].bit;
			return;
		}
	source_problem(source, at,
	        "unknown attribute \"%.40s\"; they are bold, dim, italic, underline and reverse", word);
}

static void read_attributes(
        struct source *source, const config_setting_t *group, const char *key, uint8_t *bits)
{
	const config_setting_t *list = config_setting_get_member(group, key);
	if (!list || !source_is_list(source, list, key))
		return;
	*bits = 0;
	for (int i = 0; i < config_setting_length(list); i++)
		add_attribute(source, config_setting_get_elem(list, (unsigned)i), bits);
}

static void read_role(struct source *source, const config_setting_t *group, struct theme_style *style)
{
	static const char *const keys[] = {"fg", "bg", "fg16", "bg16", "attributes", "mono", NULL};
	if (!source_is_group(source, group, config_setting_name(group)))
		return;
	source_check_keys(source, group, "a role", keys);
	if (read_colour(source, group, "fg", 255, &style->fg256))
		style->fg16 = nearest_of_sixteen(style->fg256);
	if (read_colour(source, group, "bg", 255, &style->bg256))
		style->bg16 = nearest_of_sixteen(style->bg256);
	read_colour(source, group, "fg16", 15, &style->fg16);
	read_colour(source, group, "bg16", 15, &style->bg16);
	read_attributes(source, group, "attributes", &style->attributes);
	read_attributes(source, group, "mono", &style->mono);
}

/* ---- a file ------------------------------------------------------------------------------------ */

static const struct embedded_file *shipped(const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "themes/%s.conf", name);
	return embedded_find(path);
}

static bool is_name(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return length > 0 && length < THEME_NAME_SIZE && !name[length];
}

/* Keeps the list sorted and every name in it once. */
static size_t list_name(char (*names)[THEME_NAME_SIZE], size_t count, size_t room, const char *name)
{
	size_t at = 0;
	while (at < count && strcmp(names[at], name) < 0)
		at++;
	if (count == room || (at < count && strcmp(names[at], name) == 0))
		return count;
	memmove(names + at + 1, names + at, (count - at) * sizeof *names);
	snprintf(names[at], sizeof *names, "%s", name);
	return count + 1;
}

/* A file's name without ".conf" when a theme may be called so. */
static size_t list_file(char (*names)[THEME_NAME_SIZE], size_t count, size_t room, const char *file)
{
	char name[THEME_NAME_SIZE];
	size_t length = strlen(file);
	if (length < 6 || length - 5 >= sizeof name || strcmp(file + length - 5, ".conf") != 0)
		return count;
	snprintf(name, sizeof name, "%.*s", (int)(length - 5), file);
	return is_name(name) ? list_name(names, count, room, name) : count;
}

static size_t list_shipped(char (*names)[THEME_NAME_SIZE], size_t room)
{
	size_t count = 0;
	for (const struct embedded_file *file = embedded_files; file->name; file++)
		if (strncmp(file->name, "themes/", 7) == 0)
			count = list_file(names, count, room, file->name + 7);
	return count;
}

size_t theme_list(char (*names)[THEME_NAME_SIZE], size_t room)
{
	size_t count = list_shipped(names, room);
	struct strbuf path = STRBUF_INIT;
	DIR *directory = settings_path("themes", &path) ? opendir(path.data) : NULL;
	if (directory) {
		for (const struct dirent *entry; (entry = readdir(directory));)
			count = list_file(names, count, room, entry->d_name);
		closedir(directory);
	}
	strbuf_release(&path);
	return count;
}

/* "colourblind, contrast, dark, light and mono" */
static const char *shipped_words(struct strbuf *out)
{
	char names[16][THEME_NAME_SIZE];
	size_t count = list_shipped(names, 16);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " and ", names[i]);
	return out->data;
}

/* A shipped theme's own base is read by the same way; none of them names itself, which a unit test holds. */
static void read_base(struct source *source, struct theme *theme)
{
	const config_setting_t *at = config_setting_get_member(source_root(source), "base");
	const char *base = at ? source_text(source, at, "base") : NULL;
	if (!base)
		return;
	const struct embedded_file *file = shipped(base);
	struct error err;
	struct strbuf words = STRBUF_INIT;
	if (!file || strcmp(source->file, file->name) == 0)
		source_problem(source, at, "base must be one of the shipped themes %s, not \"%.40s\"",
		        shipped_words(&words), base);
	else if (!theme_parse(file->bytes, file->name, base, theme, &err))
		source_problem(source, at, "%s", err.text);
	strbuf_release(&words);
}

static void read_background(struct source *source, const config_setting_t *at, struct theme *theme)
{
	const char *word = source_text(source, at, "background");
	if (!word)
		return;
	theme->light = strcmp(word, "light") == 0;
	if (!theme->light && strcmp(word, "dark") != 0)
		source_problem(source, at, "background is \"dark\" or \"light\", not \"%.40s\"", word);
}

static void read_top(struct source *source, const config_setting_t *at, struct theme *theme)
{
	const char *name = config_setting_name(at);
	for (int role = 0; role < ROLE_COUNT; role++)
		if (strcmp(name, theme_role_name((enum theme_role)role)) == 0) {
			read_role(source, at, &theme->styles[role]);
			return;
		}
	if (strcmp(name, "background") == 0)
		read_background(source, at, theme);
	else if (strcmp(name, "colours") == 0)
		source_bool(source, at, name, &theme->coloured);
	else if (strcmp(name, "base") != 0)
		source_problem(source, at,
		        "unknown role %.60s; a theme has base, background, colours, and the roles of "
		        "themes/mono.conf",
		        name);
}

bool theme_parse(const char *text, const char *file, const char *name, struct theme *out, struct error *err)
{
	struct strbuf problems = STRBUF_INIT;
	struct source source;
	struct theme theme;
	theme_plain(&theme);
	if (source_open(&source, text, file, &problems)) {
		read_base(&source, &theme);
		theme.coloured = true;
		const config_setting_t *root = source_root(&source);
		for (int i = 0; i < config_setting_length(root); i++)
			read_top(&source, config_setting_get_elem(root, (unsigned)i), &theme);
	}
	bool good = source.problem_count == 0;
	if (good) {
		snprintf(theme.name, sizeof theme.name, "%s", name);
		*out = theme;
	} else {
		source_error(&source, err);
	}
	source_close(&source);
	strbuf_release(&problems);
	return good;
}

/* ---- by name ----------------------------------------------------------------------------------- */

/* What the environment says; NULL: nothing. */
static const char *told(const char *no_color, const char *colorfgbg)
{
	if (no_color && *no_color)
		return "mono";
	const char *background = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
	if (!background || background[1] < '0' || background[1] > '9')
		return NULL;
	long colour = strtol(background + 1, NULL, 10);
	return colour == 7 || colour > 8 ? "light" : "dark"; /* the numbers as vim reads them */
}

const char *theme_auto(const char *no_color, const char *colorfgbg)
{
	const char *name = told(no_color, colorfgbg);
	return name ? name : "dark";
}

bool theme_is_guess(const char *name)
{
	return strcmp(name, "auto") == 0 && !told(getenv("NO_COLOR"), getenv("COLORFGBG"));
}

bool theme_load(const char *name, struct theme *out, struct error *err)
{
	if (strcmp(name, "auto") == 0)
		name = theme_auto(getenv("NO_COLOR"), getenv("COLORFGBG"));
	if (!is_name(name))
		return error_set(err, ERROR_CONFIG,
		        _("\"%.40s\" is no name of a theme: letters, digits, - and _"), name);
	char below[64];
	snprintf(below, sizeof below, "themes/%s.conf", name);
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT, words = STRBUF_INIT;
	const struct embedded_file *file = shipped(name);
	bool good;
	if (settings_path(below, &path) && access(path.data, F_OK) == 0)
		good = source_load(path.data, &text, err) &&
		       theme_parse(text.data, path.data, name, out, err);
	else if (file)
		good = theme_parse(file->bytes, file->name, name, out, err);
	else
		good = error_set(err, ERROR_CONFIG,
		        _("there is no theme \"%s\": no %s, and the shipped ones are %s"), name,
		        path.length ? path.data : below, shipped_words(&words));
	strbuf_release(&words);
	strbuf_release(&path);
	strbuf_release(&text);
	return good;
}
