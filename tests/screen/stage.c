#include "stage.h"

#include "conf/theme.h"
#include "core/utf8.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void stage_bare(struct stage *stage, int rows, int columns, const char *term)
{
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TERM", term ? term : "xterm-256color", 1);
	unsetenv("COLORTERM");
	*stage = (struct stage){0};
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	cr_assert_eq(
	        openpty(&stage->master, &stage->slave, NULL, NULL, &size), 0, "no pty: %s", strerror(errno));
	fcntl(stage->master, F_SETFL, O_NONBLOCK);
	dup2(stage->slave, STDIN_FILENO);
	dup2(stage->slave, STDOUT_FILENO);
	stage->vterm = vterm_new(rows, columns);
	vterm_set_utf8(stage->vterm, 1);
	stage->screen = vterm_obtain_screen(stage->vterm);
	vterm_screen_enable_altscreen(stage->screen, 1);
	vterm_screen_reset(stage->screen, 1);
}

void stage_theme(struct stage *stage, const char *name)
{
	struct error err;
	cr_assert(theme_load(name, &stage->theme, &err), "%s", err.text);
}

void stage_open(struct stage *stage, int rows, int columns, const char *theme, const char *term)
{
	struct error err;
	stage_bare(stage, rows, columns, term);
	stage_theme(stage, theme);
	const struct terminal_options options = {.theme = &stage->theme};
	stage->terminal = terminal_open(&options, &err);
	cr_assert(stage->terminal, "%s", err.text);
	stage_pump(stage);
}

void stage_close(struct stage *stage)
{
	terminal_close(stage->terminal);
	vterm_free(stage->vterm);
	close(stage->master);
	close(stage->slave);
}

void stage_pump(struct stage *stage)
{
	char bytes[65536];
	for (;;) {
		const bool ready =
		        !stage->terminal || terminal_lent(stage->terminal) || terminal_ready(stage->terminal);
		ssize_t got = read(stage->master, bytes, sizeof bytes);
		if (got > 0)
			vterm_input_write(stage->vterm, bytes, (size_t)got);
		else if (ready)
			return;
	}
}

uint64_t stage_frame_end(struct stage *stage, int cursor_y, int cursor_x)
{
	const uint64_t before = terminal_bytes(stage->terminal);
	terminal_frame_end(stage->terminal, cursor_y, cursor_x);
	stage_pump(stage);
	vterm_screen_flush_damage(stage->screen);
	return terminal_bytes(stage->terminal) - before;
}

