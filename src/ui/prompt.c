/*
 * The line editor. The text is UTF-8; the cursor moves by grapheme clusters, so that a letter and its accents
 * are one thing to the agent.
 */
#include "ui/prompt.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"
#include "core/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 32, CANDIDATES_SHOWN = 8, TYPED_LEAST = 20, HISTORY_MOST = 200, TEXT_MOST = 4000 };

#define CONTROL(letter) ((letter)&0x1f)

/* ---- history --------------------------------------------------------------------------------- */

void history_add(struct history *history, const char *line)
{
	if (!*line || (history->count && strcmp(history->lines[history->count - 1], line) == 0))
		return;
	if (history->count == HISTORY_MOST) {
		free(history->lines[0]);
		memmove(history->lines, history->lines + 1, --history->count * sizeof *history->lines);
	}
	history->lines = alloc_grow(history->lines, history->count + 1, sizeof *history->lines);
	history->lines[history->count++] = alloc_copy(line);
}

void history_release(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	free(history->lines);
	*history = (struct history){0};
}

/* ---- clusters -------------------------------------------------------------------------------- */

/* Bytes of the cluster at `at`: the shortest prefix that fills a column, or two. */
static size_t cluster_length(const struct strbuf *text, size_t at)
{
	int used;
	for (int columns = 1; columns <= 2; columns++) {
		size_t length = text_fit(text->data + at, text->length - at, columns, &used);
		if (length)
			return length;
	}
	return text->length - at;
}

static size_t cluster_before(const struct strbuf *text, size_t at)
{
	size_t begin = 0;
	for (size_t next = 0; next < at;) {
		begin = next;
		next += cluster_length(text, next);
	}
	return begin;
}

/* ---- editing --------------------------------------------------------------------------------- */

static void set_text(struct prompt *prompt, const char *text)
{
	strbuf_clear(&prompt->text);
	text_sanitise(&prompt->text, text, strlen(text), TEXT_ONE_LINE);
	prompt->cursor = prompt->text.length;
}

void prompt_open(struct prompt *prompt, const char *label, const char *initial, prompt_complete *complete,
        void *context, struct history *history)
{
	prompt_close(prompt);
	*prompt = (struct prompt){.active = true,
	        .complete = complete,
	        .context = context,
	        .history = history,
	        .history_at = history ? history->count : 0,
	        .candidate = -1};
	snprintf(prompt->label, sizeof prompt->label, "%s", label);
	strbuf_init(&prompt->text);
	strbuf_init(&prompt->pasted);
	set_text(prompt, initial ? initial : "");
}

static void forget_candidates(struct prompt *prompt)
{
	free(prompt->typed);
	free(prompt->behind);
	prompt->typed = prompt->behind = NULL;
	prompt->candidate = -1;
}

void prompt_say(struct prompt *prompt, enum theme_role role, const char *text)
{
	free(prompt->note);
	prompt->note = alloc_copy(text);
	prompt->note_role = role;
}

void prompt_close(struct prompt *prompt)
{
	if (prompt->text.data)
		strbuf_release(&prompt->text);
	if (prompt->pasted.data)
		strbuf_release(&prompt->pasted);
	forget_candidates(prompt);
	prompt_say(prompt, ROLE_TEXT, NULL);
	prompt->active = false;
}

static void say_cut(struct prompt *prompt)
{
	char text[160];
	snprintf(text, sizeof text, _("a line has room for %d bytes; what did not fit was left out"),
	        TEXT_MOST);
	prompt_say(prompt, ROLE_WARNING, text);
	prompt->cut = true;
}

/* Fails when there is no room for it. */
static bool insert(struct prompt *prompt, const char *bytes, size_t length)
{
	struct strbuf joined = STRBUF_INIT;
	if (prompt->text.length + length > TEXT_MOST)
		return false;
	/* The whole line passes the sanitiser again: a mark typed alone has nothing to stand on, one typed after a
	 * letter joins it. */
	strbuf_add(&joined, prompt->text.data, prompt->cursor);
	strbuf_add(&joined, bytes, length);
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, joined.data, joined.length, TEXT_ONE_LINE);
	const size_t cursor = clean.length;
	strbuf_adds(&clean, prompt->text.data + prompt->cursor);
	strbuf_release(&joined);
	strbuf_release(&prompt->text);
	prompt->text = clean;
	prompt->cursor = cursor;
	return true;
}

