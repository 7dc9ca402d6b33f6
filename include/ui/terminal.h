/*
 * The terminal: the only owner of curses. Nothing here blocks.
 *
 * Curses draws into a memory file instead of the terminal: after the screen is up, the descriptor that curses
 * writes to is replaced (dup2) by a memfd. terminal_frame_end() lets curses compute its difference, takes the
 * bytes out of the memfd and writes them to the real terminal, which is opened anew (so that O_NONBLOCK is
 * ours alone) and never waits. What the terminal does not take now stays in a buffer and goes out when poll
 * says POLLOUT; until then no frame is drawn (terminal_ready), so a slow link gets fewer frames, never a
 * longer queue. One frame is one write.
 *
 * Modes (raw input, no echo) are set by termios on the real terminal, and restored on close, on a fatal
 * signal's way out and before another program borrows the terminal.
 */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "base/error.h"
#include "core/key.h"
#include "core/theme.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

struct terminal;

struct terminal_options {
	const struct theme *theme; /* must outlive the terminal, or be replaced by terminal_theme() */
	bool ascii;                /* lines of - | + also where the codeset has better ones */
	bool ask_background;       /* ask it with the first frame, when it is of a type that can answer */
};

/* ERROR_USAGE when there is no terminal; an unknown TERM falls back to xterm-256color, then vt100. One may be
 * open at a time. */
struct terminal *terminal_open(const struct terminal_options *options, struct error *err);
void terminal_close(struct terminal *terminal);
/* For the handlers of fatal failures: puts the modes and the screen back with nothing but async-signal-safe
 * calls. */
void terminal_restore_now(void);

void terminal_theme(struct terminal *terminal, const struct theme *theme);

/* Input, and POLLOUT while bytes wait; after a lone ESC byte also the timer that tells the Esc key from the
 * beginning of a longer sequence. When any of them reports something, call terminal_key() until it says
 * false, and terminal_ready(). Fills at most 2, returns how many. */
int terminal_poll_fds(struct terminal *terminal, struct pollfd *fds);
/* The next key that is there, without waiting; false when there is none. */
bool terminal_key(struct terminal *terminal, key *out);
/*
 * What the terminal has answered about its background, once, after terminal_key() said that there is no more. False when it
 * has not, was not asked, or its answer came later than a tenth of a second after the question: by then the agent is
 * reading, and no colour changes any more.
 */
bool terminal_background(struct terminal *terminal, bool *light);
/* The terminal has gone away (POLLHUP, EIO). */
bool terminal_gone(const struct terminal *terminal);

/* After SIGWINCH. */
void terminal_resized(struct terminal *terminal);
int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);

/* Whether the last frame is out; when false, drawing waits. Sends what the terminal takes. */
bool terminal_ready(struct terminal *terminal);
/*
 * Begins a frame on top of the last one: what is not drawn again stays. With `clean` the screen is blank first (another
 * layout, another size, something was drawn over a view).
 */
void terminal_frame_begin(struct terminal *terminal, bool clean);
/* Another number whenever the screen was blanked: what a view remembers of its last drawing holds only within one. */
uint64_t terminal_epoch(const struct terminal *terminal);
/*
 * What is drawn from here to the end of the frame lies over so many cells from y, x on, which are blank. What the views have
 * drawn there stays theirs, and shows again in the first frame that does not cover it. Once a frame.
 */
void terminal_over(struct terminal *terminal, int y, int x, int rows, int columns);
/*
 * Whether a line that is drawn as a whole, by nothing else within an epoch, must be drawn: `made` (draw_hash()) stands for
 * all that it is made of, and is remembered.
 */
bool terminal_line_is_new(struct terminal *terminal, int y, uint64_t made);
/* The cursor is shown at y, x, or hidden when y is negative. */
void terminal_frame_end(struct terminal *terminal, int cursor_y, int cursor_x);
/* The next frame paints everything anew (R, after a disturbance). */
void terminal_repaint(struct terminal *terminal);
void terminal_bell(struct terminal *terminal);
/* The title of its window until it is closed or another one comes; NULL: the one that was there before. */
void terminal_title(struct terminal *terminal, const char *text);
/* To the clipboard of the terminal (OSC 52): harmless text (text_sanitise()). False: it is of a type that knows none. Whether
 * it does what it is asked to, no terminal says. */
bool terminal_copy(struct terminal *terminal, const char *text);
bool terminal_in_tmux(void);
/* A notification of the desktop (OSC 9), where the terminal makes one. */
void terminal_notify(struct terminal *terminal, const char *text);
/* Whether clicks and the wheel come as keys; the terminal's own selection then needs its Shift. */
void terminal_mouse(struct terminal *terminal, bool on);
/* Whether lines are drawn with - and | only, from the next frame on. */
void terminal_ascii(struct terminal *terminal, bool on);
/* Where the click or turn of the wheel that was the last of them happened. */
void terminal_mouse_at(const struct terminal *terminal, int *y, int *x);
uint64_t terminal_bytes(
        const struct terminal *terminal); /* written since it was opened; for tests and measuring */

/* For :debug. From the beginning of a frame until it is handed to the terminal. */
struct terminal_stats {
	uint64_t frames;
	size_t bytes, most_bytes; /* of the last frame; of the largest one */
	int64_t us, longest_us;   /* the last one took; the longest one */
	char type[64];            /* the description in use */
	int colours;
};
struct terminal_stats terminal_stats(const struct terminal *terminal);

/* ---- for draw.c: one run of cells ------------------------------------------------------------ */

/* Whether the codeset has more than ASCII, and terminal_ascii() did not say otherwise for lines. */
bool terminal_unicode(const struct terminal *terminal);
bool terminal_line_art(const struct terminal *terminal);
/* Puts harmless characters (drawn text passed text_sanitise()) at y, x in the style of a role. */
void terminal_put(
        struct terminal *terminal, int y, int x, enum theme_role role, const wchar_t *text, int length);

/* ---- lending --------------------------------------------------------------------------------- */

/* Gives the terminal to another program (the editor, the shell after ^Z) and takes it back: typed-ahead keys
 * are thrown away, so that nothing typed there can send a reply. */
void terminal_lend(struct terminal *terminal);
bool terminal_lent(const struct terminal *terminal);
void terminal_take_back(struct terminal *terminal);

/* Whether this machine describes a terminal of that name (terminfo). Not while a terminal is open. */
bool terminal_type_known(const char *name);

#endif