void stage_type(struct stage *stage, const char *bytes)
{
	cr_assert_eq(write(stage->master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

void stage_resize(struct stage *stage, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	ioctl(stage->master, TIOCSWINSZ, &size);
	vterm_set_size(stage->vterm, rows, columns);
	terminal_resized(stage->terminal);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void add_cell(struct strbuf *out, const VTermScreenCell *cell)
{
	if (!cell->chars[0]) {
		strbuf_addc(out, ' ');
		return;
	}
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
		char bytes[4];
		strbuf_add(out, bytes, utf8_put(bytes, (int32_t)cell->chars[i]));
	}
}

static void trim(struct strbuf *text, char blank)
{
	while (text->length && text->data[text->length - 1] == blank)
		strbuf_truncate(text, text->length - 1);
}

const char *stage_line(struct stage *stage, int row)
{
	static struct strbuf line = STRBUF_INIT;
	int rows, columns;
	vterm_get_size(stage->vterm, &rows, &columns);
	strbuf_clear(&line);
	for (int x = 0; x < columns;) {
		VTermScreenCell cell;
		vterm_screen_get_cell(stage->screen, (VTermPos){row, x}, &cell);
		add_cell(&line, &cell);
		x += cell.width > 1 ? cell.width : 1;
	}
	trim(&line, ' ');
	return line.data;
}

static void colour_words(struct strbuf *out, const char *name, const VTermColor *colour, bool is_default)
{
	if (!is_default)
		strbuf_addf(out, " %s=%d", name, VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : -2);
}

static void style_words(struct strbuf *out, const VTermScreenCell *cell)
{
	strbuf_clear(out);
	colour_words(out, "fg", &cell->fg, VTERM_COLOR_IS_DEFAULT_FG(&cell->fg));
	colour_words(out, "bg", &cell->bg, VTERM_COLOR_IS_DEFAULT_BG(&cell->bg));
	strbuf_adds(out, cell->attrs.bold ? " bold" : "");
	strbuf_adds(out, cell->attrs.italic ? " italic" : "");
	strbuf_adds(out, cell->attrs.underline ? " underline" : "");
	strbuf_adds(out, cell->attrs.reverse ? " reverse" : "");
}

struct legend {
	char words[60][64];
	int count;
};

static char style_letter(struct legend *legend, const VTermScreenCell *cell)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static struct strbuf words = STRBUF_INIT;
	style_words(&words, cell);
	/* An underline or a reverse shows on a blank, a colour of the letters does not. */
	const bool blank = !cell->chars[0] || cell->chars[0] == ' ';
	if (!words.length || (blank && VTERM_COLOR_IS_DEFAULT_BG(&cell->bg) && !cell->attrs.reverse &&
	                             !cell->attrs.underline))
		return '.';
	for (int i = 0; i < legend->count; i++)
		if (strcmp(legend->words[i], words.data) == 0)
			return letters[i];
	cr_assert_lt(legend->count, 60);
	snprintf(legend->words[legend->count], sizeof legend->words[0], "%s", words.data);
	return letters[legend->count++];
}

void stage_text(struct stage *stage, struct strbuf *out)
{
	int rows, columns;
	vterm_get_size(stage->vterm, &rows, &columns);
	for (int y = 0; y < rows; y++)
		strbuf_addf(out, "%s\n", stage_line(stage, y));
}

void stage_styles(struct stage *stage, struct strbuf *out)
{
	static struct legend legend;
	struct strbuf styles = STRBUF_INIT;
	int rows, columns;
	legend.count = 0;
	vterm_get_size(stage->vterm, &rows, &columns);
	strbuf_adds(out, "---- styles\n");
	for (int y = 0; y < rows; y++) {
		strbuf_clear(&styles);
		for (int x = 0; x < columns; x++) {
			VTermScreenCell cell;
			vterm_screen_get_cell(stage->screen, (VTermPos){y, x}, &cell);
			strbuf_addc(&styles, style_letter(&legend, &cell));
		}
		trim(&styles, '.');
		if (styles.length)
			strbuf_addf(out, "%2d %s\n", y, styles.data);
	}
	strbuf_adds(out, "---- letters\n");
	for (int i = 0; i < legend.count; i++)
		strbuf_addf(out, "%c%s\n",
		        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[i], legend.words[i]);
	strbuf_release(&styles);
}

void stage_picture(struct stage *stage, struct strbuf *out)
{
	stage_text(stage, out);
	stage_styles(stage, out);
}

static bool read_whole(const char *path, struct strbuf *out)
{
	char bytes[4096];
	size_t got;
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
		strbuf_add(out, bytes, got);
	fclose(file);
	return true;
}

/* The first line that differs, for the message. */
static void report(const char *name, const char *want, const char *have)
{
	int line = 1;
	while (*want && *want == *have) {
		line += *want == '\n';
		want++;
		have++;
	}
	while (line > 1 && want[-1] != '\n') {
		want--;
		have--;
	}
	cr_assert(false, "%s differs at line %d (SANDGLASS_GOLDEN=update accepts):\n-%.*s\n+%.*s", name, line,
	        (int)strcspn(want, "\n"), want, (int)strcspn(have, "\n"), have);
}

void stage_compare(const char *name, const struct strbuf *have)
{
	char path[512];
	const char *root = getenv("SANDGLASS_TEST_ROOT"), *mode = getenv("SANDGLASS_GOLDEN");
	struct strbuf want = STRBUF_INIT;
	snprintf(path, sizeof path, "%s/tests/screen/golden/%s.txt", root ? root : ".", name);
	if (mode && strcmp(mode, "update") == 0) {
		FILE *file = fopen(path, "w");
		cr_assert(file, "%s: %s", path, strerror(errno));
		fputs(have->data, file);
		fclose(file);
	} else {
		cr_assert(
		        read_whole(path, &want), "%s is not there: SANDGLASS_GOLDEN=update writes it", path);
		if (strcmp(want.data, have->data) != 0)
			report(name, want.data, have->data);
	}
	strbuf_release(&want);
}

void stage_golden(struct stage *stage, const char *name)
{
	struct strbuf have = STRBUF_INIT;
	stage_picture(stage, &have);
	stage_compare(name, &have);
	strbuf_release(&have);
}
