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
#include "terminal_parts.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Last: it makes macros of words such as lines and columns, for tputs(). */
#include <term.h>

enum {
	BACKGROUND_MS = 100, /* a later answer to the question for the background would surprise */
	LEAVE_WAIT_MS = 500  /* how long leaving waits for a terminal that does not read */
};

struct terminal_restore terminal_restore;

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
	signal(SIGTSTP, SIG_IGN); /* or curses would ask for it with each frame, to put it off */
	const bool had_padding_set = getenv("NCURSES_NO_PADDING") != NULL;
	setenv("NCURSES_NO_PADDING", "1", 1); /* padding is a sleep, or hundreds of NUL bytes */
	SCREEN *screen = newterm(name, out, stdin);
	if (!had_padding_set)
		unsetenv("NCURSES_NO_PADDING");
	for (int i = 0; i < 4; i++)
		sigaction(signals[i], &old[i], NULL);
	return screen;
}

const char *terminal_capability(const char *name)
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
		if (terminal_capability("cup")) {
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
	const char *value = terminal_capability(name);
	if (!value)
		value = otherwise;
	if (!value)
		return;
	collected = out;
	tputs(value, 1, collect);
}

/* The bytes before everything: application keypad and bracketed paste on; what follows switches them off again. Only
 * terminals that speak ECMA-48 get the paste mode that their description does not mention. */
static void make_enter(struct terminal *terminal)
{
	const char *up = terminal_capability("cup");
	const bool ansi = up && strncmp(up, "\033[", 2) == 0;
	add_capability(&terminal->enter, "rmacs", NULL);
	add_capability(&terminal->enter, "smkx", NULL);
	add_capability(&terminal->enter, "BE", ansi ? "\033[?2004h" : NULL);
}

