/*
 * The terminal's promises: nothing waits, everything is put back, nothing typed elsewhere becomes a command.
 */
#include "stage.h"

#include "app/state.h"
#include "base/clock.h"
#include "conf/theme.h"
#include "ui/draw.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void fill(struct stage *stage, int number)
{
	terminal_frame_begin(stage->terminal, true);
	for (int y = 0; y < terminal_rows(stage->terminal); y++)
		draw_textf(stage->terminal, y, 0, 200, ROLE_TEXT, "frame %d line %d %0*d", number, y, 100,
		        number * 7919 + y * 31);
	terminal_frame_end(stage->terminal, -1, 0);
}

static struct termios modes_of(const struct stage *stage)
{
	struct termios modes;
	cr_assert_eq(tcgetattr(stage->slave, &modes), 0);
	return modes;
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	       a->c_cflag == b->c_cflag;
}

/* A terminal that stopped reading (^S, a dead link) gets no more frames, costs no time, and shows the latest state
 * when it goes on. A frame that waited would wait for ever: nobody reads until the end. */
Test(terminal, stops_reading)
{
	struct stage stage;
	stage_open(&stage, 50, 200, "dark", NULL);
	int drawn = 0;
	for (int i = 0; i < 200; i++) {
		if (!terminal_ready(stage.terminal))
			continue;
		fill(&stage, i);
		drawn++;
	}
	cr_expect_lt(drawn, 100, "frames were queued: %d", drawn);
	struct pollfd fds[2];
	cr_assert_eq(terminal_poll_fds(stage.terminal, fds), 1);
	cr_expect(fds[0].events & POLLOUT);
	stage_pump(&stage);
	cr_assert(terminal_ready(stage.terminal));
	cr_assert_eq(terminal_poll_fds(stage.terminal, fds), 1);
	cr_expect_eq(fds[0].events, POLLIN);
	fill(&stage, 999);
	stage_pump(&stage);
	cr_expect_eq(
	        strncmp(stage_line(&stage, 49), "frame 999 line 49 ", 18), 0, "%s", stage_line(&stage, 49));
	/* Leaving does not wait for it either, and still puts the modes back. */
	fill(&stage, 1);
	while (terminal_ready(stage.terminal))
		fill(&stage, ++drawn);
	terminal_close(stage.terminal);
	stage.terminal = NULL;
	struct termios modes = modes_of(&stage);
	cr_expect(modes.c_lflag & ICANON);
	stage_close(&stage);
}

Test(terminal, lent_and_taken_back)
{
	struct stage stage;
	stage_bare(&stage, 24, 80, NULL);
	struct termios before = modes_of(&stage);
	stage_close(&stage);
	stage_open(&stage, 24, 80, "dark", NULL);
	struct termios ours = modes_of(&stage);
	cr_expect_not(ours.c_lflag & (ICANON | ECHO | ISIG));
	fill(&stage, 1);
	stage_pump(&stage);
	stage_type(&stage, "a");
	key k;
	cr_assert(terminal_key(stage.terminal, &k) && k == 'a');

	terminal_lend(stage.terminal);
	stage_pump(&stage);
	struct termios lent = modes_of(&stage);
	cr_expect(same_modes(&before, &lent), "the editor gets the modes of the shell");
	cr_expect_str_eq(stage_line(&stage, 0), "", "the screen of before is back");
	cr_expect_not(terminal_key(stage.terminal, &k));
	struct pollfd fds[2];
	cr_expect_eq(terminal_poll_fds(stage.terminal, fds), 0, "its keys are the editor's");
	stage_type(&stage, "y\ry\r");

	terminal_take_back(stage.terminal);
	struct termios again = modes_of(&stage);
	cr_expect(same_modes(&ours, &again));
	cr_expect_not(terminal_key(stage.terminal, &k), "a key that was typed for the editor came in: %d", k);
	fill(&stage, 2);
	stage_pump(&stage);
	cr_expect_eq(strncmp(stage_line(&stage, 3), "frame 2 line 3 ", 15), 0, "%s", stage_line(&stage, 3));
	stage_type(&stage, "b");
	cr_expect(terminal_key(stage.terminal, &k) && k == 'b');
	terminal_close(stage.terminal);
	stage.terminal = NULL;
	stage_pump(&stage);
	struct termios after = modes_of(&stage);
	cr_expect(same_modes(&before, &after));
	cr_expect_str_eq(stage_line(&stage, 3), "");
	stage_close(&stage);
}

