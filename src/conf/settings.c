/*
 * The table of settings is walked, never repeated: each entry knows where its value lies in the struct, so that the file,
 * `:set`, completion and the default file are four loops over the same rows.
 */
#include "conf/settings.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "conf/source.h"
#include "conf/theme.h"
#include "core/columns.h"
#include "core/duration.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum setting_type { TYPE_BOOL, TYPE_CHOICE, TYPE_TIME, TYPE_TEXT };

typedef bool setting_check(const char *text, struct error *err);

struct setting {
	const char *name;
	const char *help;
	enum setting_type type;
	size_t offset;
	const char *words;    /* CHOICE: separated by blanks */
	int64_t least, most;  /* TIME: seconds; TEXT: `most` bytes */
	setting_check *check; /* TEXT: what else it must be; NULL: anything */
};

static const struct setting table[] = {
#define SETTING_BOOL(name, initial, help) {#name, help, TYPE_BOOL, offsetof(struct settings, name), "", 0, 0},
#define SETTING_CHOICE(name, initial, words, help)                                                           \
	{#name, help, TYPE_CHOICE, offsetof(struct settings, name), words, 0, 0},
#define SETTING_TIME(name, initial, least, most, help)                                                       \
	{#name, help, TYPE_TIME, offsetof(struct settings, name), "", least, most},
#define SETTING_TEXT(name, initial, most, help)                                                              \
	{#name, help, TYPE_TEXT, offsetof(struct settings, name), "", 0, most},
#define SETTING_CHECKED(name, initial, most, check, help)                                                    \
	{#name, help, TYPE_TEXT, offsetof(struct settings, name), "", 0, most, check},
#include "conf/settings.def"
#undef SETTING_BOOL
#undef SETTING_CHOICE
#undef SETTING_TIME
#undef SETTING_TEXT
#undef SETTING_CHECKED
};

enum { SETTING_COUNT = sizeof table / sizeof *table };

void settings_default(struct settings *out)
{
	*out = (struct settings){
#define SETTING_BOOL(name, initial, help)                 .name = initial,
#define SETTING_CHOICE(name, initial, words, help)        .name = initial,
#define SETTING_TIME(name, initial, least, most, help)    .name = initial,
#define SETTING_TEXT(name, initial, most, help)           .name = initial,
#define SETTING_CHECKED(name, initial, most, check, help) .name = initial,
#include "conf/settings.def"
#undef SETTING_BOOL
#undef SETTING_CHOICE
#undef SETTING_TIME
#undef SETTING_TEXT
#undef SETTING_CHECKED
	};
}

static void *field(struct settings *settings, const struct setting *setting)
{
	return (char *)settings + setting->offset;
}

static const void *field_of(const struct settings *settings, const struct setting *setting)
{
	return (const char *)settings + setting->offset;
}

static const struct setting *find(const char *name, size_t length)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
			return &table[i];
	return NULL;
}

/* ---- one value --------------------------------------------------------------------------------- */

static bool set_choice(const struct setting *setting, const char *text, int *out, struct error *err)
{
	size_t length = strlen(text);
	int number = 0;
	for (const char *word = setting->words; *word; number++) {
		size_t size = strcspn(word, " ");
		if (size == length && memcmp(word, text, size) == 0) {
			*out = number;
			return true;
		}
		word += size + (word[size] == ' ');
	}
	return error_set(
	        err, ERROR_INPUT, _("%s is one of: %s; not \"%.40s\""), setting->name, setting->words, text);
}

static bool set_time(const struct setting *setting, const char *text, int64_t *out, struct error *err)
{
	int64_t seconds;
	if (!duration_parse(text, &seconds, err))
		return error_prefix(err, "%s", setting->name);
	if (seconds < setting->least || seconds > setting->most) {
		char least[32], most[32];
		duration_word(setting->least, least, sizeof least);
		duration_word(setting->most, most, sizeof most);
		return error_set(err, ERROR_INPUT, _("%s must be from %s to %s, not %s"), setting->name,
		        least, most, text);
	}
	*out = seconds;
	return true;
}

static bool set_text(const struct setting *setting, const char *text, char *out, struct error *err)
{
	size_t length = strlen(text);
	if (length > (size_t)setting->most)
		return error_set(err, ERROR_INPUT, _("%s is longer than %lld bytes"), setting->name,
		        (long long)setting->most);
	if (setting->check && !setting->check(text, err))
		return error_prefix(err, "%s", setting->name);
	memcpy(out, text, length + 1);
	return true;
}

static bool set_bool(const struct setting *setting, const char *text, bool *out, struct error *err)
{
	static const char *const words[] = {"off", "on", "false", "true", "no", "yes", "0", "1"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], text) == 0) {
			*out = i % 2;
			return true;
		}
	return error_set(err, ERROR_INPUT, _("%s is on or off, not \"%.40s\""), setting->name, text);
}

static bool set_value(
        struct settings *settings, const struct setting *setting, const char *text, struct error *err)
{
	void *target = field(settings, setting);
	switch (setting->type) {
	case TYPE_BOOL:
		return set_bool(setting, text, target, err);
	case TYPE_CHOICE:
		return set_choice(setting, text, target, err);
	case TYPE_TIME:
		return set_time(setting, text, target, err);
	case TYPE_TEXT:
		return set_text(setting, text, target, err);
	}
	return false;
}

static void add_value(const struct settings *settings, const struct setting *setting, struct strbuf *out)
{
	const void *source = field_of(settings, setting);
	char word[32];
	switch (setting->type) {
	case TYPE_BOOL:
		strbuf_adds(out, *(const bool *)source ? "on" : "off");
		break;
	case TYPE_CHOICE: {
		const char *words = setting->words;
		for (int skip = *(const int *)source; skip > 0; skip--)
			words += strcspn(words, " ") + 1;
		strbuf_add(out, words, strcspn(words, " "));
		break;
	}
	case TYPE_TIME:
		duration_word(*(const int64_t *)source, word, sizeof word);
		strbuf_adds(out, word);
		break;
	case TYPE_TEXT:
		strbuf_adds(out, source);
		break;
	}
}

/* ---- the file ---------------------------------------------------------------------------------- */

static bool read_setting(struct source *source, const config_setting_t *at, struct settings *settings)
{
	const char *name = config_setting_name(at);
	const struct setting *setting = find(name, strlen(name));
	if (setting->type == TYPE_BOOL)
		return source_bool(source, at, name, field(settings, setting));
	const char *text = source_text(source, at, name);
	struct error err;
	if (text && !set_value(settings, setting, text, &err))
		return source_problem(source, at, "%s", err.text);
	return text != NULL;
}

bool settings_parse(const char *text, const char *file, struct settings *out, struct error *err)
{
	const char *keys[SETTING_COUNT + 1] = {NULL};
	for (int i = 0; i < SETTING_COUNT; i++)
		keys[i] = table[i].name;
	struct strbuf problems = STRBUF_INIT;
	struct source source;
	struct settings settings;
	settings_default(&settings);
	if (source_open(&source, text, file, &problems)) {
		config_setting_t *root = source_root(&source);
		source_check_keys(&source, root, "the settings", keys);
		for (int i = 0; i < config_setting_length(root) && !source.problem_count; i++)
			read_setting(&source, config_setting_get_elem(root, (unsigned)i), &settings);
	}
	bool good = source.problem_count == 0;
	if (good)
		*out = settings;
	else
		source_error(&source, err);
	source_close(&source);
	strbuf_release(&problems);
	return good;
}

bool settings_path(const char *below, struct strbuf *out)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	if (base && *base == '/') { /* the base directory specification: relative ones are ignored */
		strbuf_addf(out, "%s/sandglass/%s", base, below);
		return true;
	}
	base = getenv("HOME");
	if (!base || *base != '/')
		return false;
	strbuf_addf(out, "%s/.config/sandglass/%s", base, below);
	return true;
}

