/*
 * The settings of one person: $XDG_CONFIG_HOME/sandglass/sandglass.conf (~/.config/... without it), a
 * libconfig file. What is not in it has its default. The table is conf/settings.def.
 */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include "base/error.h"
#include "base/strbuf.h"
#include "core/sort.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The words of the setting are also what i18n_choose() takes. */
enum language_setting { LANGUAGE_AUTO, LANGUAGE_EN, LANGUAGE_RU, LANGUAGE_UK };
enum view_setting { VIEW_ALL, VIEW_MINE, VIEW_UNASSIGNED };
enum call_setting { CALL_OFF, CALL_OWN, CALL_ALL }; /* when to call for attention */
enum after_reply_setting { AFTER_REPLY_NEXT, AFTER_REPLY_STAY };

/* No pointers inside: it may be copied by assignment. Times are seconds. */
struct settings {
#define SETTING_BOOL(name, initial, help)                 bool name;
#define SETTING_CHOICE(name, initial, words, help)        int name;
#define SETTING_TIME(name, initial, least, most, help)    int64_t name;
#define SETTING_TEXT(name, initial, most, help)           char name[(most) + 1];
#define SETTING_CHECKED(name, initial, most, check, help) char name[(most) + 1];
#include "conf/settings.def"
#undef SETTING_BOOL
#undef SETTING_CHOICE
#undef SETTING_TIME
#undef SETTING_TEXT
#undef SETTING_CHECKED
};

void settings_default(struct settings *out);

/* Reads `path`; NULL is the usual place, where a missing file means the defaults. Fails with one line,
 * FILE:LINE: what is wrong and what would be right (ERROR_CONFIG), or ERROR_NO_INPUT; *out is not changed
 * then. */
bool settings_load(const char *path, struct settings *out, struct error *err);

/* The same from text; `file` is the name for messages. */
bool settings_parse(const char *text, const char *file, struct settings *out, struct error *err);

/*
 * One assignment as `:set` takes it: "warn 20m", "warn=20m", "ascii", "noascii", "ascii off". Fails with
 * ERROR_INPUT.
 */
bool settings_set(struct settings *settings, const char *assignment, struct error *err);

/* Names that begin with `prefix`, in table order: fills at most `room` with static strings, returns how many
 * there are. */
size_t settings_complete(const char *prefix, const char **out, size_t room);

/* The words that a setting may be set to, separated by blanks; "" when they cannot be counted, or there is no such setting. */
const char *settings_words(const char *name);

/* Appends a setting's value as `:set` would take it; false when there is none of that name. */
bool settings_value(const struct settings *settings, const char *name, struct strbuf *out);

/* Chooses the language that the settings name (i18n_choose()). */
void settings_speak(const struct settings *settings);

/* Appends the commented default file. */
void settings_default_file(struct strbuf *out);

/* Appends a path below the directory of the settings: "sandglass.conf", "themes/mine.conf". False when
 * neither XDG_CONFIG_HOME nor HOME is an absolute path. */
bool settings_path(const char *below, struct strbuf *out);

/*
 * `--check-config [FILE]`: reads the settings and the theme that they name. On success appends the line to
 * print
 * ("FILE: ok", or that there is no file and the defaults hold).
 */
bool settings_check(const char *path, struct strbuf *said, struct error *err);

#endif
