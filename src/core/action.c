/*
 * Actions as data, and what each of them will make of a row. The preview follows the server's functions in what they
 * decide by the row alone; what needs more (a new target, a clock that a status pauses) the server's row brings a moment
 * later. A preview is drawn over every row that comes meanwhile, so it sets values and never counts.
 */
#include "core/action.h"

#include "base/alloc.h"
#include "core/tags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Waits only in the first moments of a machine's life, until the kernel has gathered its first random bits. */
static void random_bytes(unsigned char *out, size_t size)
{
	for (size_t got = 0; got < size;) {
		ssize_t n = getrandom(out + got, size - got, 0);
		if (n > 0)
			got += (size_t)n;
		else if (errno != EINTR)
			abort(); /* a kernel without getrandom: a guessable id would not be unique */
	}
}

static void write_id(char out[37], unsigned char b[16], unsigned version)
{
	b[6] = (unsigned char)((b[6] & 0x0f) | version << 4); /* RFC 9562, 4.2 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);         /* 4.1: its variant */
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
	        b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

void action_make_id(char out[37])
{
	unsigned char b[16];
	random_bytes(b, sizeof b);
	write_id(out, b, 4);
}

/* FNV-1a, 64 bits, then mixed so that every bit of the input moves every bit of the output. */
static uint64_t hash_text(const char *text, uint64_t begin)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ begin;
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
	return hash ^ hash >> 31;
}

void action_derive_id(char out[37], const char *request_id, int64_t ticket_id)
{
	char text[64];
	unsigned char b[16];
	snprintf(text, sizeof text, "%s/%lld", request_id, (long long)ticket_id);
	const uint64_t halves[] = {hash_text(text, 0), hash_text(text, UINT64_C(0x9e3779b97f4a7c15))};
	memcpy(b, halves, sizeof b);
	write_id(out, b, 8);
}

void action_init(struct action *action, enum action_kind kind, int64_t ticket_id, int32_t version)
{
	*action = (struct action){.kind = kind, .ticket_id = ticket_id, .version = version};
	action_make_id(action->request_id);
}

void action_release(struct action *action)
{
	free(action->text);
	free(action->hold_for);
	free(action->tags_off);
	free(action->address);
	free(action->name);
	free(action->subject);
	attached_drop(action->attached);
	macro_actions_release(&action->macro);
	action->attached = NULL;
	action->text = action->hold_for = action->tags_off = NULL;
	action->address = action->name = action->subject = NULL;
}

void action_copy(struct action *to, const struct action *from)
{
	*to = *from;
	to->text = alloc_copy(from->text);
	to->hold_for = alloc_copy(from->hold_for);
	to->tags_off = alloc_copy(from->tags_off);
	to->address = alloc_copy(from->address);
	to->name = alloc_copy(from->name);
	to->subject = alloc_copy(from->subject);
	to->attached = attached_hold(from->attached);
	macro_actions_copy(&to->macro, &from->macro);
}

const char *action_name(enum action_kind kind)
{
	static const char *const names[ACTION_KIND_COUNT] = {
	        [ACTION_STATUS] = "status",
	        [ACTION_PRIORITY] = "priority",
	        [ACTION_ASSIGN] = "assign",
	        [ACTION_CLAIM] = "claim",
	        [ACTION_CLAIM_NEXT] = "claim-next",
	        [ACTION_REPLY] = "reply",
	        [ACTION_NOTE] = "note",
	        [ACTION_DISMISS] = "dismiss",
	        [ACTION_TAG] = "tag",
	        [ACTION_SUBJECT] = "subject",
	        [ACTION_REQUESTER] = "requester",
	        [ACTION_ORGANIZATION] = "organization",
	        [ACTION_TEAM] = "team",
	        [ACTION_LINK] = "link",
	        [ACTION_MERGE] = "merge",
	        [ACTION_UNMERGE] = "unmerge",
	        [ACTION_OPEN] = "open",
	        [ACTION_MACRO] = "macro",
	        [ACTION_UNDO] = "undo",
	};
	return kind < ACTION_KIND_COUNT ? names[kind] : "?";
}

static void end_wait(struct ticket_row *row)
{
	row->metric = METRIC_NONE;
	row->paused = false;
	row->target_s = 0;
	row->remaining_s = 0;
	row->calendar_id = 0;
	row->started_at = INSTANT_NONE;
	row->due_at = INSTANT_NONE;
	row->breach_at = INSTANT_NONE;
}