static void on_signal(int number)
{
	terminal_restore_now();
	_exit(100 + number);
}

static void leave_by_signal(struct stage *stage)
{
	signal(SIGABRT, on_signal);
	raise(SIGABRT);
}

/* Runs after what terminal_open() registered and before the leak sanitizer, which a forked child confuses. */
static void end_here(void)
{
	_exit(0);
}

static void leave_by_exit(struct stage *stage)
{
	exit(0);
}

static void leave_before_first_frame(struct stage *stage)
{
	terminal_close(stage->terminal);
	_exit(0);
}

static void leave_while_lent(struct stage *stage)
{
	terminal_lend(stage->terminal);
	terminal_close(stage->terminal);
	_exit(0);
}

/* However the program ends, the shell gets its modes and its screen back. */
Test(terminal, every_way_out)
{
	static const struct {
		const char *name;
		void (*leave)(struct stage *);
		bool frame;
	} ways[] = {{"signal", leave_by_signal, true}, {"exit without close", leave_by_exit, true},
	        {"close before the first frame", leave_before_first_frame, false},
	        {"close while lent", leave_while_lent, true}};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct stage stage;
		stage_bare(&stage, 24, 80, NULL);
		struct termios before = modes_of(&stage);
		vterm_input_write(stage.vterm, "$ sandglass\r\n", 13);
		pid_t child = fork();
		if (child == 0) {
			struct error err;
			atexit(end_here);
			stage_theme(&stage, "dark");
			const struct terminal_options options = {.theme = &stage.theme};
			stage.terminal = terminal_open(&options, &err);
			if (!stage.terminal)
				_exit(99);
			if (ways[i].frame)
				fill(&stage, 1);
			ways[i].leave(&stage);
			_exit(98);
		}
		int status;
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_expect_neq(WEXITSTATUS(status), 98, "%s", ways[i].name);
		cr_expect_neq(WEXITSTATUS(status), 99, "%s", ways[i].name);
		stage_pump(&stage);
		struct termios after = modes_of(&stage);
		cr_expect(same_modes(&before, &after), "%s: modes", ways[i].name);
		cr_expect_str_eq(stage_line(&stage, 0), "$ sandglass", "%s: screen", ways[i].name);
		cr_expect_str_eq(stage_line(&stage, 1), "", "%s: screen", ways[i].name);
		stage_close(&stage);
	}
}

/* A lone ESC becomes the Esc key after 25 ms without anyone waiting; the beginning of a sequence does not. */
Test(terminal, escape_key)
{
	struct stage stage;
	struct pollfd fds[2];
	key k;
	stage_open(&stage, 24, 80, "dark", NULL);
	stage_type(&stage, "\033");
	/* Whoever waits here has the Esc key to return in the end. */
	cr_assert_not(terminal_key(stage.terminal, &k));
	cr_assert_eq(terminal_poll_fds(stage.terminal, fds), 2);
	cr_assert_eq(poll(&fds[1], 1, 5000), 1, "the timer wakes the loop");
	cr_assert(terminal_key(stage.terminal, &k));
	cr_expect_eq(k, KEY_ESC);
	cr_expect_eq(terminal_poll_fds(stage.terminal, fds), 1);

	stage_type(&stage, "\033");
	cr_assert_not(terminal_key(stage.terminal, &k));
	stage_type(&stage, "[A\033[200~\033[201~");
	cr_assert(terminal_key(stage.terminal, &k));
	cr_expect_eq(k, KEY_UP_ARROW);
	cr_assert(terminal_key(stage.terminal, &k) && k == KEY_PASTE_BEGIN);
	cr_assert(terminal_key(stage.terminal, &k) && k == KEY_PASTE_END);
	stage_close(&stage);
}

