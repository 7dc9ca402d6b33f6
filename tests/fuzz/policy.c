/* Any bytes as a policy file: refused with lines that name a place, or read, printed and read as the same. */
#include "conf/policy.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void check_problems(const char *problems)
{
	for (; *problems; problems += strcspn(problems, "\n") + 1) {
		char *end;
		if (strncmp(problems, "f:", 2) != 0 || strtol(problems + 2, &end, 10) < 1 ||
		        strncmp(end, ": ", 2) != 0)
			abort();
		if (!problems[strcspn(problems, "\n")])
			abort();
	}
}

static void check_round(const json_t *policy)
{
	struct strbuf text = STRBUF_INIT, problems = STRBUF_INIT;
	policy_print(policy, &text);
	json_t *again = policy_parse(text.data, "printed", &problems);
	if (!again || !json_equal(policy, again) || policy_diff(policy, again, &problems) != 0)
		abort();
	json_decref(again);
	strbuf_release(&text);
	strbuf_release(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = alloc_copy_n((const char *)bytes, size);
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = policy_parse(text, "f", &problems);
	if ((policy == NULL) != (problems.length > 0))
		abort();
	check_problems(problems.data);
	if (policy)
		check_round(policy);
	json_decref(policy);
	strbuf_release(&problems);
	free(text);
	return 0;
}
