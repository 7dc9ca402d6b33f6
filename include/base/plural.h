/*
 * The rule of a language's plural forms, as it stands in the header of a catalog: a C expression in n, such as
 * "n%10==1 && n%100!=11 ? 0 : 1" (GNU gettext manual, "Additional functions for plural forms").
 */
#ifndef BASE_PLURAL_H
#define BASE_PLURAL_H

/* The form to use for `count`: what the rule says, up to its end or a semicolon. 0 where it says nothing sensible. */
unsigned long plural_form(const char *rule, unsigned long count);

#endif
