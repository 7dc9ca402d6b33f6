/*
 * The state of the console, shared by the files of app and by nobody else. One struct, no globals: a handler gets
 * it and changes it, and the loop draws once after each batch of events when `dirty` is set.
 *
 *   console.c     start, the loop, the end
 *   state.c       what all of them need: time, places, the target of a key, news
 *   complete.c    what may follow what is typed: names of commands, their arguments
 *   copy.c        y: to the clipboard
 *   dispatch.c    a key becomes a command; preconditions; prompts
 *   commands.c    moving about: lines, places, search
 *   saved.c       saved views
 *   find.c        what a search on the server has found
 *   views.c       which tickets the list shows: the view and the filter
 *   options.c     :set, :theme
 *   attention.c   the bell, notifications, the title of the terminal
 *   pick.c        a list to pick one of
 *   help.c        the pages that are made of tables: keys, messages
 *   debug.c       the page of connection, terminal and memory
 *   explain.c     the page that explains a reply clock
 *   actions.c     sending actions, showing them before they are confirmed, taking them back when they are refused
 *   undo.c        what can be taken back, and `u`
 *   marks.c       marking tickets; which of them a key acts on
 *   bulk.c        one command for one ticket or for all that are marked
 *   assign.c      giving a ticket to an agent
 *   next.c        the next ticket
 *   status.c      status, priority, claim, and the question when a customer waits
 *   tags.c        tags, and their completion
 *   change.c      subject, requester, organization, team
 *   incident.c    linking to an incident
 *   merge.c       merging, and taking that apart
 *   customer.c    the customer pane
 *   call.c        a phone call becomes a ticket
 *   contacts.c    people whom the desk knows, for completion
 *   macro.c       macros: picking one, what it does, its text into a draft
 *   macro_edit.c  keeping macros: :macro save, edit, delete
 *   reply.c       editor, draft, preview
 *   send.c        sending what the preview shows
 *   circular.c    a text for all marked tickets
 *   recall.c      replies that can still be taken back
 *   drafts.c      all drafts of the agent, here and on the server
 *   news.c        what others did while something is written
 *   moved.c       drafts of tickets that were merged into another one
 *   presence.c    who else is at which ticket
 *   draft.c       the draft's file
 *   draft_shown.c what was shown of it, against what stands in the file
 *   editor.c      running the agent's editor
 *   connection.c  what the link's news mean: rows, names, live and offline, conversations
 *   thread.c      more of a long thread, as the agent scrolls
 *   mentions.c    notes that mention the agent
 *   attach.c      files that go along with a reply or note
 *   draft_files.c the copies of them beside the draft
 *   fetch.c       those that only the server has
 *   files.c       looking at a ticket's files, and saving them
 *   mouse.c       clicks and the wheel
 *   footer.c      the keys that work here and now
 *   screen.c      the frame: which view is drawn where
 */
#ifndef APP_STATE_H
#define APP_STATE_H

#include "app/attach.h"
#include "app/attention.h"
#include "app/bulk.h"
#include "app/call.h"
#include "app/circular.h"
#include "app/complete.h"
#include "app/console.h"
#include "app/contacts.h"
#include "app/copy.h"
#include "app/customer.h"
#include "app/draft.h"
#include "app/drafts.h"
#include "app/fetch.h"
#include "app/files.h"
#include "app/find.h"
#include "app/macro.h"
#include "app/mentions.h"
#include "app/mouse.h"
#include "app/moved.h"
#include "app/news.h"
#include "app/next.h"
#include "app/pick.h"
#include "app/presence.h"
#include "app/recall.h"
#include "app/saved.h"
#include "app/thread.h"
#include "app/undo.h"
#include "core/columns.h"
#include "core/command.h"
#include "core/conversation.h"
#include "core/filter.h"
#include "core/marks.h"
#include "core/queue.h"
#include "core/sort.h"
#include "store/link.h"
#include "ui/frame.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/queue_view.h"
#include "ui/terminal.h"
#include "ui/ticket_view.h"

#include <sys/types.h>

/* ---- places: what the keys mean; they lie on one another, the last one is on top ---------------- */

enum place {
	PLACE_QUEUE,
	PLACE_TICKET,
	PLACE_CUSTOMER,
	PLACE_HELP,
	PLACE_MESSAGES,
	PLACE_TIMER,
	PLACE_SUMMARY,
	PLACE_FILE,
	PLACE_DEBUG,
	PLACE_PREVIEW,
	PLACE_GUARD,
	PLACE_PICKER,
	PLACE_COUNT
};

