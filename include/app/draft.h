/*
 * A draft is a file, so that nothing can lose it: not a crash, not a closed terminal, not a server that went away.
 *
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.txt     what the editor edits, 0600
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.state   what the writer had seen, and what was sent
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.macro   what a macro does when it is sent, if there was one
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.below   what was put below the cut line
 *
 * PLACE names the server, database and login, made safe for a file name. The text above the cut line is sent; what is
 * below it (the conversation, to look at while writing) is not; but what somebody wrote there is known and kept. The files go away when the server has confirmed
 * the sending, or when the agent throws the draft away. A draft whose sending was not confirmed is sent again under the
 * same request id, so it can never reach the customer twice; the state remembers which text that was.
 */
#ifndef APP_DRAFT_H
#define APP_DRAFT_H

#include "base/error.h"
#include "base/strbuf.h"
#include "core/macro.h"

#include <stdbool.h>
#include <stdint.h>

/* Instead of a ticket's number: of one that is not there yet; of all that are marked. */
enum { DRAFT_OF_NEW = -1, DRAFT_OF_MARKED = -2 };

struct draft {
	int64_t ticket_id; /* 0: there is none */
	bool internal;     /* a note, not a reply */
	int32_t version;   /* of the ticket as the writer last saw it */
	int messages;      /* the same */
	int64_t seen_at;   /* when he looked, seconds since 1970 UTC */
	char request_id[37];
	int64_t goes_to;      /* its ticket was merged into this one, as the preview says; 0: it was not */
	uint64_t shown;       /* a number for what was shown of it (draft_shown.c); 0: nothing was */
	uint64_t shown_files; /* what of that number is the files' */
	uint64_t without;     /* the number under which the agent was told that files of it are missing */
	uint64_t sent_hash; /* of the body that was sent under request_id and never confirmed; 0: none was */
	bool cut_missing;   /* the cut line is gone: all of the file is the body */
	char *added;        /* what somebody wrote below the line, owned; NULL: nothing */
	int added_lines;    /* blank ones not counted */
	bool moved_up;      /* the body was written below the line */
	char *path;         /* owned */
	struct strbuf body; /* what would be sent, as last read from the file */
	bool wait_goes_on;  /* a note's macro: the customer waits on */
	struct macro_actions macro; /* what is done with it, of the macros that were put into it */
};

/* What the line begins with that parts the body from the conversation; words in the language of its writing follow. */
extern const char draft_cut_line[];

/*
 * Opens the draft of a ticket, making its directory. An existing one is continued (*found says so) with what its writer
 * had seen then; a new one has seen `version` and `messages`, and gets `signature` above the cut line. What stands below
 * the line is replaced by `below` each time, except for what somebody wrote there. A draft that was open is kept.
 */
struct draft_request {
	const char *place;
	int64_t ticket_id;
	bool internal;
	int32_t version;
	int messages;
	const char *signature;
	const char *below;
	int64_t now; /* seconds since 1970 UTC */
};
bool draft_open(struct draft *draft, const struct draft_request *request, bool *found, struct error *err);

/* Makes the file of a new draft with this body, and with what a macro does (NULL: none). ERROR_REFUSED when there is one already. */
bool draft_make(const struct draft_request *request, const char *body, const struct macro_actions *macro,
        struct error *err);

/* Reads the body from the file: everything above the cut line, without blank lines around it. ERROR_INPUT for a NUL byte
 * or more than 4 MiB, ERROR_IO when it cannot be read. */
bool draft_read(struct draft *draft, struct error *err);

/* Puts this body into the file, whatever stands there: an editor left nothing. */
bool draft_restore(struct draft *draft, const char *body, struct error *err);

/* Puts this body into the file, with what stands below the cut line; what somebody wrote there stays below it. */
bool draft_write(struct draft *draft, const char *body, const char *below, struct error *err);

/* Puts this body into the file, which holds what was written below the line: there it stands no longer. */
bool draft_move_up(struct draft *draft, const char *body, struct error *err);

/* Appends the lines of `after` that `before` does not have, in paragraphs as they stand; how many they are. */
int draft_added(const char *before, const char *after, struct strbuf *added);