static bool load_file(const char *path, struct settings *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	bool good = source_load(path, &text, err) && settings_parse(text.data, path, out, err);
	strbuf_release(&text);
	return good;
}

/* The usual file, or "" when there is none. */
static void usual_file(struct strbuf *path)
{
	if (settings_path("sandglass.conf", path) && access(path->data, F_OK) != 0 && errno == ENOENT)
		strbuf_clear(path);
}

bool settings_load(const char *path, struct settings *out, struct error *err)
{
	struct strbuf usual = STRBUF_INIT;
	bool good = true;
	if (!path) {
		usual_file(&usual);
		path = usual.data;
	}
	if (*path)
		good = load_file(path, out, err);
	else
		settings_default(out);
	strbuf_release(&usual);
	return good;
}

bool settings_check(const char *path, struct strbuf *said, struct error *err)
{
	struct settings settings;
	struct theme theme;
	struct strbuf usual = STRBUF_INIT;
	if (!path) {
		usual_file(&usual);
		path = usual.data;
	}
	bool good =
	        settings_load(*path ? path : NULL, &settings, err) && theme_load(settings.theme, &theme, err);
	if (good && *path)
		strbuf_addf(said, "%s: ok\n", path);
	else if (good)
		strbuf_adds(said, "there is no settings file: the defaults hold\n");
	strbuf_release(&usual);
	return good;
}

