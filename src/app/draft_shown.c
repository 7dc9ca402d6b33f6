/*
 * What the agent was shown of a draft, against what stands on the disk: two consoles of one agent on one machine work with the
 * same files, and each sends only what it showed.
 */
#include "app/draft.h"

#include "app/attach.h"
#include "base/i18n.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ 1) * UINT64_C(0x100000001b3); /* "a" "b" is not "ab" */
}

/* A number for what would go out, as it stands on the disk now; 0: it cannot be read. */
static uint64_t print_of(const struct draft *draft, uint64_t *files)
{
	struct draft now = {.path = draft->path};
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	strbuf_init(&now.body);
	*files = draft_files_print(&now);
	const bool read = draft_read(&now, &(struct error){ERROR_NONE, ""});
	if (read) {
		draft_read_macro(&now);
		char *macro = macro_actions_json(&now.macro);
		hash = hash_text(hash, now.body.data);
		hash = hash_text(hash, now.added ? now.added : "");
		hash = hash_text(hash, now.macro.name ? macro : "");
		hash ^= *files;
		free(macro);
	}
	now.path = NULL;
	draft_keep(&now);
	return !read ? 0 : hash ? hash : 1;
}

void draft_shown(struct draft *draft)
{
	draft->shown = draft->path ? print_of(draft, &draft->shown_files) : 0;
}

void draft_files_shown(struct draft *draft)
{
	const uint64_t now = draft_files_print(draft);
	if (!draft->shown)
		return;
	draft->shown ^= draft->shown_files ^ now;
	draft->shown_files = now;
}

bool draft_is_as_shown(const struct draft *draft)
{
	uint64_t files;
	return draft->path && draft->shown == print_of(draft, &files);
}

bool draft_is_gone(const struct draft *draft)
{
	return access(draft->path, F_OK) != 0 && errno == ENOENT;
}

bool draft_read_again(struct draft *draft, struct error *err)
{
	draft_read_macro(draft);
	return draft_read(draft, err);
}

bool draft_put_back(struct draft *draft, struct error *err)
{
	if (!draft_restore(draft, draft->body.data, err))
		return false;
	draft->sent_hash =
	        1; /* of no text: whatever went out under this request is not known to be this one */
	return !draft->macro.name || draft_add_macro(draft, &(struct macro_actions){.name = NULL}, err);
}

bool draft_discard_sent(struct draft *draft)
{
	if (draft->shown && !draft_is_gone(draft) && !draft_is_as_shown(draft)) {
		draft_sent_not(draft);
		return false;
	}
	draft_discard(draft);
	return true;
}
