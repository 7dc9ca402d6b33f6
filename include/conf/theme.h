/*
 * Themes from libconfig files: those in themes/ travel inside the program, NAME.conf in the directory `themes`
 * beside the settings file comes before them. A file names roles (core/theme_roles.def):
 *
 *   background = "dark";                 # what it is made for: "dark" or "light"
 *   base = "dark";                       # optional: what is not named below is as in this shipped theme
 *   breached = { fg = 203; bg = -1; fg16 = 9; bg16 = -1; attributes = ["bold"]; mono = ["bold", "reverse"]; };
 *
 * Colours are numbers of the terminal (-1: its own). A role without fg16 or bg16 gets the nearest of the sixteen.
 * colours = false; makes a theme of attributes only.
 */
#ifndef CONF_THEME_H
#define CONF_THEME_H

#include "base/error.h"
#include "core/theme.h"

#include <stddef.h>

/*
 * The theme of that name. "auto" is mono when NO_COLOR is set and not empty, else light when COLORFGBG names a light
 * background, else dark; a name that was chosen stays chosen (https://no-color.org: configuration overrides). Fails
 * with ERROR_CONFIG and FILE:LINE; *out is not changed then.
 */
bool theme_load(const char *name, struct theme *out, struct error *err);

/* What "auto" means with these values of NO_COLOR and COLORFGBG (NULL: not set): "dark", "light" or "mono". */
const char *theme_auto(const char *no_color, const char *colorfgbg);

/*
 * Whether that name is "auto" and nothing in the environment decides it, so that theme_load() takes dark for want of an
 * answer: the terminal may be asked.
 */
bool theme_is_guess(const char *name);

/*
 * The names that theme_load() finds, shipped ones and the user's, sorted, each once; not "auto". Fills at most `room`,
 * returns how many.
 */
size_t theme_list(char (*names)[THEME_NAME_SIZE], size_t room);

/* A theme from text; `file` is the name for messages, `name` the theme's. */
bool theme_parse(const char *text, const char *file, const char *name, struct theme *out, struct error *err);

/* The theme that needs no file: no colours, no attributes. What to draw with when a theme is wrong. */
void theme_plain(struct theme *out);

#endif
