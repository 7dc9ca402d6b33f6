/*
 * The life of the terminal: opening, frames, lending, restoring.
 *
 * Three descriptors. `tty` is the terminal opened anew by its name: O_NONBLOCK is a property of an open file
 * and the one on standard output is shared with the shell and everyone else, so it is never set there. Keys
 * are read from it, frames are written to it. `curses` is the descriptor that curses was given; once the
 * screen is up it is a memfd, so whatever curses writes can be counted, joined and sent at leisure. Standard
 * input and output themselves are only looked at.
 *
 * When the terminal cannot be opened anew (after su its device belongs to somebody else), standard output is
 * written in pieces of at most PIECE bytes, each only after poll said that there is room: a tty that reports
 * POLLOUT takes at least that much without sleeping.
 *
 * What must be sent to leave (keypad, paste mode, colours, cursor, alternate screen) is made once, when the
 * screen comes up, as plain bytes, so that a signal handler can send it.
 */
/* curses has a key_name() of its own, and declares a trace(). */
#define key_name curses_key_name
#include <curses.h>
#include <term.h>
#undef key_name

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/trace.h"
#include "ui/input.h"
#include "ui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

enum {
	PIECE = 512,
	BACKGROUND_MS = 100, /* a later answer to the question for the background would surprise */
	LEAVE_WAIT_MS = 500, /* how long leaving waits for a terminal that does not read */
	LEAVE_BYTES = 256
};

struct terminal {
	SCREEN *screen;
	FILE *curses; /* what curses writes to: the terminal, then the memfd */
	int tty;
	bool pieces;      /* tty is standard output: see above */
	int timer;        /* timerfd of a held ESC */
	int64_t timer_at; /* milliseconds; 0: not armed */

	struct input input;
	struct strbuf out; /* bytes of the last frame that the terminal has not taken */
	uint64_t bytes;
	bool gone;
	bool lent;
	bool in_frame;
	bool stale;       /* the next frame starts blank */
	uint64_t epoch;   /* counts the blank starts */
	int cursor_shown; /* -1: not known */

	bool ascii;
	bool unicode;
	const struct theme *theme;
	attr_t attributes[ROLE_COUNT];

	bool ask;         /* what the background is, with the next frame */
	int64_t asked_at; /* milliseconds; 0: nothing was asked, or the answer is taken or too late */

	struct strbuf enter; /* what is sent before the first frame, and when the terminal comes back */
};

/* What terminal_restore_now() needs, apart from the struct: it may run in a signal handler, and when memory
 * is out. Written before the terminal is touched, `armed` last. */
static struct {
	volatile sig_atomic_t armed;   /* the modes are ours */
	volatile sig_atomic_t entered; /* so is the screen: a frame has begun to go out */
	volatile sig_atomic_t partial; /* the last write may have ended within a sequence */
	int fd;
	struct termios modes;
	char leave[LEAVE_BYTES];
	size_t leave_length;
} restore;

static bool is_open;

/* ---- opening --------------------------------------------------------------------------------- */

static int open_tty(bool *pieces)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	char name[128];
	int fd = -1;
	*pieces = false;
	if (ttyname_r(STDOUT_FILENO, name, sizeof name) == 0)
		fd = open(name, flags);
	/* The device may have no name here (a container) or be another user's (su); the process's own
	 * terminal may be opened all the same. */
	if (fd < 0 && tcgetsid(STDOUT_FILENO) == getsid(0))
		fd = open("/dev/tty", flags);
	if (fd < 0) {
		*pieces = true;
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	}
	return fd;
}

/* The signal handlers that newterm() installs are not wanted: the loop gets its signals by signalfd. */
static SCREEN *quiet_newterm(const char *name, FILE *out)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction old[4];
	for (int i = 0; i < 4; i++)
		sigaction(signals[i], NULL, &old[i]);
	const bool had_padding_set = getenv("NCURSES_NO_PADDING") != NULL;
	setenv("NCURSES_NO_PADDING", "1", 1); /* padding is a sleep, or hundreds of NUL bytes */
	SCREEN *screen = newterm(name, out, stdin);
	if (!had_padding_set)
		unsetenv("NCURSES_NO_PADDING");
	for (int i = 0; i < 4; i++)
		sigaction(signals[i], &old[i], NULL);
	return screen;
}

