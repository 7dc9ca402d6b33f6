/*
 * The catalogs are made by the gettext tools (xgettext, msgmerge, msgfmt) and travel inside the program as .mo files; this
 * reads them. The C library's own gettext() is not used, for three reasons: newer glibc (2.39) takes C.UTF-8 for the C
 * locale and translates nothing there, LANGUAGE or not, and a bare server has no other locale; it wants files in a
 * directory, which a program that is run where it was built, installed below a DESTDIR or copied to a server alone has not;
 * and a language cannot be changed while it runs. What it takes is a search among sorted strings.
 *
 * The format of a .mo file: seven numbers of 32 bits (magic, revision, number of strings, where the table of originals
 * stands, where that of translations, and two of a hash table); an entry of a table is a length and a place. The originals are
 * sorted. A key of plural forms is "one NUL many", its translation "form NUL form NUL form"; one with a context begins
 * with it and EOT. The translation of "" is the header. (GNU gettext manual, "The Format of GNU MO Files".)
 *
 * A catalog is never changed after it was found, so a thread may read it while another one chooses a language.
 */
#include "base/i18n.h"

#include "base/embedded.h"
#include "base/plural.h"

#include <langinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 8, ORIGINALS = 12, TRANSLATIONS = 16, NAME_SIZE = 16 };

static _Atomic(const struct embedded_file *) catalog; /* NULL: English */

/* ---- a catalog -------------------------------------------------------------------------------------- */

/* msgfmt writes little-endian (the Makefile says so), whatever the machine. */
static uint32_t number_at(const struct embedded_file *file, uint32_t offset)
{
	const unsigned char *b = (const unsigned char *)file->bytes + offset;
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The i-th string of a table. Each is NUL-terminated in the file. */
static const char *string_at(const struct embedded_file *file, uint32_t table, uint32_t i)
{
	return file->bytes + number_at(file, number_at(file, table) + i * 8 + 4);
}

/* Plural keys go on after their first NUL, so comparing up to it finds them by their first form. */
static const char *find(const struct embedded_file *file, const char *key)
{
	uint32_t low = 0, high = number_at(file, COUNT);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(key, string_at(file, ORIGINALS, middle));
		if (order == 0)
			return string_at(file, TRANSLATIONS, middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const char *look_up(const char *key)
{
	const struct embedded_file *file = catalog;
	const char *found = file && *key ? find(file, key) : NULL;
	return found && *found ? found : NULL;
}

const char *i18n_text(const char *text)
{
	const char *found = look_up(text);
	return found ? found : text;
}

const char *i18n_in_context(const char *in_context, const char *text)
{
	const char *found = look_up(in_context);
	return found ? found : text;
}

const char *i18n_marked(const char *in_context)
{
	const char *mark = strchr(in_context, '\004');
	return i18n_in_context(in_context, mark ? mark + 1 : in_context);
}

const char *i18n_plural(const char *one, const char *many, unsigned long count)
{
	const struct embedded_file *file = catalog;
	const char *form = look_up(one);
	if (!form)
		return count == 1 ? one : many;
	const char *header = find(file, ""), *rule = header ? strstr(header, "plural=") : NULL;
	for (unsigned long skip = rule ? plural_form(rule + strlen("plural="), count) : 0; skip; skip--)
		form += strlen(form) + 1;
	return form;
}

/* ---- which one --------------------------------------------------------------------------------------- */

/* The catalog of the language that a locale's name begins with: "ru" of "ru", "ru_RU.UTF-8" and "ru@x". */
static const struct embedded_file *catalog_of(const char *locale, size_t length)
{
	char name[NAME_SIZE + 8];
	size_t language = strcspn(locale, "_.@:");
	language = language < length ? language : length;
	if (language >= NAME_SIZE)
		return NULL;
	snprintf(name, sizeof name, "po/%.*s.mo", (int)language, locale);
	return embedded_find(name);
}

static bool is_english(const char *locale)
{
	return strncmp(locale, "en", 2) == 0 && (!locale[2] || strchr("_.@:", locale[2]));
}

/* The first language of the list LANGUAGE that is known. False: none of it. */
static bool by_list(const char *list, const struct embedded_file **out)
{
	while (list && *list) {
		size_t length = strcspn(list, ":");
		*out = catalog_of(list, length);
		if (*out || is_english(list))
			return true;
		list += length + (list[length] == ':');
	}
	return false;
}

static const struct embedded_file *by_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const struct embedded_file *found = NULL;
	if (by_list(getenv("LANGUAGE"), &found))
		return found;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *locale = getenv(names[i]);
		if (locale && *locale)
			return catalog_of(locale, strlen(locale));
	}
	return NULL;
}

void i18n_choose(const char *language)
{
	const bool drawable = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	catalog = !drawable                       ? NULL
	          : strcmp(language, "auto") == 0 ? by_environment()
	                                          : catalog_of(language, strlen(language));
}