static void insert_key(struct prompt *prompt, key k)
{
	char bytes[4];
	if (!insert(prompt, bytes, utf8_put(bytes, k)))
		say_cut(prompt);
}

static void remove_range(struct prompt *prompt, size_t from, size_t to)
{
	strbuf_remove(&prompt->text, from, to - from);
	prompt->cursor = from;
}

static void remove_word(struct prompt *prompt)
{
	size_t from = prompt->cursor;
	while (from && prompt->text.data[from - 1] == ' ')
		from--;
	while (from && prompt->text.data[from - 1] != ' ')
		from--;
	remove_range(prompt, from, prompt->cursor);
}

static void walk_history(struct prompt *prompt, int step)
{
	const struct history *history = prompt->history;
	if (!history || (step < 0 && !prompt->history_at) ||
	        (step > 0 && prompt->history_at >= history->count))
		return;
	prompt->history_at += (size_t)step;
	set_text(prompt, prompt->history_at < history->count ? history->lines[prompt->history_at] : "");
}

/* Candidates are those of the text that was typed, not of the one that Tab has put there: choosing walks the
 * list, typing begins a new one. */
static size_t candidates_of(const struct prompt *prompt, struct candidate *out)
{
	if (!prompt->complete)
		return 0;
	if (prompt->typed)
		return prompt->complete(prompt->context, prompt->typed, out, CANDIDATES);
	char *text = alloc_copy_n(prompt->text.data, prompt->cursor);
	const size_t count = prompt->complete(prompt->context, text, out, CANDIDATES);
	free(text);
	return count;
}

static void take_candidate(struct prompt *prompt, const char *text)
{
	set_text(prompt, text);
	strbuf_adds(&prompt->text, prompt->behind);
}

static void walk_candidates(struct prompt *prompt, int step)
{
	struct candidate list[CANDIDATES];
	if (prompt->candidate < 0) {
		forget_candidates(prompt);
		prompt->behind = alloc_copy(prompt->text.data + prompt->cursor);
		prompt->typed = alloc_copy_n(prompt->text.data, prompt->cursor);
	}
	const int count = (int)candidates_of(prompt, list);
	if (!count)
		return;
	if (prompt->candidate < 0)
		prompt->candidate = step > 0 ? 0 : count - 1;
	else
		prompt->candidate = (prompt->candidate + step + count) % count;
	take_candidate(prompt, list[prompt->candidate].text);
	if (count == 1)
		forget_candidates(prompt); /* the next Tab goes on from here */
}

/* Keys that move or delete. False: it is none of them. */
static bool edit_key(struct prompt *prompt, key k)
{
	const size_t at = prompt->cursor, end = prompt->text.length;
	switch (k) {
	case KEY_LEFT_ARROW:
		prompt->cursor = cluster_before(&prompt->text, at);
		return true;
	case KEY_RIGHT_ARROW:
		prompt->cursor += at < end ? cluster_length(&prompt->text, at) : 0;
		return true;
	case KEY_HOME_KEY:
	case CONTROL('A'):
		prompt->cursor = 0;
		return true;
	case KEY_END_KEY:
	case CONTROL('E'):
		prompt->cursor = end;
		return true;
	case KEY_BACKSPACE_KEY:
		remove_range(prompt, cluster_before(&prompt->text, at), at);
		return true;
	case KEY_DELETE_KEY:
		remove_range(prompt, at, at < end ? at + cluster_length(&prompt->text, at) : at);
		return true;
	case CONTROL('U'):
		remove_range(prompt, 0, at);
		return true;
	case CONTROL('W'):
		remove_word(prompt);
		return true;
	default:
		return false;
	}
}

/* Inside a paste everything is text: its Enter sends nothing, its Esc closes nothing. It becomes a part of the line as a whole, at
 * its end: a megabyte is not looked at letter by letter. */
static void paste_key(struct prompt *prompt, key k)
{
	char bytes[4];
	if (k == KEY_PASTE_END) {
		prompt->pasting = false;
		insert(prompt, prompt->pasted.data, prompt->pasted.length);
		strbuf_release(&prompt->pasted);
		return;
	}
	if (k >= KEY_FIRST || k == KEY_ESC || k == KEY_BACKSPACE_KEY || prompt->cut)
		return;
	const size_t length = utf8_put(bytes, k < ' ' ? ' ' : k);
	if (prompt->text.length + prompt->pasted.length + length > TEXT_MOST)
		say_cut(prompt);
	else
		strbuf_add(&prompt->pasted, bytes, length);
}