/* What a macro does goes with the draft, beside what others did before; without any it is taken out of it. */
bool draft_add_macro(struct draft *draft, const struct macro_actions *actions, struct error *err);
void draft_drop_macro(struct draft *draft);
void draft_read_macro(struct draft *draft); /* from its file, instead of what is known of it */

/* The writer has seen the ticket as it is now. */
void draft_seen(struct draft *draft, int32_t version, int messages, int64_t now);

/* This agent's own action has brought the ticket to `version`: his kept drafts of it that knew the one before know this one. */
void draft_own_change(const char *place, int64_t ticket_id, int32_t version);

/* Changes a reply into a note or back: renames the file. */
bool draft_make_internal(struct draft *draft, struct error *err);

/* Makes it another ticket's: renames the files. ERROR_REFUSED when that one has such a draft already. */
bool draft_move(struct draft *draft, int64_t ticket_id, struct error *err);

/* Remembers on the disk that this body is on its way under this request; draft_sent_not takes it back after a refusal. */
bool draft_sending(struct draft *draft, struct error *err);
void draft_sent_not(struct draft *draft);
/* Whether the body is another than the one that was sent before under the same request. */
bool draft_changed_since_sent(const struct draft *draft);
/* What another console of the agent has sent of the draft since it was opened here is known: draft_sending does so first. */
void draft_know_sent(struct draft *draft);

/* ---- what was shown of it (draft_shown.c) ----
 * Text, files and what its macro does, as they stand on the disk now, are what the agent has in front of him. */
void draft_shown(struct draft *draft);
void draft_files_shown(struct draft *draft); /* its files only: of the rest stays what was shown */
bool draft_is_as_shown(const struct draft *draft);
bool draft_is_gone(const struct draft *draft); /* another console sent it, or threw it away */
/* Text and macro as they stand on the disk now. */
bool draft_read_again(struct draft *draft, struct error *err);
/* Makes the file again that is gone, with the text that was shown. If something went out under its request id, that is not taken
 * for this text, which is then kept. */
bool draft_put_back(struct draft *draft, struct error *err);
/* What was shown was sent: its files are deleted, unless there is something else in them by now. Then they are a draft of their
 * own, and it is false. */
bool draft_discard_sent(struct draft *draft);

/* Deletes the file and forgets the draft. */
void draft_discard(struct draft *draft);
/* The same, but its files are kept under another name, which is returned: NULL, and the draft is as it was, when that fails. The
 * caller brings them back, unless there is a draft again (ERROR_REFUSED), or deletes them; and frees the name. */
char *draft_set_aside(struct draft *draft, struct error *err);
bool draft_bring_back(
        const char *aside, const char *place, int64_t ticket_id, bool internal, struct error *err);
void draft_delete_aside(const char *aside);
/* Forgets the draft; the file stays. */
void draft_keep(struct draft *draft);

/* The same safety for other texts that are being edited: macros. The path of $XDG_STATE_HOME/sandglass/FOLDER/PLACE/NAME is
 * appended to *path, its directory made; putting keeps the old file or the new one, whatever happens. */
bool draft_file_path(
        const char *folder, const char *place, const char *name, struct strbuf *path, struct error *err);
bool draft_file_put(const char *path, const struct strbuf *text, struct error *err);
bool draft_file_get(const char *path, struct strbuf *out, struct error *err);
/* Opens one that is there and changes nothing. False, and nothing open: it is not there, or cannot be read. */
bool draft_load(struct draft *draft, const char *place, int64_t ticket_id, bool internal, struct error *err);

/* The draft files of the place, in no order; the caller frees them. */
struct draft_file {
	int64_t ticket_id;
	bool internal;
};
struct draft_file *draft_files(const char *place, size_t *count);

/* A name of the state directory, the same for ever: what tells this machine's drafts from another's. */
bool draft_place_id(char *out, size_t size, struct error *err);

/* Whether there is a draft file for this ticket: "reply", "note" or NULL. */
const char *draft_exists(const char *place, int64_t ticket_id);

#endif