/* The terminal's window was closed: that is seen at once, and is no reason to spin. */
Test(terminal, gone)
{
	struct stage stage;
	struct pollfd fds[2];
	key k;
	stage_open(&stage, 24, 80, "dark", NULL);
	fill(&stage, 1);
	signal(SIGHUP, SIG_IGN);
	close(stage.master);
	cr_expect_not(terminal_key(stage.terminal, &k));
	cr_expect(terminal_gone(stage.terminal));
	cr_expect_not(terminal_ready(stage.terminal));
	cr_expect_eq(terminal_poll_fds(stage.terminal, fds), 0,
	        "a descriptor that is always ready is a busy loop");
	terminal_close(stage.terminal);
	vterm_free(stage.vterm);
}

/* After su the device belongs to another user and cannot be opened anew: standard output is written in small pieces,
 * and that does not wait either. */
Test(terminal, not_ours_to_open)
{
	struct stage stage;
	struct error err;
	stage_bare(&stage, 50, 200, NULL);
	stage_theme(&stage, "dark");
	cr_assert_eq(fchmod(stage.slave, 0), 0);
	const bool root = geteuid() == 0;
	cr_assert(!root || seteuid(65534) == 0);
	const struct terminal_options options = {.theme = &stage.theme};
	stage.terminal = terminal_open(&options, &err);
	cr_assert(!root || seteuid(0) == 0);
	cr_assert(stage.terminal, "%s", err.text);
	cr_expect_not(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, "what is shared keeps its flags");
	fill(&stage, 1);
	stage_pump(&stage);
	cr_expect_eq(
	        strncmp(stage_line(&stage, 49), "frame 1 line 49 ", 16), 0, "%s", stage_line(&stage, 49));
	for (int i = 0; i < 100; i++)
		if (terminal_ready(stage.terminal))
			fill(&stage, i);
	stage_pump(&stage);
	key k;
	stage_type(&stage, "x");
	cr_expect(terminal_key(stage.terminal, &k) && k == 'x');
	stage_close(&stage);
}

Test(terminal, descriptions)
{
	static const char *const terms[] = {"no-such-terminal", "dumb", "", "screen-256color",
	        "tmux-256color", "rxvt-unicode", "xterm", "linux", "vt220", "ansi"};
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		struct stage stage;
		stage_open(&stage, 24, 80, "dark", terms[i]);
		fill(&stage, 5);
		stage_pump(&stage);
		cr_expect_eq(strncmp(stage_line(&stage, 23), "frame 5 line 23 ", 16), 0, "%s: %s", terms[i],
		        stage_line(&stage, 23));
		stage_close(&stage);
	}
}

Test(terminal, none_there)
{
	struct error err;
	struct theme theme = {0};
	const struct terminal_options options = {.theme = &theme};
	int null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	cr_expect_null(terminal_open(&options, &err));
	cr_expect_eq(err.kind, ERROR_USAGE);
	terminal_restore_now();
	close(null);
}

/* Growing and shrinking, wide characters at the edge, and a locale without Unicode. */
Test(terminal, sizes_and_codesets)
{
	struct stage stage;
	stage_open(&stage, 24, 80, "dark", NULL);
	static const int sizes[][2] = {{45, 160}, {3, 9}, {1, 1}, {24, 80}};
	for (size_t i = 0; i < 4; i++) {
		stage_resize(&stage, sizes[i][0], sizes[i][1]);
		cr_expect_eq(terminal_rows(stage.terminal), sizes[i][0]);
		cr_expect_eq(terminal_columns(stage.terminal), sizes[i][1]);
		fill(&stage, 3);
		draw_text(stage.terminal, 0, sizes[i][1] - 1, 5, ROLE_TEXT, "東京");
		stage_pump(&stage);
	}
	cr_expect_eq(strncmp(stage_line(&stage, 23), "frame 3 line 23 ", 16), 0);
	stage_close(&stage);

	stage_bare(&stage, 24, 80, NULL);
	setlocale(LC_ALL, "C");
	stage_theme(&stage, "dark");
	struct error err;
	const struct terminal_options options = {.theme = &stage.theme};
	stage.terminal = terminal_open(&options, &err);
	cr_assert(stage.terminal);
	terminal_frame_begin(stage.terminal, true);
	draw_rule(stage.terminal, 0, 0, 12, "ab");
	draw_text(stage.terminal, 1, 0, 20, ROLE_TEXT, "é Привет 東京 ok");
	draw_text(stage.terminal, 2, 0, 4, ROLE_TEXT, "longer");
	stage_frame_end(&stage, -1, 0);
	cr_expect_str_eq(stage_line(&stage, 0), "-- ab ------");
	cr_expect_str_eq(stage_line(&stage, 1), "? ?????? ???? ok");
	cr_expect_str_eq(stage_line(&stage, 2), "lon~");
	stage_close(&stage);
}

