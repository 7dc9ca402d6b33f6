/*
 * One line that is being typed, with completion and history: `:`, `/`, the reason for a hold, the name of an
 * assignee.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "base/strbuf.h"
#include "ui/draw.h"

enum prompt_result { PROMPT_EDITING, PROMPT_DONE, PROMPT_CANCELLED };

/* Fills up to `room` candidates for the text typed before the cursor (each a whole replacement of it, owned by the
 * caller of the prompt until the next call) with a word of help each; returns how many. */
struct candidate {
	const char *text;
	const char *help;
	const char *shown; /* in the list, where the whole text would be too much; NULL: the text */
};
typedef size_t prompt_complete(void *context, const char *text, struct candidate *out, size_t room);

struct history {
	char **lines; /* owned, oldest first */
	size_t count;
};
void history_add(struct history *history, const char *line);
void history_release(struct history *history);

struct prompt {
	bool active;
	char label[64]; /* ":", "/", "hold for whom? " */
	struct strbuf text;
	size_t cursor; /* bytes; always at a grapheme's beginning */
	prompt_complete *complete;
	void *context;
	struct history *history; /* NULL: none */
	size_t history_at;
	int candidate; /* chosen with Tab; -1: none */
	char *typed; /* owned: what stood before the cursor at the first Tab, which the candidates are of; NULL before it */
	char *behind;         /* owned: what stood behind the cursor then */
	bool pasting;         /* between the ends of a bracketed paste */
	bool cut;             /* the last key, or what was pasted, did not fit; the note says so */
	struct strbuf pasted; /* what came of the paste so far */
	char *note;           /* owned: a line about the text, above it; NULL: none */
	enum theme_role note_role;
};

/* All bytes 0 is a closed prompt. */

void prompt_open(struct prompt *prompt, const char *label, const char *initial, prompt_complete *complete,
        void *context, struct history *history);
/* Enter ends it, Esc or backspace in an empty line cancels. Left, Right, Home, End, ^A ^E ^U ^W, Del, Up/Down
 * history, Tab and Backtab walk the candidates; a single one is taken. A paste's line ends become blanks. */
enum prompt_result prompt_key(struct prompt *prompt, key k);
void prompt_close(struct prompt *prompt);
/* Says what is wrong with the text, or what it means, in a line above it; NULL: nothing. */
void prompt_say(struct prompt *prompt, enum theme_role role, const char *text);
/* Only the text, in so many cells from y, x on. */
void prompt_draw_text(const struct prompt *prompt, struct terminal *terminal, int y, int x, int columns,
        int *cursor_y, int *cursor_x);
/* The line at y, the note and candidates above it. Gives the cursor's cell. */
void prompt_draw(struct prompt *prompt, struct terminal *terminal, int y, int *cursor_y, int *cursor_x);

#endif