enum prompt_result prompt_key(struct prompt *prompt, key k)
{
	if (prompt->pasting) {
		paste_key(prompt, k);
		return PROMPT_EDITING;
	}
	prompt->cut = false;
	if (k == KEY_TAB || k == KEY_BACKTAB) {
		walk_candidates(prompt, k == KEY_TAB ? 1 : -1);
		return PROMPT_EDITING;
	}
	forget_candidates(prompt);
	if (k == KEY_ENTER_KEY) {
		if (prompt->history)
			history_add(prompt->history, prompt->text.data);
		return PROMPT_DONE;
	}
	if (k == KEY_ESC || k == CONTROL('C') || k == CONTROL('G') ||
	        (k == KEY_BACKSPACE_KEY && !prompt->text.length))
		return PROMPT_CANCELLED;
	if (k == KEY_PASTE_BEGIN)
		prompt->pasting = true;
	else if (k == KEY_UP_ARROW || k == KEY_DOWN_ARROW)
		walk_history(prompt, k == KEY_UP_ARROW ? -1 : 1);
	else if (!edit_key(prompt, k) && k >= ' ' && k < KEY_FIRST)
		insert_key(prompt, k);
	return PROMPT_EDITING;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static const char *label_of(const struct candidate *candidate)
{
	return candidate->shown ? candidate->shown : candidate->text;
}

struct shown {
	struct candidate list[CANDIDATES];
	int first, count; /* of them fit */
};

static void draw_candidates(
        const struct prompt *prompt, struct terminal *terminal, int y, const struct shown *shown)
{
	const int columns = terminal_columns(terminal);
	int widest = 0;
	for (int i = 0; i < shown->count; i++) {
		const int width = draw_width(terminal, label_of(&shown->list[shown->first + i]), columns / 2);
		widest = width > widest ? width : widest;
	}
	for (int i = 0; i < shown->count; i++) {
		const struct candidate *candidate = &shown->list[shown->first + i];
		const bool chosen = shown->first + i == prompt->candidate;
		draw_text(terminal, y + i, 0, 1, ROLE_SELECTED, chosen ? ">" : " ");
		draw_text(
		        terminal, y + i, 2, widest, chosen ? ROLE_SELECTED : ROLE_TEXT, label_of(candidate));
		draw_text(terminal, y + i, widest + 4, columns, ROLE_DIM,
		        candidate->help ? candidate->help : "");
	}
}

static void choose_shown(const struct prompt *prompt, struct shown *shown, int room)
{
	const int count = (int)candidates_of(prompt, shown->list);
	shown->count = count < CANDIDATES_SHOWN ? count : CANDIDATES_SHOWN;
	shown->count = shown->count < room ? shown->count : room;
	shown->first = prompt->candidate >= shown->count ? prompt->candidate - shown->count + 1 : 0;
}

/* The text is shown from the cluster on that leaves the cursor on the screen. */
void prompt_draw_text(const struct prompt *prompt, struct terminal *terminal, int y, int x, int columns,
        int *cursor_y, int *cursor_x)
{
	size_t from = 0;
	while (text_width(prompt->text.data + from, prompt->cursor - from) > columns - 1)
		from += cluster_length(&prompt->text, from);
	draw_text(terminal, y, x, columns, ROLE_TEXT, prompt->text.data + from);
	*cursor_y = y;
	*cursor_x = x + text_width(prompt->text.data + from, prompt->cursor - from);
}

void prompt_draw(struct prompt *prompt, struct terminal *terminal, int y, int *cursor_y, int *cursor_x)
{
	const int columns = terminal_columns(terminal), note = prompt->note && y > 0 ? 1 : 0;
	struct shown shown;
	choose_shown(prompt, &shown, y - note);
	terminal_over(terminal, y - note - shown.count, 0, shown.count + note + 1, columns);
	draw_candidates(prompt, terminal, y - note - shown.count, &shown);
	if (note)
		draw_text(terminal, y - 1, 0, columns, prompt->note_role, prompt->note);
	const int typed = columns / 2 < TYPED_LEAST ? columns / 2 : TYPED_LEAST;
	const int x = draw_text(terminal, y, 0, columns - typed, ROLE_PROMPT, prompt->label);
	prompt_draw_text(prompt, terminal, y, x, columns - x, cursor_y, cursor_x);
}