enum { PLACES_MOST = 8, KEYS_MOST = 4, CONVERSATIONS_KEPT = 24 };

/* ---- a row that does not live in the queue ------------------------------------------------------ */

/* A copy with its own strings. */
struct kept_row {
	struct ticket_row row;
	char *strings[6]; /* owned: what row's pointers point at */
};

void kept_row_set(struct kept_row *kept, const struct ticket_row *row);
void kept_row_release(struct kept_row *kept);

/* ---- actions that the server has not confirmed -------------------------------------------------- */

struct console;

/* What to do when an action has ended; `result->error.kind` says how. */
struct pending_action;
typedef void action_then(
        struct console *console, struct pending_action *one, const struct action_result *result);

struct pending_action {
	struct pending_action *next; /* in the order in which they were made */
	struct console *console;
	struct action action;
	bool sent;                  /* false: waits for the one before it on the same ticket */
	struct kept_row before;     /* the row as it was, to go back to */
	char *said;                 /* owned: the line that is shown when it is confirmed; NULL for none */
	action_then *then;          /* may be NULL */
	struct next_choice *choice; /* owned: of CLAIM_NEXT with a filter; NULL: none */
	struct draft *draft;        /* owned: what a reply or note was written in; NULL for other actions */
	bool of_many;               /* one ticket of many (app/bulk.h): what becomes of it only `then` says */
	size_t part;                /* which of them */
	int64_t left_for; /* where the cursor went when this took its ticket out of the list; 0: it did not */
};

/* ---- messages ----------------------------------------------------------------------------------- */

struct said {
	enum theme_role role;
	instant at;
	char *text; /* owned */
};

/* ---- conversations that were read --------------------------------------------------------------- */

struct kept_conversation {
	struct conversation conversation; /* ticket_id 0: empty slot */
	uint64_t used;                    /* when it was last looked at, for eviction */
	instant waits; /* since when, or from when on, a reply in it waits for delivery; INSTANT_NONE */
	instant came;  /* when it was read */
	uint64_t revision;
};

/* What stood on the screen: which views, where. */
struct layout {
	enum place place;
	bool split, wide;
	uint64_t rule; /* where the lines between the panes were drawn, as a hash */
};

struct console {
	const struct console_options *options;
	struct settings settings;
	struct theme theme;
	bool light; /* the terminal has answered that its background is */
	struct terminal *terminal;
	struct link *link;

	/* what the link fills */
	struct queue *queue;
	struct directory directory;
	uint64_t directory_revision; /* counts its reloads */
	struct identity identity;
	int64_t server_offset_us;

	/* where the agent is */
	enum place places[PLACES_MOST];
	int depth; /* places[depth] is on top */
	enum view_setting view;
	struct filter *filter; /* owned; NULL: none */
	char *filter_shown;    /* owned: its text; NULL: none */
	struct listing *listing;
	struct sorter sorter;   /* what the listing is ordered by */
	struct columns columns; /* what it shows */
	struct saved_views saved;
	struct find find;
	int64_t target; /* the ticket that the keys being typed act on: chosen by the first key, whatever moves meanwhile */
	int32_t target_version; /* as it was then: what the agent saw */
	int64_t selected;       /* the ticket under the cursor; 0: none */
	size_t position; /* of the selected one in the listing, as it was last drawn; SIZE_MAX: not in it */
	struct kept_row
	        selected_row; /* as it was last seen: when it leaves the list, the cursor stays near */
	int64_t opened;       /* the ticket on the screen in PLACE_TICKET */
	int64_t fetched;      /* a ticket that is not in the queue and was asked for, to be opened; 0: none */
	int64_t awaited; /* an undo is about it: until the next key it comes in front as soon as it is here; 0: none */
	int64_t brought; /* the same, and the list would not show it: it does while the cursor is on it; 0: none */
	struct marks
	        returning; /* tickets that the agent's own undo brings back or moves up: they are not new */
	int64_t shown; /* the ticket in the peek or the other pane: console_ticket() once the cursor rests */
	int64_t rest_ms; /* clock_ms() when the cursor that a key has moved will have rested; INT64_MAX: it rests */
	struct attention attention;
	struct copying copying;
	struct mouse mouse;
	struct queue_view queue_view;
	struct ticket_view *ticket_view;
	struct ticket_peek ticket_peek;
	struct customers customers;
	struct queue_counts counts; /* of the title, as of counts_revision and counts_at */
	uint64_t counts_revision;
	instant counts_at;
	size_t new_above; /* rows that came above the first one shown since the cursor last moved */
	char *search;     /* owned; NULL: nothing was searched */