/* A resolution clock runs until the ticket is closed; an answer ends only the wait for one. */
static void end_reply_wait(struct ticket_row *row)
{
	if (row->metric != METRIC_RESOLUTION)
		end_wait(row);
}

static void set_status(struct ticket_row *row, enum status status, const char *hold_for)
{
	row->status = (uint8_t)status;
	row->hold_for = status == STATUS_HOLD && hold_for ? hold_for : "";
	if (status == STATUS_CLOSED)
		end_wait(row);
}

static void preview_status(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	set_status(row, action->status, action->text);
}

static void preview_priority(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	row->priority = (uint8_t)action->priority;
}

static void preview_assign(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	row->assignee_id = action->assignee_id;
}

static void preview_claim(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	if (row->assignee_id && row->assignee_id != self)
		return; /* somebody has it: the server will refuse */
	row->assignee_id = self;
	if (row->status == STATUS_NEW)
		row->status = STATUS_OPEN;
}

/* All but the status, which a reply has of its own. */
static void preview_macro_beside(const struct action *action, struct ticket_row *row, struct strbuf *room)
{
	const struct macro_actions *macro = &action->macro;
	if (macro->sets_priority)
		row->priority = (uint8_t)macro->priority;
	if (macro->assignee)
		row->assignee_id = action->assignee_id;
	if (macro->tags_add || macro->tags_remove) {
		strbuf_clear(room);
		tags_changed(row->tags, macro->tags_add, macro->tags_remove, room);
		row->tags = room->data;
	}
}

/* A note does the same beside its text. */
static void preview_macro(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	preview_macro_beside(action, row, room);
	if (action->macro.sets_status)
		set_status(row, action->macro.status, action->macro.hold_for);
}

static void preview_reply(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	end_reply_wait(row);
	row->last_author = AUTHOR_AGENT;
	if (!row->assignee_id)
		row->assignee_id = self;
	set_status(row, action->status, action->hold_for);
	preview_macro_beside(action, row, room);
}

static void preview_dismiss(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	end_reply_wait(row);
}

static void preview_tag(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	strbuf_clear(room);
	tags_changed(row->tags, action->text, action->tags_off, room);
	row->tags = room->data;
}

static void preview_subject(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	row->subject = action->text;
}

/* Whose plan it is then the server knows. */
static void preview_requester(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	if (strcmp(row->requester_email, action->address) == 0)
		return;
	row->requester_email = action->address;
	row->requester_name = action->name ? action->name : "";
}

static void preview_organization(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	row->organization_id = action->organization_id;
	row->plan_id = action->plan_id;
}

static void preview_team(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	row->team_id = action->team_id;
}

/* The number of a new incident the server knows. */
static void preview_link(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	if (!action->text)
		row->incident_id = action->incident_id;
}

static void preview_merge(
        const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	set_status(row, STATUS_CLOSED, NULL);
	row->last_author = AUTHOR_SYSTEM; /* its messages are elsewhere */
	row->message_count = 0;
}

void action_preview(const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room)
{
	/* What is not here cannot be foreseen: which ticket is next, what an
	 * undo brings back. */
	static void (*const previews[ACTION_KIND_COUNT])(
	        const struct action *, int32_t, struct ticket_row *, struct strbuf *) = {
	        [ACTION_STATUS] = preview_status,
	        [ACTION_PRIORITY] = preview_priority,
	        [ACTION_ASSIGN] = preview_assign,
	        [ACTION_CLAIM] = preview_claim,
	        [ACTION_REPLY] = preview_reply,
	        [ACTION_DISMISS] = preview_dismiss,
	        [ACTION_TAG] = preview_tag,
	        [ACTION_SUBJECT] = preview_subject,
	        [ACTION_REQUESTER] = preview_requester,
	        [ACTION_ORGANIZATION] = preview_organization,
	        [ACTION_TEAM] = preview_team,
	        [ACTION_LINK] = preview_link,
	        [ACTION_MERGE] = preview_merge,
	        [ACTION_MACRO] = preview_macro,
	        [ACTION_NOTE] = preview_macro,
	};
	if (action->kind < ACTION_KIND_COUNT && previews[action->kind])
		previews[action->kind](action, self, row, room);
}
