/*
 * The languages of the console. What a person reads is written in English where it is shown and marked there; the catalogs
 * under src/po/ say it in the other languages. Words that programs read (the filter language, SQL, JSON, the trace log) are
 * never marked.
 *
 *   _("text")                     said now, in the agent's language
 *   N_("text")                    stands in a table; _(the table's field) where it is shown
 *   P_("%d ticket", "%d tickets", n)   depends on a count
 *   C_("verb", "open")            the same English in two meanings
 *
 * A mark holds a whole sentence, with %s where something is put in: other languages have another order of words.
 * The returned string lives as long as the program.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text)              gettext(text)
#define N_(text)             text
#define P_(one, many, count) ngettext(one, many, (unsigned long)(count))
#define C_(context, text)    i18n_in_context(context "\004" text, text)

/* `text` as the catalog says it under the key "context EOT text", or itself. */
__attribute__((format_arg(2))) static inline const char *i18n_in_context(
        const char *in_context, const char *text)
{
	const char *found = gettext(in_context);
	return found == in_context ? text : found;
}

#endif