	/* conversations */
	struct kept_conversation kept[CONVERSATIONS_KEPT];
	uint64_t conversation_counter;
	int64_t conversation_asked;         /* the ticket that was asked for, 0: none */
	int32_t conversation_asked_version; /* the row's version then */
	struct thread thread;
	struct files files;
	struct attach attach;
	struct fetch fetch;
	struct mentions mentions;
	struct worker *worker;             /* owned: what may wait for a disk */
	int64_t read_ticket, read_message; /* what was last marked as read */

	/* keys */
	key typed[KEYS_MOST];
	size_t typed_count;
	bool pasting; /* between the marks of a bracketed paste */
	struct prompt prompt;
	void (*prompt_done)(struct console *console, const char *text);
	void (*prompt_changed)(struct console *console, const char *text); /* after each key; may be NULL */
	char prompt_label[120];
	bool prompt_answered; /* prompt_done is running */
	struct history command_history;
	struct history search_history;
	struct history filter_history;
	struct filter_candidates filter_candidates; /* what the prompt was last offered */
	struct completions completions;             /* the same where words were completed */
	struct contacts contacts;                   /* people found for an address that is typed */
	struct completions line_completions;        /* the same as whole `:` lines */
	struct pager page;                          /* help, messages or a timer */
	struct pick pick;                           /* the list to pick from */

	/* marks */
	struct marks marks;
	struct marks awaited_marks; /* marked as soon as they are in the queue (an undo brings them back) */
	int64_t mark_anchor;        /* where V begins: the ticket that was marked last; 0: none */
	struct aim aim;     /* the marked tickets that the keys being typed act on; none: the target */
	struct aim guarded; /* the same of those that the guard asks about */
	size_t marks_shown; /* how many of them the list shows, as of these revisions */
	uint64_t marks_shown_marks, marks_shown_list;

	/* actions */
	struct pending_action *pending;
	struct bulk bulk;
	struct undoable undo[UNDO_MOST];
	size_t undo_count;
	struct action asked; /* the status change that the guard or a prompt asks about */

	/* writing */
	struct draft draft;
	struct pager preview;
	struct pager guard;      /* the question about a waiting customer */
	int32_t preview_version; /* the ticket's version that the writer has looked at */
	struct own_change own_change;
	pid_t editor; /* 0: not running */
	struct call call;
	struct circular circular; /* a text for many tickets */
	void (*editor_ended)(struct console *console, int wait_status);
	struct macros macros;

	struct presence presence;
	struct drafts drafts;
	struct recall recall; /* replies that were sent from here */

	/* what was said */
	struct said message; /* shown now; text NULL: nothing */
	struct said *log;    /* the last ones, oldest first */
	size_t log_count;

	/* the loop */
	bool dirty;
	struct layout layout;
	bool leaving; /* the agent asked to leave; the loop ends when nothing waits for the server */
	bool left;
	bool lost;         /* the terminal is gone */
	bool silent;       /* the title calls the server silent */
	instant next_tick; /* server time at which something on the screen changes by itself */
	struct error fatal;
};

/* ---- console.c ---- */
/* Makes what all bytes 0 do not say, and lets it all go: the console around its link and terminal. */
void console_prepare(struct console *console);
void console_release(struct console *console);