/* ---- what the background is --------------------------------------------------------------------- */

static const char question[] = "\033]11;?\033\\";

/* The console's part that follows the terminal, on a fresh stage: its first frame is out. */
static void open_console(struct stage *stage, struct console *console, const char *theme, const char *term)
{
	struct error err;
	stage_bare(stage, 24, 80, term);
	*console = (struct console){0};
	snprintf(console->settings.theme, sizeof console->settings.theme, "%s", theme);
	cr_assert(theme_load(theme, &console->theme, &err), "%s", err.text);
	const struct terminal_options options = {
	        .theme = &console->theme, .ask_background = theme_is_guess(theme)};
	stage->terminal = console->terminal = terminal_open(&options, &err);
	cr_assert(stage->terminal, "%s", err.text);
	fill(stage, 1);
}

/* Whether the bytes that a terminal would read hold the question. */
static bool was_asked(struct stage *stage)
{
	struct strbuf bytes = STRBUF_INIT;
	char some[65536];
	for (bool more = true; more;) {
		more = !terminal_ready(stage->terminal);
		const ssize_t got = read(stage->master, some, sizeof some);
		if (got > 0)
			strbuf_add(&bytes, some, (size_t)got);
		more |= got > 0;
	}
	bool asked = memmem(bytes.data, bytes.length, question, sizeof question - 1) != NULL;
	strbuf_release(&bytes);
	return asked;
}

/* The keys that come in until the terminal is quiet and nothing is held. */
static int keys_that_come(struct stage *stage)
{
	struct pollfd fds[2];
	int keys = 0;
	key k;
	for (;;) {
		while (terminal_key(stage->terminal, &k))
			keys++;
		if (terminal_poll_fds(stage->terminal, fds) < 2)
			return keys;
		cr_assert_gt(poll(fds, 2, 5000), 0, "what is held is never let go");
	}
}

