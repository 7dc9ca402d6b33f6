/*
 * Frames. Curses computes what has changed on the screen and writes it into a memory file; from there it goes to the
 * terminal in one write, or, when the terminal does not take it, waits in a buffer.
 *
 * What lies over the views (a prompt with its candidates) is a window of its own. The views draw into theirs as ever, so
 * nothing has to be drawn anew when what lay over it goes away.
 */
#include "terminal_parts.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 512 };

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
			terminal_restore.partial = terminal->out.length != 0;
		} else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			terminal->gone = true;
		} else {
			return false;
		}
	}
	terminal_restore.partial = 0;
	return !terminal->out.length && !terminal->gone && !terminal->lent;
}

void terminal_frame_begin(struct terminal *terminal, bool clean)
{
	terminal->in_frame = true;
	terminal->begun_us = clock_us();
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

bool terminal_line_is_new(struct terminal *terminal, int y, uint64_t made)
{
	if (terminal->made_epoch != terminal->epoch)
		memset(terminal->made, 0, sizeof terminal->made);
	terminal->made_epoch = terminal->epoch;
	if (y < 0 || y >= LINES_REMEMBERED)
		return true;
	const bool is = terminal->made[y] != made;
	terminal->made[y] = made;
	return is;
}

static void show_cursor(struct terminal *terminal, bool shown)
{
	if (terminal->cursor_shown == shown)
		return;
	terminal->cursor_shown = shown;
	curs_set(shown);
}

/* ---- what lies over the views ------------------------------------------------------------------ */

void terminal_over_forget(struct terminal *terminal)
{
	if (terminal->over)
		delwin(terminal->over);
	terminal->over = NULL;
	terminal->is_over = false;
	terminal->covered_rows = 0;
}

void terminal_over(struct terminal *terminal, int y, int x, int rows, int columns)
{
	if (y < 0 || x < 0 || rows <= 0 || columns <= 0 || y + rows > LINES || x + columns > COLS ||
	        terminal->is_over)
		return;
	WINDOW *over = terminal->over;
	if (over && (terminal->over_y != y || terminal->over_x != x || getmaxy(over) != rows ||
	                    getmaxx(over) != columns)) {
		delwin(over);
		over = NULL;
	}
	terminal->over = over ? over : newwin(rows, columns, y, x);
	if (!terminal->over)
		return;
	werase(terminal->over);
	terminal->is_over = true;
	terminal->over_y = y;
	terminal->over_x = x;
}

/* Looking for lines that have only moved costs more than the rest of a frame in which just the cursor did. */
static void look_for_scrolling(void)
{
	enum { LEAST = 5 };
	int touched = 0;
	for (int y = 0; y < LINES && touched < LEAST; y++)
		touched += is_linetouched(stdscr, y);
	idlok(stdscr, touched >= LEAST);
}

/* First the views, with the lines that were covered, then what covers some now. */
static void put_together(struct terminal *terminal, int cursor_y, int cursor_x)
{
	WINDOW *last = terminal->is_over ? terminal->over : stdscr;
	if (terminal->covered_rows)
		touchline(stdscr, terminal->covered_y, terminal->covered_rows);
	leaveok(last, cursor_y < 0);
	if (cursor_y >= 0)
		wmove(last, cursor_y - (terminal->is_over ? terminal->over_y : 0),
		        cursor_x - (terminal->is_over ? terminal->over_x : 0));
	look_for_scrolling();
	wnoutrefresh(stdscr);
	if (terminal->is_over) {
		touchwin(terminal->over);
		wnoutrefresh(terminal->over);
	}
	terminal->covered_y = terminal->over_y;
	terminal->covered_rows = terminal->is_over ? getmaxy(terminal->over) : 0;
	terminal->is_over = false;
}

/* ---- the end of a frame ------------------------------------------------------------------------- */

static void count_frame(struct terminal *terminal, size_t bytes)
{
	struct terminal_stats *stats = &terminal->stats;
	stats->frames++;
	stats->bytes = bytes;
	stats->us = clock_us() - terminal->begun_us;
	if (stats->bytes > stats->most_bytes)
		stats->most_bytes = stats->bytes;
	if (stats->us > stats->longest_us)
		stats->longest_us = stats->us;
}

struct terminal_stats terminal_stats(const struct terminal *terminal)
{
	return terminal->stats;
}

void terminal_frame_end(struct terminal *terminal, int cursor_y, int cursor_x)
{
	terminal->in_frame = false;
	put_together(terminal, cursor_y, cursor_x);
	doupdate();
	show_cursor(terminal, cursor_y >= 0);
	const size_t before = terminal->out.length;
	terminal_enter(terminal);
	collect_frame(terminal);
	if (terminal->ask) {
		terminal->ask = false;
		terminal->input.asked = true;
		terminal->asked_at = clock_ms();
		strbuf_adds(&terminal->out, "\033]11;?\033\\");
	}
	const size_t bytes = terminal->out.length - before;
	terminal_ready(terminal);
	count_frame(terminal, bytes);
}

void terminal_repaint(struct terminal *terminal)
{
	clearok(curscr, TRUE);
}

uint64_t terminal_bytes(const struct terminal *terminal)
{
	return terminal->bytes;
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

void terminal_ascii(struct terminal *terminal, bool on)
{
	if (terminal->ascii == on)
		return;
	terminal->ascii = on;
	terminal_repaint(terminal);
}

bool terminal_line_art(const struct terminal *terminal)
{
	return terminal->unicode && !terminal->ascii;
}

/* Most runs are ASCII: they are handed over as finished cells, which costs curses less than adding characters. */
static bool put_plain(WINDOW *window, int y, int x, attr_t attributes, const wchar_t *text, int length)
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
	wattrset(window, A_NORMAL); /* curses mixes the window's own attributes in */
	mvwadd_wchnstr(window, y, x, cells, length);
	return true;
}

void terminal_put(
        struct terminal *terminal, int y, int x, enum theme_role role, const wchar_t *text, int length)
{
	WINDOW *window = terminal->is_over ? terminal->over : stdscr;
	if (terminal->is_over) {
		y -= terminal->over_y;
		x -= terminal->over_x;
	}
	if (y < 0 || y >= getmaxy(window) || x < 0 || x >= getmaxx(window) || length <= 0)
		return;
	if (put_plain(window, y, x, terminal->attributes[role], text, length))
		return;
	wattrset(window, (int)terminal->attributes[role]);
	mvwaddnwstr(window, y, x, text, length);
}
