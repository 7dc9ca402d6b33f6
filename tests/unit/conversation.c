/* A thread that is put together from parts: pages before it, and its end read anew. */
#include "core/conversation.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Messages by their numbers, "3e" an event; `older` before the first. */
static struct conversation thread(const char *numbers, int older)
{
	struct conversation made;
	conversation_init(&made);
	made.older = older;
	for (const char *at = numbers; *at;) {
		char *end;
		struct entry *entry = conversation_add(&made);
		entry->id = strtol(at, &end, 10);
		entry->at_us = entry->id;
		entry->kind = *end == 'e' ? ENTRY_EVENT : ENTRY_PUBLIC;
		entry->body = alloc_copy("x");
		entry->body_size = 1;
		end += *end == 'e';
		at = end + strspn(end, " ");
	}
	return made;
}

static const char *shown(const struct conversation *conversation)
{
	static struct strbuf out = STRBUF_INIT;
	strbuf_clear(&out);
	for (size_t i = 0; i < conversation->count; i++)
		strbuf_addf(&out, "%lld%s ", (long long)conversation->entries[i].id,
		        conversation->entries[i].kind == ENTRY_EVENT ? "e" : "");
	strbuf_addf(&out, "+%d", conversation->older);
	return out.data;
}

Test(conversation, parts_are_put_together)
{
	static const struct {
		const char *have, *more;
		int have_older, more_older;
		const char *both;
	} cases[] = {
	        {"5 6 7", "1 2 3 4", 4, 0, "1 2 3 4 5 6 7 +0"},
	        {"5 6 7", "3 4 5 6", 4, 2, "3 4 5 6 7 +2"},
	        {"", "1 2", 0, 0, "1 2 +0"},
	        {"5 6", "", 4, 0, "5 6 +0"},
	        {"1 1e 2e 3", "3 4 5", 0, 2, "1 1e 2e 3 +2"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct conversation have = thread(cases[i].have, cases[i].have_older),
		                    more = thread(cases[i].more, cases[i].more_older);
		conversation_put_before(&have, &more);
		cr_expect_str_eq(shown(&have), cases[i].both, "%zu: %s", i, shown(&have));
		conversation_release(&have);
	}
	/* The end read anew: what was loaded above stays as long as nothing came or went in it. */
	static const struct {
		const char *before;
		int before_older;
		const char *anew;
		int anew_older;
		const char *result;
	} kept[] = {
	        {"3 4 5 6", 2, "5 6 7", 4, "3 4 5 6 7 +2"},
	        {"3 3e 4 5 6", 2, "5 6 7", 4, "3 3e 4 5 6 7 +2"},
	        {"3 4 5 6", 2, "5 6 7", 9, "5 6 7 +9"}, /* a merge brought older ones */
	        {"3 4 5 6", 2, "8 9", 7, "8 9 +7"},     /* nothing in common */
	        {"5 6", 4, "3 4 5 6", 2, "3 4 5 6 +2"},
	        {"", 0, "1", 0, "1 +0"},
	};
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct conversation before = thread(kept[i].before, kept[i].before_older),
		                    anew = thread(kept[i].anew, kept[i].anew_older);
		conversation_keep(&anew, &before);
		cr_expect_str_eq(shown(&anew), kept[i].result, "%zu: %s", i, shown(&anew));
		cr_expect_eq(before.count, 0);
		conversation_release(&anew);
	}
}

Test(conversation, a_long_message_grows_and_is_not_cut_again)
{
	struct conversation before = thread("1 2", 0), anew = thread("1 2 3", 0);
	before.entries[1].body_size = anew.entries[1].body_size = 7;
	entry_append(&before.entries[1], "яyz");
	cr_expect_str_eq(before.entries[1].body, "xяyz");
	cr_expect_eq(entry_characters(&before.entries[1]), 4);
	conversation_keep(&anew, &before);
	cr_expect_str_eq(anew.entries[1].body, "xяyz");
	cr_expect_str_eq(anew.entries[0].body, "x");
	conversation_release(&anew);
}
