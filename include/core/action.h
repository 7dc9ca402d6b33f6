/*
 * What an agent does to a ticket, as data. The console, the scripts' sub-commands and the retry after a lost
 * connection all pass the same struct; store/actions.c knows the server function of each kind.
 *
 * request_id is made once, when the key is pressed. The server remembers it: sending an action again
 * gives the first result, so a retry is exactly-once.
 */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include "base/error.h"
#include "base/strbuf.h"
#include "core/attached.h"
#include "core/macro.h"
#include "core/ticket.h"

enum action_kind {
	ACTION_STATUS,
	ACTION_PRIORITY,
	ACTION_ASSIGN,     /* assignee_id 0: nobody */
	ACTION_CLAIM,      /* to the caller, if nobody has it */
	ACTION_CLAIM_NEXT, /* the most urgent unassigned one, of the ids "{1,2}" in `text` or, without, of all; ticket_id and version are ignored */
	ACTION_REPLY,      /* public message, then `status`: one transaction */
	ACTION_NOTE,
	ACTION_DISMISS,      /* "no reply needed", with a reason */
	ACTION_TAG,          /* `text` is put on, `tags_off` is taken off */
	ACTION_SUBJECT,      /* `text` */
	ACTION_REQUESTER,    /* to the person `address`, `name` */
	ACTION_ORGANIZATION, /* the requester's, by its name `text` (NULL: none); the ids are for drawing */
	ACTION_TEAM,         /* by its name `text` (NULL: none); team_id is for drawing */
	ACTION_LINK,  /* to the incident `incident_id` (0: none), or to a new one of the title `text` */
	ACTION_MERGE, /* its conversation goes into the ticket `into` */
	ACTION_UNMERGE,
	ACTION_MACRO, /* what a macro does; its text goes with REPLY or NOTE */
	ACTION_OPEN, /* a new ticket of `address`, `name`, `subject`, `channel`, `priority` with the note `text` */
	ACTION_UNDO, /* reverts the request `undoes` */
	ACTION_KIND_COUNT
};

struct action {
	enum action_kind kind;
	char request_id[37]; /* UUID as text */
	int64_t ticket_id;
	int32_t version; /* the version that the agent saw; 0: whatever it is now (scripts) */

	enum status status;
	enum priority priority;
	int32_t assignee_id;
	bool wait_goes_on; /* STATUS, MACRO, NOTE while a customer waits: go on without an answer */
	char *text; /* owned: hold_for, body, reason, tags (core/tags.h) or what the kind says; NULL when none */
	char *hold_for;                 /* owned: for REPLY to hold; NULL when none */
	char *tags_off;                 /* owned; NULL when none */
	char *address, *name, *subject; /* owned; NULL when none */
	int32_t organization_id, plan_id, team_id;
	int64_t into, incident_id;
	char incident_request
	        [37]; /* of LINK with a title: tickets with the same one are linked to one incident */
	enum channel channel;
	char undoes[37];
	struct attached *attached; /* held: files of REPLY and NOTE; NULL for none */
	/* Of MACRO, and of REPLY and NOTE beside their text; without a name: none. Its login is in assignee_id. */
	struct macro_actions macro;
};

struct action_result {
	int64_t ticket_id;
	int32_t version;    /* after it */
	bool repeated;      /* the server had seen this request before */
	struct error error; /* kind ERROR_NONE: done */
};

/* A fresh action with a request id of random bits (RFC 4122, version 4). */
void action_init(struct action *action, enum action_kind kind, int64_t ticket_id, int32_t version);
void action_release(struct action *action);
void action_copy(struct action *to, const struct action *from);
void action_make_id(char out[37]);
/* The id of one ticket's part of a request on many: the same for the same two, and otherwise another (RFC 9562, version 8). */
void action_derive_id(char out[37], const char *request_id, int64_t ticket_id);

/* "status", "claim", ... for the trace log and messages. */
const char *action_name(enum action_kind kind);

/* What the row will look like if the server agrees: for drawing at once, before it answers. `self` is the
 * agent. Doing it twice is the same as once. Strings of the action may stand in the row after it, and strings that were made
 * for it in `room`: both must live as long as the row is looked at. */
void action_preview(const struct action *action, int32_t self, struct ticket_row *row, struct strbuf *room);

#endif