/* NULL when the description lacks the capability. */
static const char *capability(const char *name)
{
	char writable[16];
	snprintf(writable, sizeof writable, "%s", name);
	const char *value = tigetstr(writable);
	return value && value != (char *)-1 && *value ? value : NULL;
}

/* *type is the description that was found. */
static SCREEN *start_curses(FILE *out, const char **type)
{
	const char *names[] = {getenv("TERM"), "xterm-256color", "xterm", "vt100"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!names[i] || !*names[i])
			continue;
		SCREEN *screen = quiet_newterm(names[i], out);
		if (!screen)
			continue;
		if (capability("cup")) {
			trace("terminal %s, %d colours", names[i], tigetnum("colors"));
			*type = names[i];
			return screen;
		}
		endwin();
		delscreen(screen);
	}
	return NULL;
}

static struct strbuf *collected;

static int collect(int c)
{
	strbuf_addc(collected, (char)c);
	return c;
}

static void add_capability(struct strbuf *out, const char *name, const char *otherwise)
{
	const char *value = capability(name);
	if (!value)
		value = otherwise;
	if (!value)
		return;
	collected = out;
	tputs(value, 1, collect);
}

/* The bytes around everything: application keypad and bracketed paste on; and all of it off again. Only
 * terminals that speak ECMA-48 get the paste mode that their description does not mention. */