void terminal_make_leave(struct terminal *terminal)
{
	const char *up = terminal_capability("cup");
	const bool ansi = up && strncmp(up, "\033[", 2) == 0;
	struct strbuf leave = STRBUF_INIT;
	if (terminal->mouse)
		strbuf_adds(&leave, TERMINAL_MOUSE_OFF);
	if (terminal->titled)
		terminal_title_back(terminal, &leave);
	add_capability(&leave, "BD", ansi ? "\033[?2004l" : NULL);
	add_capability(&leave, "rmkx", NULL);
	add_capability(&leave, "sgr0", NULL);
	add_capability(&leave, "op", NULL);
	add_capability(&leave, "cnorm", NULL);
	if (!terminal_capability("rmcup")) /* no other screen to go back to: below what is there */
		strbuf_adds(&leave, tparm(up, 998L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
	add_capability(&leave, "rmcup", "\r\n");
	terminal_restore.leave_length = 0;
	memcpy(terminal_restore.leave, leave.data, leave.length < LEAVE_BYTES ? leave.length : 0);
	terminal_restore.leave_length = leave.length < LEAVE_BYTES ? leave.length : 0;
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
		input_define(input, terminal_capability(keys[i].capability), keys[i].key);
}

static void raw_modes(int fd)
{
	struct termios raw = terminal_restore.modes;
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
	leaveok(stdscr, TRUE);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
}

/*
 * Whether a terminal of this type may be sent more than its description names. Those that do not know such a sequence may
 * show it, so they are not; nor is one that calls itself something that this machine has no description of.
 */
static bool speaks(const char *type)
{
	static const char *const mute[] = {
	        "linux", "dumb", "ansi", "cons", "vt1", "vt2", "vt3", "vt4", "vt5"};
	const char *term = getenv("TERM"), *up = terminal_capability("cup");
	if (!term || strcmp(term, type) != 0 || !up || strncmp(up, "\033[", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
		if (strncmp(term, mute[i], strlen(mute[i])) == 0)
			return false;
	return true;
}

/* How a title is set. The capabilities were made for a status line of the terminal's own, and some descriptions (screen's)
 * name one that is not the title, so they are believed only where they say what everybody else does. */
static void find_title(struct terminal *terminal)
{
	const char *begin = terminal_capability("tsl"), *end = terminal_capability("fsl");
	const bool known =
	        begin && end && strncmp(begin, "\033]", 2) == 0 && strlen(begin) < 16 && strlen(end) < 16;
	snprintf(terminal->title_begin, sizeof terminal->title_begin, "%s", known ? begin : "\033]2;");
	snprintf(terminal->title_end, sizeof terminal->title_end, "%s", known ? end : "\a");
}

struct terminal *terminal_open(const struct terminal_options *options, struct error *err)
{
	if (is_open || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(err, ERROR_USAGE, _("the console needs a terminal on standard input and output"));
		return NULL;
	}
	struct terminal *terminal = alloc_bytes(sizeof *terminal);
	*terminal = (struct terminal){.tty = -1, .timer = -1, .cursor_shown = -1, .ascii = options->ascii};
	strbuf_init(&terminal->out);
	strbuf_init(&terminal->enter);
	strbuf_init(&terminal->title);
	input_init(&terminal->input);
	terminal->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	terminal->tty = open_tty(&terminal->pieces);
	terminal->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	terminal->curses = out >= 0 ? fdopen(out, "w") : NULL;
	if (terminal->tty < 0 || terminal->timer < 0 || !terminal->curses ||
	        tcgetattr(terminal->tty, &terminal_restore.modes) != 0) {
		error_errno(err, ERROR_IO, "cannot open the terminal");
		terminal_close(terminal);
		return NULL;
	}
	terminal_restore.fd = terminal->tty;
	terminal_restore.leave_length = 0;
	terminal_restore.entered = terminal_restore.partial = 0;
	terminal_restore.armed = 1;
	static bool registered;
	if (!registered)
		registered = atexit(terminal_restore_now) == 0;
	is_open = true;
	const char *type = "";
	terminal->screen = start_curses(terminal->curses, &type);
	if (!terminal->screen) {
		error_set(err, ERROR_USAGE,
		        _("TERM=%s is no terminal that can move its cursor, and no description of xterm was found"),
		        getenv("TERM") ? getenv("TERM") : "");
		terminal_close(terminal);
		return NULL;
	}
	configure_curses();
	make_enter(terminal);
	terminal_make_leave(terminal);
	define_keys(&terminal->input);
	terminal->speaks = speaks(type);
	terminal->stats.colours = COLORS;
	snprintf(terminal->stats.type, sizeof terminal->stats.type, "%s", type);
	terminal->ask = options->ask_background && terminal->speaks && has_colors();
	find_title(terminal);
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
	if (!terminal_restore.armed)
		return;
	terminal_restore.armed = 0;
	int saved = errno;
	ssize_t ignored = 0;
	if (terminal_restore.partial) /* CAN ends the sequence */
		ignored = write(terminal_restore.fd, "\030", 1);
	if (terminal_restore.entered)
		ignored = write(terminal_restore.fd, terminal_restore.leave, terminal_restore.leave_length);
	(void)ignored;
	tcsetattr(terminal_restore.fd, TCSANOW, &terminal_restore.modes);
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

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	if (terminal->screen) {
		if (!terminal->lent)
			terminal_lend(terminal);
		terminal_over_forget(terminal);
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
	strbuf_release(&terminal->title);
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
	if (terminal_restore.entered)
		strbuf_add(&terminal->out, terminal_restore.leave, terminal_restore.leave_length);
	drain(terminal);
	terminal_restore.entered = 0;
	terminal->titled = false;
	terminal_make_leave(terminal);
	terminal->lent = true;
	/* An answer is not for who comes next. */
	if (terminal->asked_at && clock_ms() - terminal->asked_at < INPUT_ANSWER_MS && !terminal->gone)
		tcflush(terminal->tty, TCIFLUSH);
	terminal->asked_at = 0;
	if (!terminal->gone)
		tcsetattr(terminal->tty, TCSANOW, &terminal_restore.modes);
	terminal_restore.armed = 0;
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
	terminal_restore.armed = 1;
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

/* Reads what is there; never waits (with a borrowed descriptor only after poll said that something is). A short read has
 * taken all that there was. */
static void read_input(struct terminal *terminal)
{
	char bytes[sizeof terminal->input.bytes];
	const size_t room = input_room(&terminal->input);
	struct pollfd fd = {.fd = terminal->tty, .events = POLLIN};
	if (!room || (terminal->pieces && poll(&fd, 1, 0) <= 0))
		return;
	const ssize_t got = read(terminal->tty, bytes, room);
	terminal->drained = got > 0 && (size_t)got < room;
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
	if (!terminal->drained)
		read_input(terminal);
	const bool is = input_key(&terminal->input, clock_ms(), out);
	terminal->drained &= is; /* the end of the batch: the next call asks again */
	return is;
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

void terminal_resized(struct terminal *terminal)
{
	struct winsize size;
	if (ioctl(terminal->tty, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
	        (size.ws_row != LINES || size.ws_col != COLS)) {
		terminal_over_forget(terminal);
		resizeterm(size.ws_row, size.ws_col);
		terminal->stale = true;
	}
}