/* ---- :set -------------------------------------------------------------------------------------- */

static bool unknown_setting(const char *name, size_t length, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	for (int i = 0; i < SETTING_COUNT; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", table[i].name);
	error_set(err, ERROR_INPUT, _("there is no setting \"%.*s\"; the settings are %s"),
	        (int)(length > 40 ? 40 : length), name, names.data);
	strbuf_release(&names);
	return false;
}

bool settings_set(struct settings *settings, const char *assignment, struct error *err)
{
	const char *name = assignment + strspn(assignment, " ");
	size_t length = strcspn(name, " =");
	const char *value = name + length;
	value += strspn(value, " ");
	value += *value == '=';
	value += strspn(value, " ");
	const struct setting *setting = find(name, length);
	if (!setting && strncmp(name, "no", 2) == 0 && !*value) {
		setting = find(name + 2, length - 2);
		if (setting && setting->type == TYPE_BOOL) {
			*(bool *)field(settings, setting) = false;
			return true;
		}
		setting = NULL;
	}
	if (!setting)
		return unknown_setting(name, length, err);
	if (setting->type == TYPE_BOOL && !*value)
		value = "on";
	return set_value(settings, setting, value, err);
}

size_t settings_complete(const char *prefix, const char **out, size_t room)
{
	size_t count = 0;
	for (int i = 0; i < SETTING_COUNT; i++)
		if (strncmp(table[i].name, prefix, strlen(prefix)) == 0) {
			if (count < room)
				out[count] = table[i].name;
			count++;
		}
	return count;
}

const char *settings_words(const char *name)
{
	const struct setting *setting = find(name, strlen(name));
	if (setting && setting->type == TYPE_BOOL)
		return "on off";
	return setting && setting->type == TYPE_CHOICE ? setting->words : "";
}

bool settings_value(const struct settings *settings, const char *name, struct strbuf *out)
{
	const struct setting *setting = find(name, strlen(name));
	if (setting)
		add_value(settings, setting, out);
	return setting != NULL;
}

void settings_speak(const struct settings *settings)
{
	struct strbuf language = STRBUF_INIT;
	settings_value(settings, "language", &language);
	i18n_choose(language.data);
	strbuf_release(&language);
}

void settings_default_file(struct strbuf *out)
{
	struct settings defaults;
	settings_default(&defaults);
	strbuf_adds(out,
	        "# Settings of sandglass: ~/.config/sandglass/sandglass.conf\n"
	        "# Each line is the default; take away its # to change it. sandglass --check-config checks this file.\n");
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting *setting = &table[i];
		strbuf_addf(out, "\n# %s\n", setting->help);
		if (*setting->words)
			strbuf_addf(out, "# one of: %s\n", setting->words);
		if (setting->type == TYPE_TIME)
			strbuf_adds(out, "# working time: \"90m\", \"2h\", \"1h30m\"\n");
		if (setting->type == TYPE_BOOL) {
			strbuf_addf(out, "#%s = %s;\n", setting->name,
			        *(const bool *)field_of(&defaults, setting) ? "true" : "false");
			continue;
		}
		strbuf_addf(out, "#%s = \"", setting->name);
		add_value(&defaults, setting, out);
		strbuf_adds(out, "\";\n");
	}
}
