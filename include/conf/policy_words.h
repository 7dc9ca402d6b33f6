/* The words that a policy may use and that are not in the ticket model, in the order of the canonical form. */
#ifndef CONF_POLICY_WORDS_H
#define CONF_POLICY_WORDS_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

enum { POLICY_WEEK = 7, POLICY_SHORT_CELLS = 4, POLICY_SEND_DELAY_MOST = 3600 /* seconds */ };

extern const char *const policy_weekdays[];     /* "mon" ... "sun", then NULL */
extern const char *const policy_entitlements[]; /* then NULL */
extern const char *const policy_metrics[];
extern const char *const policy_priorities[];
extern const char *const policy_channels[];
extern const char *const policy_statuses[];

/* Where the word stands in a list that ends with NULL; -1 when it is none of them (or NULL). */
int policy_word(const char *const *words, const char *word);

/* A member of a policy's object as text; "" when it is missing or null. */
const char *policy_text(const json_t *object, const char *key);

/* The object of the array that has the same text or truth in each of the keys (ends with NULL) as `like`; or NULL. */
const json_t *policy_same(const json_t *array, const json_t *like, const char *const *keys);

#endif
