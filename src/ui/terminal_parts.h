/*
 * The inside of the terminal, for the files that make it up:
 *
 *   terminal.c        opening, leaving, keys, lending it to another program
 *   terminal_frame.c  frames: what curses makes of the cells, and how it gets out
 *   terminal_says.c   what goes to the terminal beside the cells
 */
#ifndef UI_TERMINAL_PARTS_H
#define UI_TERMINAL_PARTS_H

/* curses has a key_name() of its own, and declares a trace(). */
#define key_name curses_key_name
#include <curses.h>
#undef key_name

#include "base/strbuf.h"
#include "ui/input.h"
#include "ui/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>

enum { LEAVE_BYTES = 512, LINES_REMEMBERED = 256 };

struct terminal {
	SCREEN *screen;
	FILE *curses; /* what curses writes to: the terminal, then the memfd */
	int tty;
	bool pieces;      /* tty is standard output: see above */
	int timer;        /* timerfd of a held ESC */
	int64_t timer_at; /* milliseconds; 0: not armed */

	struct input input;
	bool drained;      /* the last read has taken all that there was */
	struct strbuf out; /* bytes of the last frame that the terminal has not taken */
	uint64_t bytes;
	bool gone;
	bool lent;
	bool in_frame;
	bool stale;       /* the next frame starts blank */
	uint64_t epoch;   /* counts the blank starts */
	int cursor_shown; /* -1: not known */

	/* What lies over the views. */
	WINDOW *over; /* NULL: nothing has lain there yet at this size */
	bool is_over; /* in this frame */
	int over_y, over_x;
	int covered_y, covered_rows; /* by the last frame */

	uint64_t made_epoch, made[LINES_REMEMBERED]; /* see terminal_line_is_new() */

	int64_t begun_us; /* the frame */
	struct terminal_stats stats;

	bool ascii;
	bool unicode;
	const struct theme *theme;
	attr_t attributes[ROLE_COUNT];

	bool ask;         /* what the background is, with the next frame */
	int64_t asked_at; /* milliseconds; 0: nothing was asked, or the answer is taken or too late */

	bool speaks; /* the control sequences of the xterm family: see terminal_says.c */
	char title_begin[16], title_end[16];
	struct strbuf title; /* ours; empty: none */
	bool titled;         /* the title on the screen is ours */
	bool mouse;          /* it is asked for */

	struct strbuf enter; /* what is sent before the first frame, and when the terminal comes back */
};

/* What terminal_restore_now() needs, apart from the struct: it may run in a signal handler, and when memory
 * is out. Written before the terminal is touched, `armed` last. */
extern struct terminal_restore {
	volatile sig_atomic_t armed;   /* the modes are ours */
	volatile sig_atomic_t entered; /* so is the screen: a frame has begun to go out */
	volatile sig_atomic_t partial; /* the last write may have ended within a sequence */
	int fd;
	struct termios modes;
	char leave[LEAVE_BYTES];
	size_t leave_length;
} terminal_restore;

/* Clicks and the wheel, in the coordinates of SGR (mode 1006), which end in a letter of their own. */
#define TERMINAL_MOUSE_ON  "\033[?1000h\033[?1006h"
#define TERMINAL_MOUSE_OFF "\033[?1006l\033[?1000l"

/* Makes anew what is sent to leave: what has been switched on is switched off by it. */
void terminal_make_leave(struct terminal *terminal);
/* Before a frame goes out: makes the screen ours, if it is not. */
void terminal_enter(struct terminal *terminal);
/* Appends our title. */
void terminal_title_on(struct terminal *terminal, struct strbuf *out);
/* Appends what gives the terminal back the title that it had. */
void terminal_title_back(struct terminal *terminal, struct strbuf *out);

/* The window of what lies over the views is given back: the screen has another size, or ends. */
void terminal_over_forget(struct terminal *terminal);

/* What the terminal's description says; NULL when it lacks the capability. */
const char *terminal_capability(const char *name);

#endif