static void make_sequences(struct terminal *terminal)
{
	const char *up = capability("cup");
	const bool ansi = up && strncmp(up, "\033[", 2) == 0;
	add_capability(&terminal->enter, "rmacs", NULL);
	add_capability(&terminal->enter, "smkx", NULL);
	add_capability(&terminal->enter, "BE", ansi ? "\033[?2004h" : NULL);

	struct strbuf leave = STRBUF_INIT;
	add_capability(&leave, "BD", ansi ? "\033[?2004l" : NULL);
	add_capability(&leave, "rmkx", NULL);
	add_capability(&leave, "sgr0", NULL);
	add_capability(&leave, "op", NULL);
	add_capability(&leave, "cnorm", NULL);
	if (!capability("rmcup")) /* no other screen to go back to: below what is there */
		strbuf_adds(&leave, tparm(up, 998L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
	add_capability(&leave, "rmcup", "\r\n");
	restore.leave_length = leave.length < LEAVE_BYTES ? leave.length : 0;
	memcpy(restore.leave, leave.data, restore.leave_length);
	strbuf_release(&leave);
}

static void define_keys(struct input *input)
{
	static const struct {
		const char *capability;
		key key;
	} keys[] = {
	        {"kcuu1", KEY_UP_ARROW},
	        {"kcud1", KEY_DOWN_ARROW},
	        {"kcub1", KEY_LEFT_ARROW},
	        {"kcuf1", KEY_RIGHT_ARROW},
	        {"kpp", KEY_PAGE_UP},
	        {"knp", KEY_PAGE_DOWN},
	        {"khome", KEY_HOME_KEY},
	        {"kend", KEY_END_KEY},
	        {"kich1", KEY_INSERT_KEY},
	        {"kdch1", KEY_DELETE_KEY},
	        {"kcbt", KEY_BACKTAB},
	        {"kbs", KEY_BACKSPACE_KEY},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		input_define(input, capability(keys[i].capability), keys[i].key);
}

static void raw_modes(int fd)
{
	struct termios raw = restore.modes;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSANOW, &raw);
}

/* From here on curses writes into memory. */
static bool divert(struct terminal *terminal, struct error *err)
{
	int memory = memfd_create("sandglass-frame", MFD_CLOEXEC);
	if (memory < 0 || dup2(memory, fileno(terminal->curses)) < 0) {
		error_errno(err, ERROR_IO, "cannot set up the screen's memory");
		if (memory >= 0)
			close(memory);
		return false;
	}
	close(memory);
	return fcntl(fileno(terminal->curses), F_SETFD, FD_CLOEXEC) == 0;
}

static void configure_curses(void)
{
	nonl(); /* a line feed only moves down */
	noecho();
	typeahead(-1);
	idlok(stdscr, TRUE); /* a scrolled list is a scrolled region, not a page of new text */
	leaveok(stdscr, TRUE);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
}

/*
 * Whether to ask a terminal of this type for its background. Those that know no such question may show it, so they are not
 * asked; nor is one that calls itself something that this machine has no description of.
 */
static bool may_ask(const char *type)
{
	static const char *const mute[] = {
	        "linux", "dumb", "ansi", "cons", "vt1", "vt2", "vt3", "vt4", "vt5"};
	const char *term = getenv("TERM"), *up = capability("cup");
	if (!term || strcmp(term, type) != 0 || !has_colors() || !up || strncmp(up, "\033[", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
		if (strncmp(term, mute[i], strlen(mute[i])) == 0)
			return false;
	return true;
}

struct terminal *terminal_open(const struct terminal_options *options, struct error *err)
{
	if (is_open || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(err, ERROR_USAGE, "the console needs a terminal on standard input and output");
		return NULL;
	}
	struct terminal *terminal = alloc_bytes(sizeof *terminal);
	*terminal = (struct terminal){.tty = -1, .timer = -1, .cursor_shown = -1, .ascii = options->ascii};
	strbuf_init(&terminal->out);
	strbuf_init(&terminal->enter);
	input_init(&terminal->input);
	terminal->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	terminal->tty = open_tty(&terminal->pieces);
	terminal->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	terminal->curses = out >= 0 ? fdopen(out, "w") : NULL;
	if (terminal->tty < 0 || terminal->timer < 0 || !terminal->curses ||
	        tcgetattr(terminal->tty, &restore.modes) != 0) {
		error_errno(err, ERROR_IO, "cannot open the terminal");
		terminal_close(terminal);
		return NULL;
	}
	restore.fd = terminal->tty;
	restore.leave_length = 0;
	restore.entered = restore.partial = 0;
	restore.armed = 1;
	static bool registered;
	if (!registered)
		registered = atexit(terminal_restore_now) == 0;
	is_open = true;
	const char *type = "";
	terminal->screen = start_curses(terminal->curses, &type);
	if (!terminal->screen) {
		error_set(err, ERROR_USAGE,
		        "TERM=%s is no terminal that can move its cursor, and no description of xterm was found",
		        getenv("TERM") ? getenv("TERM") : "");
		terminal_close(terminal);
		return NULL;
	}
	configure_curses();
	make_sequences(terminal);
	define_keys(&terminal->input);
	terminal->ask = options->ask_background && may_ask(type);
	if (!divert(terminal, err)) {
		terminal_close(terminal);
		return NULL;
	}
	raw_modes(terminal->tty);
	terminal_theme(terminal, options->theme);
	terminal_resized(terminal);
	alloc_on_failure(terminal_restore_now);
	return terminal;
}

/* ---- leaving --------------------------------------------------------------------------------- */

void terminal_restore_now(void)
{
	if (!restore.armed)
		return;
	restore.armed = 0;
	int saved = errno;
	ssize_t ignored = 0;
	if (restore.partial) /* CAN ends the sequence */
		ignored = write(restore.fd, "\030", 1);
	if (restore.entered)
		ignored = write(restore.fd, restore.leave, restore.leave_length);
	(void)ignored;
	tcsetattr(restore.fd, TCSANOW, &restore.modes);
	errno = saved;
}

/* Sends what is left, but does not wait for ever for a terminal that does not read. */
static void drain(struct terminal *terminal)
{
	const int64_t until = clock_ms() + LEAVE_WAIT_MS;
	while (!terminal_ready(terminal) && !terminal->gone && terminal->out.length) {
		int64_t left = until - clock_ms();
		if (left <= 0) {
			strbuf_clear(&terminal->out);
			return;
		}
		struct pollfd fd = {.fd = terminal->tty, .events = POLLOUT};
		poll(&fd, 1, (int)left);
	}
}

/* Length of a "select graphic rendition" (ESC [ digits and semicolons m) with parameters at the beginning; else 0. */
static size_t rendition_length(const char *bytes, size_t length)
{
	size_t at = 2;
	if (length < 4 || bytes[0] != '\033' || bytes[1] != '[')
		return 0;
	while (at < length && (bytes[at] == ';' || (bytes[at] >= '0' && bytes[at] <= '9')))
		at++;
	return at < length && at > 2 && bytes[at] == 'm' ? at + 1 : 0;
}

/*
 * Takes out of a frame what says nothing: the terminal descriptions of the xterm family choose the ASCII character
 * set with every change of attributes, though no other one is ever chosen here, curses takes the colour back just
 * before it takes everything back, and attributes and colour come in two sequences where one will do. It is a fifth of
 * all bytes. Texts have no ESC in them, so only curses' own sequences can match.
 */
static size_t squeeze(char *bytes, size_t length)
{
	static const struct {
		const char *from, *to;
	} table[] = {{"\033[39m\033(B\033[m", "\033[m"}, {"\033[39;49m\033(B\033[m", "\033[m"},
	        {"\033(B\033[m", "\033[m"}, {"\033(B\033[0;", "\033[0;"}};
	size_t to = 0, rendition_end = 0;
	for (size_t at = 0; at < length;) {
		if (bytes[at] != '\033') {
			bytes[to++] = bytes[at++];
			continue;
		}
		for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
			const size_t from = strlen(table[i].from), shorter = strlen(table[i].to);
			if (length - at >= from && memcmp(bytes + at, table[i].from, from) == 0) {
				at += from - shorter;
				memcpy(bytes + at, table[i].to, shorter);
				break;
			}
		}
		size_t rendition = rendition_length(bytes + at, length - at),
		       copied = rendition ? rendition : 1;
		if (rendition && rendition_end && rendition_end == to) {
			bytes[to - 1] = ';';
			at += 2;
			copied -= 2;
		}
		memmove(bytes + to, bytes + at, copied);
		to += copied;
		at += copied;
		rendition_end = rendition ? to : 0;
	}
	return to;
}

/* What curses has written since the last time, appended to the bytes on their way. */
static void collect_frame(struct terminal *terminal)
{
	int fd = fileno(terminal->curses);
	off_t size = lseek(fd, 0, SEEK_CUR);
	if (size <= 0)
		return;
	strbuf_reserve(&terminal->out, (size_t)size);
	ssize_t got = pread(fd, terminal->out.data + terminal->out.length, (size_t)size, 0);
	if (got > 0) {
		terminal->out.length += squeeze(terminal->out.data + terminal->out.length, (size_t)got);
		terminal->out.data[terminal->out.length] = '\0';
	}
	lseek(fd, 0, SEEK_SET);
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	if (terminal->screen) {
		if (!terminal->lent)
			terminal_lend(terminal);
		delscreen(terminal->screen);
	}
	terminal_restore_now();
	if (terminal->curses)
		fclose(terminal->curses);
	if (terminal->timer >= 0)
		close(terminal->timer);
	if (terminal->tty >= 0)
		close(terminal->tty);
	strbuf_release(&terminal->out);
	strbuf_release(&terminal->enter);
	free(terminal);
	alloc_on_failure(NULL);
	is_open = false;
}

void terminal_lend(struct terminal *terminal)
{
	if (terminal->lent)
		return;
	/* endwin() makes the next frame begin anew. What it would send is replaced by the sequence that everyone sends. */
	endwin();
	lseek(fileno(terminal->curses), 0, SEEK_SET);
	if (restore.entered)
		strbuf_add(&terminal->out, restore.leave, restore.leave_length);
	drain(terminal);
	restore.entered = 0;
	terminal->lent = true;
	/* An answer is not for who comes next. */
	if (terminal->asked_at && clock_ms() - terminal->asked_at < INPUT_ANSWER_MS && !terminal->gone)
		tcflush(terminal->tty, TCIFLUSH);
	terminal->asked_at = 0;
	if (!terminal->gone)
		tcsetattr(terminal->tty, TCSANOW, &restore.modes);
	restore.armed = 0;
}

bool terminal_lent(const struct terminal *terminal)
{
	return terminal->lent;
}

void terminal_take_back(struct terminal *terminal)
{
	if (!terminal->lent)
		return;
	/* The other program may have left other modes than it found: those of the shell are what is put back
	 * in the end, so they are not read again. */
	raw_modes(terminal->tty);
	tcflush(terminal->tty, TCIFLUSH);
	input_clear(&terminal->input);
	restore.armed = 1;
	terminal->lent = false;
	terminal->cursor_shown = -1;
	terminal_resized(terminal);
	terminal_repaint(terminal);
}

/* ---- input ----------------------------------------------------------------------------------- */

/* `at` in milliseconds of clock_ms(); 0: never. One more millisecond, since clock_ms() rounds down. */
static void arm_timer(struct terminal *terminal, int64_t at)
{
	if (at == terminal->timer_at)
		return;
	terminal->timer_at = at;
	if (at)
		at++;
	const struct itimerspec when = {.it_value = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000}};
	timerfd_settime(terminal->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

int terminal_poll_fds(struct terminal *terminal, struct pollfd *fds)
{
	if (terminal->gone || terminal->lent)
		return 0;
	fds[0] = (struct pollfd){.fd = terminal->tty, .events = POLLIN};
	if (terminal->out.length)
		fds[0].events |= POLLOUT;
	const bool held = input_deadline(&terminal->input) != 0;
	arm_timer(terminal, input_deadline(&terminal->input));
	if (held)
		fds[1] = (struct pollfd){.fd = terminal->timer, .events = POLLIN};
	return held ? 2 : 1;
}

/* Reads what is there; never waits (with a borrowed descriptor only after poll said that something is). */
static void read_input(struct terminal *terminal)
{
	char bytes[sizeof terminal->input.bytes];
	size_t room = input_room(&terminal->input);
	struct pollfd fd = {.fd = terminal->tty, .events = POLLIN};
	if (!room || poll(&fd, 1, 0) <= 0)
		return;
	if (!(fd.revents & POLLIN)) {
		terminal->gone |= (fd.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
		return;
	}
	ssize_t got = read(terminal->tty, bytes, room);
	if (got > 0)
		input_feed(&terminal->input, bytes, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		terminal->gone = true;
}

bool terminal_key(struct terminal *terminal, key *out)
{
	if (terminal->gone || terminal->lent)
		return false;
	/* What is here already goes first: the terminal is asked once a batch, not once a key. */
	if (!input_deadline(&terminal->input) && input_key(&terminal->input, clock_ms(), out))
		return true;
	read_input(terminal);
	return input_key(&terminal->input, clock_ms(), out);
}

bool terminal_background(struct terminal *terminal, bool *light)
{
	const struct input *input = &terminal->input;
	if (!terminal->asked_at || input->background == BACKGROUND_UNKNOWN)
		return false;
	const bool in_time = input->background_at - terminal->asked_at <= BACKGROUND_MS;
	terminal->asked_at = 0;
	if (in_time)
		*light = input->background == BACKGROUND_LIGHT;
	return in_time;
}

bool terminal_gone(const struct terminal *terminal)
{
	return terminal->gone;
}

/* ---- output ---------------------------------------------------------------------------------- */

static ssize_t write_some(struct terminal *terminal)
{
	size_t length = terminal->out.length;
	if (terminal->pieces) {
		struct pollfd fd = {.fd = terminal->tty, .events = POLLOUT};
		if (poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLOUT)) {
			errno = fd.revents & (POLLERR | POLLHUP) ? EIO : EAGAIN;
			return -1;
		}
		if (length > PIECE)
			length = PIECE;
	}
	return write(terminal->tty, terminal->out.data, length);
}

bool terminal_ready(struct terminal *terminal)
{
	while (terminal->out.length && !terminal->gone && !terminal->lent) {
		ssize_t sent = write_some(terminal);
		if (sent > 0) {
			terminal->bytes += (uint64_t)sent;
			strbuf_remove(&terminal->out, 0, (size_t)sent);
			restore.partial = terminal->out.length != 0;
		} else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			terminal->gone = true;
		} else {
			return false;
		}
	}
	restore.partial = 0;
	return !terminal->out.length && !terminal->gone && !terminal->lent;
}

void terminal_frame_begin(struct terminal *terminal, bool clean)
{
	terminal->in_frame = true;
	if (clean || terminal->stale) {
		erase();
		terminal->epoch++;
		terminal->stale = false;
	}
}

uint64_t terminal_epoch(const struct terminal *terminal)
{
	return terminal->epoch;
}

static void show_cursor(struct terminal *terminal, bool shown)
{
	if (terminal->cursor_shown == shown)
		return;
	terminal->cursor_shown = shown;
	curs_set(shown);
}

void terminal_frame_end(struct terminal *terminal, int cursor_y, int cursor_x)
{
	const bool shown = cursor_y >= 0;
	terminal->in_frame = false;
	leaveok(stdscr, !shown);
	if (shown)
		move(cursor_y, cursor_x);
	wnoutrefresh(stdscr);
	doupdate();
	show_cursor(terminal, shown);
	if (!restore.entered)
		strbuf_add(&terminal->out, terminal->enter.data, terminal->enter.length);
	restore.entered = 1;
	collect_frame(terminal);
	if (terminal->ask) {
		terminal->ask = false;
		terminal->input.asked = true;
		terminal->asked_at = clock_ms();
		strbuf_adds(&terminal->out, "\033]11;?\033\\");
	}
	terminal_ready(terminal);
}

void terminal_repaint(struct terminal *terminal)
{
	clearok(curscr, TRUE);
}

void terminal_bell(struct terminal *terminal)
{
	strbuf_addc(&terminal->out, '\a');
}

uint64_t terminal_bytes(const struct terminal *terminal)
{
	return terminal->bytes;
}

void terminal_resized(struct terminal *terminal)
{
	struct winsize size;
	if (ioctl(terminal->tty, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
	        (size.ws_row != LINES || size.ws_col != COLS)) {
		resizeterm(size.ws_row, size.ws_col);
		terminal->stale = true;
	}
}

int terminal_rows(const struct terminal *terminal)
{
	return LINES;
}

int terminal_columns(const struct terminal *terminal)
{
	return COLS;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static attr_t curses_attributes(uint8_t bits)
{
	static const struct {
		uint8_t bit;
		attr_t attribute;
	} table[] = {
	        {THEME_BOLD, A_BOLD},
	        {THEME_DIM, A_DIM},
	        {THEME_ITALIC, A_ITALIC},
	        {THEME_UNDERLINE, A_UNDERLINE},
	        {THEME_REVERSE, A_REVERSE},
	};
	attr_t attributes = A_NORMAL;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (bits & table[i].bit)
			attributes |= table[i].attribute;
	return attributes;
}

/* Each role has the colour pair of its number + 1: pair 0 is the terminal's own. Eight colours get the bright
 * ones as bold. */
void terminal_theme(struct terminal *terminal, const struct theme *theme)
{
	terminal->theme = theme;
	terminal->stale = true;
	const bool coloured = theme->coloured && has_colors() && COLOR_PAIRS > ROLE_COUNT;
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct theme_style *style = &theme->styles[role];
		if (!coloured) {
			terminal->attributes[role] = curses_attributes(style->mono);
			continue;
		}
		int fg = COLORS >= 256 ? style->fg256 : style->fg16;
		int bg = COLORS >= 256 ? style->bg256 : style->bg16;
		attr_t attributes = curses_attributes(style->attributes);
		if (COLORS < 16 && fg >= 8)
			attributes |= A_BOLD;
		if (COLORS < 16) {
			fg = fg >= 0 ? fg % 8 : fg;
			bg = bg >= 0 ? bg % 8 : bg;
		}
		if (fg >= 0 || bg >= 0) {
			init_extended_pair(role + 1, fg, bg);
			attributes |= (attr_t)COLOR_PAIR(role + 1);
		}
		terminal->attributes[role] = attributes;
	}
	terminal_repaint(terminal);
}

bool terminal_unicode(const struct terminal *terminal)
{
	return terminal->unicode;
}

bool terminal_line_art(const struct terminal *terminal)
{
	return terminal->unicode && !terminal->ascii;
}

/* Most runs are ASCII: they are handed over as finished cells, which costs curses less than adding characters. */
static bool put_plain(int y, int x, attr_t attributes, const wchar_t *text, int length)
{
	enum { MOST = 512 };
	cchar_t cells[MOST];
	if (length > MOST)
		return false;
	for (int i = 0; i < length; i++)
		if (text[i] < L' ' || text[i] > L'~')
			return false;
	const int pair = (int)PAIR_NUMBER(attributes);
	for (int i = 0; i < length; i++)
		cells[i] = (cchar_t){.attr = attributes, .chars = {text[i]}, .ext_color = pair};
	attrset(A_NORMAL); /* curses mixes the window's own attributes in */
	mvadd_wchnstr(y, x, cells, length);
	return true;
}

void terminal_put(
        struct terminal *terminal, int y, int x, enum theme_role role, const wchar_t *text, int length)
{
	if (y < 0 || y >= LINES || x < 0 || x >= COLS || length <= 0)
		return;
	if (put_plain(y, x, terminal->attributes[role], text, length))
		return;
	attrset((int)terminal->attributes[role]);
	mvaddnwstr(y, x, text, length);
}
