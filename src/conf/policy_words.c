#include "conf/policy_words.h"

#include <string.h>

const char *const policy_weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
const char *const policy_entitlements[] = {"tickets", "chat", "chat_billing_technical", "phone",
        "personal_mailbox", "priority_answers", "csm", "analyst", NULL};
const char *const policy_metrics[] = {"first_reply", "next_reply", "resolution", NULL};
const char *const policy_priorities[] = {"urgent", "high", "normal", NULL};
const char *const policy_channels[] = {"email", "form", "phone", "chat", "import", NULL};
const char *const policy_statuses[] = {"new", "open", "pending", "hold", "closed", NULL};

int policy_word(const char *const *words, const char *word)
{
	for (int i = 0; word && words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

const char *policy_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static bool same(const json_t *a, const json_t *b, const char *const *keys)
{
	for (; *keys; keys++)
		if (strcmp(policy_text(a, *keys), policy_text(b, *keys)) != 0 ||
		        json_is_true(json_object_get(a, *keys)) != json_is_true(json_object_get(b, *keys)))
			return false;
	return true;
}

const json_t *policy_same(const json_t *array, const json_t *like, const char *const *keys)
{
	size_t i;
	json_t *one;
	json_array_foreach(array, i, one) if (same(one, like, keys)) return one;
	return NULL;
}
