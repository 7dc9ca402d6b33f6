/*
 * What may follow what is being typed. A completer offers what an argument may be; the prompt that asks for the argument
 * and the `:` line that gives it behind the command's name use the same one: a row of the table in complete.c says whose
 * argument it completes.
 */
#ifndef APP_COMPLETE_H
#define APP_COMPLETE_H

#include "ui/prompt.h"

#include <stddef.h>

/* Texts that were made for candidates. They live until the next ones are made in the same place. All bytes 0: none. */
struct completions {
	char **texts; /* owned, and so is each */
	size_t count;
};

void completions_clear(struct completions *completions);
/* Owned by `completions`. */
const char *completions_add(struct completions *completions, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/*
 * Offers those of the words (separated by blanks) that begin with `beginning`; returns how many. A candidate is the word
 * behind `lead`, the list shows the word alone.
 */
size_t complete_words(struct completions *completions, const char *lead, const char *words,
        const char *beginning, struct candidate *out, size_t room);

/* Of the `:` line: names of commands that work here and now, and what may follow a whole name. */
size_t complete_line(void *console, const char *line, struct candidate *out, size_t room);

/* ---- arguments: the context is the console, the text is the argument alone ---------------------- */

prompt_complete complete_agent;        /* assign.c: logins of who is active */
prompt_complete complete_columns;      /* views.c: the last of several names */
prompt_complete complete_filter;       /* views.c */
prompt_complete complete_link;         /* incident.c: numbers of open incidents, by their titles too */
prompt_complete complete_macro;        /* macro.c: names of those that the agent may change */
prompt_complete complete_path;         /* attach.c: files */
prompt_complete complete_setting;      /* options.c: a setting's name, then its value */
prompt_complete complete_sort;         /* views.c */
prompt_complete complete_view;         /* saved.c */
prompt_complete complete_theme;        /* options.c */
prompt_complete complete_merge;        /* merge.c: numbers of tickets that the target may go into */
prompt_complete complete_organization; /* change.c */
prompt_complete complete_team;         /* change.c */
prompt_complete complete_tags;         /* tags.c: of the target */

#endif