/* ---- state.c ---- */
int64_t console_now_us(const struct console *console); /* server time, microseconds */
instant console_now(const struct console *console);    /* server time, whole seconds */
int console_utc_offset(const struct console *console); /* of the agent's zone, now, in seconds */
void console_say(struct console *console, enum theme_role role, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
void console_unsay(struct console *console);

enum place console_place(const struct console *console);
void console_enter(struct console *console, enum place place);
void console_leave(struct console *console); /* the top place; the queue stays */
bool console_has_place(const struct console *console, enum place place);
enum command_scope place_scope(enum place place);
int64_t console_ticket(
        const struct console *console); /* the one in front of the agent: open, or under the cursor; 0 none */
/* The row that the command acts on: of the ticket that was in front of the agent at its first key. NULL when there was
 * none, or it has left the queue since. */
const struct ticket_row *console_row(const struct console *console);
/* A first key: from here on the ticket in front is the target; after an undo the one that it was about, in front or not. */
void console_aim(struct console *console);
bool console_is_split(const struct console *console);
bool console_is_wide(const struct console *console); /* so much that the customer has a pane too */

/* ---- dispatch.c ---- */
void dispatch_key(struct console *console, key k);
void dispatch_command(struct console *console, enum command_id id, const char *argument);
/* Asks for one line; `complete` and `history` may be NULL. `done` gets the text, not when it was cancelled. */
void prompt_ask(struct console *console, const char *label, const char *initial, prompt_complete *complete,
        struct history *history, void (*done)(struct console *console, const char *text));

/* The answer to a prompt is refused: it opens again with the text and says why, so that what is typed next is still text.
 * Where `done` was called for a `:` line instead, it is only said. */
void prompt_refuse(struct console *console, void (*done)(struct console *console, const char *text),
        const char *text, const char *mistake);

#define COMMAND(id, name, keys, scope, needs, takes, help)                                                   \
	void command_##id(struct console *console, const char *argument);
#include "core/commands.def"
#undef COMMAND

/* ---- commands.c ---- */
void select_ticket(struct console *console, int64_t id);
/* Whether the list shows it above the cursor. */
bool ticket_is_above(const struct console *console, int64_t id);
/* The ticket that an undo is about comes in front of the agent: now, or, until the next key, when it is here. */
void ticket_to_front(struct console *console, int64_t id);
/* Beside or below the list stands the ticket that the keys act on: before each frame, and when the cursor that a key has
 * moved has rested for a moment. */
void show_what_keys_act_on(struct console *console);
void list_refresh(
        struct console *console); /* after rows changed: the cursor stays on its ticket and on its line */
void open_ticket(struct console *console, int64_t id);
/* The same of any ticket, also a closed one: the server is asked for what is not in the queue. */
void open_number(struct console *console, int64_t id);
int64_t next_ticket(const struct console *console,
        int64_t id); /* the one below in the list, or above at its end; 0 none */

/* ---- views.c ---- */
bool is_mine(const struct ticket_row *row, const void *identity); /* a queue_filter */
void show_view(struct console *console, enum view_setting view);
/* Takes over the filter that the text says, "" for none; the list is not shown anew. False: *mistake, nothing changed. */
bool filter_set(struct console *console, const char *text, struct filter_mistake *mistake);
/* The list shows this ticket, whatever view and filter say, until it is another one (0: none) or the cursor leaves it. */
void views_bring(struct console *console, int64_t id);
/* Before the list is looked at: what view and filter show by themselves is not brought any more. */
void views_follow_brought(struct console *console);
/* The list by what the filter says now; the cursor stays on its ticket. */
void list_filter_again(struct console *console);
/* How many open tickets match the filter. False: it has a mistake. */
bool views_count(struct console *console, const char *filter, size_t *out);
/* Before the list is looked at: rows that time has moved in or out are. */
void views_follow_time(struct console *console);
void views_follow_desk(struct console *console); /* after the names or the settings have changed */
void views_sort(struct console *console, struct sort_order order);
/* Names as in the setting; "" for what the setting says. False: *err, nothing changed. */
/* Candidates for the last of several names that begin at `from` in the line. */
size_t complete_column_names(
        struct console *console, size_t from, const char *line, struct candidate *out, size_t room);
bool views_columns(struct console *console, const char *names, struct error *err);

/* ---- actions.c ---- */
/* Sends it, shows its effect at once. Takes over *action's content. `said` may be NULL. */
struct pending_action *action_send(
        struct console *console, struct action *action, const char *said, action_then *then);
/* The same for one of many tickets: nothing is said, it is no undo of its own, and the list is the caller's to refresh. */
void action_send_of_many(struct console *console, struct action *action, size_t part, action_then *then);
/* After rows came: unconfirmed changes are drawn over them again. */
void actions_redraw(struct console *console);
bool action_is_pending(const void *console, int64_t ticket_id);
size_t actions_waiting(const struct console *console); /* not confirmed by the server yet */
void actions_release(struct console *console);

/* ---- status.c ---- */
const char *agent_label(const struct console *console, int32_t agent_id);
/* An action that sets action->status, of what is aimed at. Where a customer waits whose ticket that would hide, the guard asks
 * first. Takes over its content. */
void status_act(struct console *console, struct action *action);
/* The same question before a note whose macro sets the status. True: it is asked. */
bool status_guards_note(struct console *console, int64_t ticket_id, enum status status);

/* ---- merge.c ---- */
int64_t merged_into(struct console *console, int64_t id); /* 0: nowhere, or it is not known yet */

/* ---- reply.c ---- */
void reply_preview_body(struct console *console, const char *body);
/* What the preview says when the line that ends the text is gone, or somebody wrote below it. */
void reply_preview_line(struct console *console);
/* What a macro does beside the text, and what it left open in the text. */
void reply_preview_macro(struct console *console);
void reply_preview_refresh(struct console *console); /* an open preview says what has changed meanwhile */
int32_t reply_ticket_version(const struct console *console); /* of the draft's ticket, as it is known now */
/* Another console of this agent has changed the draft on the disk since it was shown: it is shown as it stands there, and the
 * text that was shown is kept beside it. */
bool reply_follow_disk(struct console *console);
void draft_place(const struct console *console, struct strbuf *place); /* whose drafts they are */
/* Hands the terminal to the agent's editor; `ended` gets what waitpid() said of it. False, and said: it cannot be started. */
bool edit_file(
        struct console *console, const char *path, void (*ended)(struct console *console, int wait_status));
void reply_edit(struct console *console); /* the draft at hand, then its preview */
/* Puts a text and what goes with it into the draft of the target, a new one or the one that there is, and shows it. */
void reply_insert(
        struct console *console, bool internal, const char *text, const struct macro_actions *actions);
/* The same of the draft at hand; "" adds only what goes with it. */
void reply_put_in(
        struct console *console, const char *text, const char *below, const struct macro_actions *actions);
/* Takes back a :discard. False: there is a newer draft, which is said. */
bool reply_undiscard(struct console *console, struct undoable *undo);

/* ---- send.c ---- */
/* Sends the note in the preview: the question about the waiting customer is answered. */
void reply_send_note(struct console *console, bool wait_goes_on);

/* ---- reply.c, again ---- */
void reply_own_change(struct console *console, int64_t ticket_id,
        int32_t version); /* kept drafts and sent replies know it */
/* Makes the draft of a reply from what was taken back, unless there is one. */
bool reply_keep_text(struct console *console, const struct recallable *recalled, struct error *err);

/* ---- options.c ---- */
void language_follow(struct console *console);       /* speaks the language of the settings */
void theme_follow_terminal(struct console *console); /* "auto": the terminal may have answered */

/* ---- help.c ---- */
/* A page that fills console->page: takes the place of another one that lies on top. */
void page_begin(struct console *console, const char *title);
void page_show(struct console *console, enum place place);

/* ---- explain.c ---- */
void explain_show(struct console *console, const struct explanation *explanation);

/* ---- debug.c ---- */
void debug_refresh(struct console *console); /* of an open page */

/* ---- connection.c ---- */
void connection_news(struct console *console, unsigned news);
/* Whether the server owes an answer for so long that calling it live would be a lie, and the clock_ms() when it will be
 * (INT64_MAX: it owes none, or it is called so already). */
bool connection_is_silent(const struct console *console);
int64_t connection_silent_at(const struct console *console);
const struct conversation *conversation_of(struct console *console, int64_t ticket_id, uint64_t *revision);
/* To be changed: what is in it counts as new. NULL: it is not here. */
struct conversation *conversation_to_extend(struct console *console, int64_t ticket_id);
/* The ticket is opened, or the agent asks: is a reply in it, which waited for delivery, sent by now? */
void conversation_look_again(struct console *console, int64_t ticket_id);
void conversation_want(
        struct console *console); /* sees to it that the ticket in view is, or will be, there */
void conversation_mark_read(struct console *console);

/* ---- footer.c ---- */
/* Whether the command can do something here and now, as far as is known here: footer and completion offer no other. */
bool command_works(const struct console *console, enum command_id id);
/* Whether the login may change tickets on this server. */
bool console_may_act(const struct console *console);
void footer_show(struct console *console);
/* The keys of the hint over that column, as it is written ("s", "Enter"); false: there is none. */
bool footer_keys_at(const struct console *console, int column, char *out, size_t size);

/* ---- screen.c ---- */
void screen_draw(struct console *console);

#endif