/* The console begins dark; light it becomes by an answer that comes in time, and by nothing else. */
Test(terminal, answers_what_its_background_is)
{
	static const struct {
		const char *answer;
		int late_ms;
		const char *theme;
	} cases[] = {
	        {"\033]11;rgb:0000/0000/0000\033\\", 0, "dark"},
	        {"\033]11;rgb:ffff/ffff/ffff\033\\", 0, "light"},
	        {"\033]11;rgb:fd/f6/e3\a", 0, "light"},
	        {"", 0, "dark"},
	        {"\033]11;rgb:garbage/go/quit\033\\", 0, "dark"},
	        {"\033]11;\a\033]11\a\033]\a", 0, "dark"},
	        {"\033]11;rgb:ffff/ff", 0, "dark"},
	        {"\033]", 0, "dark"},
	        {"\033]11;rgb:ffff/ffff/ffff\a", 150, "dark"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		static struct console console;
		const int64_t begin = clock_ms();
		open_console(&stage, &console, "auto", NULL);
		cr_expect_str_eq(console.theme.name, "dark", "at once");
		cr_expect(was_asked(&stage));
		poll(NULL, 0, cases[i].late_ms);
		stage_type(&stage, cases[i].answer);
		cr_expect_eq(keys_that_come(&stage), 0, "case %zu: an answer is no key", i);
		theme_follow_terminal(&console);
		if (strcmp(cases[i].theme, "light") == 0 && clock_ms() - begin > 90) {
			stage_close(&stage); /* this machine was too busy for an answer in time */
			i--;
			continue;
		}
		cr_expect_str_eq(console.theme.name, cases[i].theme, "case %zu", i);
		cr_expect_eq(console.dirty, strcmp(cases[i].theme, "light") == 0, "case %zu", i);
		fill(&stage, 2);
		cr_expect_not(was_asked(&stage), "it is asked once");
		stage_type(&stage, "j");
		cr_expect_eq(keys_that_come(&stage), 1, "case %zu: keys work as before", i);
		stage_close(&stage);
	}
}

Test(terminal, is_not_asked)
{
	static const struct {
		const char *theme, *term, *variable, *value;
	} cases[] = {{"dark", NULL, NULL, NULL}, {"mono", NULL, NULL, NULL}, {"auto", "linux", NULL, NULL},
	        {"auto", "dumb", NULL, NULL}, {"auto", "vt100", NULL, NULL}, {"auto", "no-such", NULL, NULL},
	        {"auto", NULL, "NO_COLOR", "1"}, {"auto", NULL, "COLORFGBG", "15;0"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		static struct console console;
		if (cases[i].variable)
			setenv(cases[i].variable, cases[i].value, 1);
		open_console(&stage, &console, cases[i].theme, cases[i].term);
		cr_expect_not(was_asked(&stage), "case %zu", i);
		stage_type(&stage, "\033]11;rgb:ffff/ffff/ffff\a");
		cr_expect_eq(keys_that_come(&stage), 0);
		theme_follow_terminal(&console);
		cr_expect_not(console.dirty, "case %zu: nobody has asked", i);
		if (cases[i].variable)
			unsetenv(cases[i].variable);
		stage_close(&stage);
	}
}

/* What lies over the views leaves them as they were, whatever they drew meanwhile. */
Test(terminal, over_the_views)
{
	struct stage stage;
	stage_open(&stage, 24, 80, "mono", NULL);
	terminal_frame_begin(stage.terminal, true);
	for (int y = 0; y < 24; y++)
		draw_text(stage.terminal, y, 0, 80, ROLE_TEXT, "a view");
	stage_frame_end(&stage, -1, 0);
	const uint64_t epoch = terminal_epoch(stage.terminal);

	terminal_frame_begin(stage.terminal, false);
	terminal_over(stage.terminal, 20, 0, 3, 80);
	draw_text(stage.terminal, 21, 0, 80, ROLE_TEXT, "over");
	draw_text(stage.terminal, 19, 0, 80, ROLE_TEXT, "not in its lines");
	stage_frame_end(&stage, 21, 4);
	cr_expect_str_eq(stage_line(&stage, 19), "a view");
	cr_expect_str_eq(stage_line(&stage, 20), "");
	cr_expect_str_eq(stage_line(&stage, 21), "over");

	terminal_frame_begin(stage.terminal, false);
	draw_text(stage.terminal, 20, 0, 80, ROLE_TEXT, "another view");
	terminal_over(stage.terminal, 21, 2, 2, 40);
	draw_text(stage.terminal, 22, 2, 80, ROLE_TEXT, "smaller");
	stage_frame_end(&stage, 22, 7);
	cr_expect_str_eq(stage_line(&stage, 20), "another view");
	cr_expect_str_eq(stage_line(&stage, 21), "a");
	cr_expect_str_eq(stage_line(&stage, 22), "a smaller");

	terminal_frame_begin(stage.terminal, false);
	stage_frame_end(&stage, -1, 0);
	for (int y = 0; y < 24; y++)
		cr_expect_str_eq(stage_line(&stage, y), y == 20 ? "another view" : "a view", "line %d", y);
	cr_expect_eq(terminal_epoch(stage.terminal), epoch, "nothing had to be drawn anew");
	stage_close(&stage);
}
