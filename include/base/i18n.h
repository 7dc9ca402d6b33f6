/*
 * The languages of the console. What a person reads is written in English where it is shown and marked there; the catalogs
 * under src/po/ say it in the other languages. Words that programs read (the filter language, SQL, JSON, the trace log) are
 * never marked.
 *
 *   _("text")                          said now, in the agent's language
 *   N_("text")                         stands in a table; _(the table's field) where it is shown
 *   P_("%d ticket", "%d tickets", n)   depends on a count
 *   C_("verb", "open")                 the same English in two meanings
 *   NC_("verb", "open")                the same in a table; i18n_marked(the table's field) where it is shown
 *
 * A mark holds a whole sentence, with %s where something is put in: other languages have another order of words, and may
 * say %2$s before %1$s. No macros inside (PRId64): the tools do not expand them. The returned string lives as long as
 * the program. Until i18n_choose() everything is said in English.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#define _(text)              i18n_text(text)
#define N_(text)             text
#define P_(one, many, count) i18n_plural(one, many, (unsigned long)(count))
#define C_(context, text)    i18n_in_context(context "\004" text, text)
#define NC_(context, text)   context "\004" text

/*
 * `language` is "en" or that of a catalog ("ru", "uk"). "auto" is what the environment says: the first known one of the
 * list LANGUAGE, else that of LC_ALL, LC_MESSAGES or LANG, whichever is set first. Where the codeset of the locale is
 * not UTF-8 it is always English, so setlocale() comes first.
 */
void i18n_choose(const char *language);

const char *i18n_text(const char *text) __attribute__((format_arg(1)));
const char *i18n_plural(const char *one, const char *many, unsigned long count)
        __attribute__((format_arg(1), format_arg(2)));
/* `text` as the catalog says it under the key "context EOT text", or itself. */
const char *i18n_in_context(const char *in_context, const char *text) __attribute__((format_arg(2)));
/* What NC_() marked. */
const char *i18n_marked(const char *in_context);

#endif
