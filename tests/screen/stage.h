/*
 * A stage for the real ui: a pseudo terminal that is this process's standard input and output, and libvterm at its
 * other end, which shows what a person would see. Nothing waits: stage_pump() moves bytes until both sides are quiet.
 *
 * A picture is compared with tests/screen/golden/NAME.txt: the screen's text, then for each line that has any the
 * style of its cells, one letter each ('.' is the terminal's own), then what the letters mean. With
 * SANDGLASS_GOLDEN=update the files are written instead.
 */
#ifndef STAGE_H
#define STAGE_H

#include "base/strbuf.h"
#include "ui/terminal.h"

#include <vterm.h>

struct stage {
	int master;
	int slave; /* kept open: a reader of the modes, also when the terminal is closed */
	VTerm *vterm;
	VTermScreen *screen;
	struct terminal *terminal;
	struct theme theme;
};

/* theme "dark", "light", "mono"; term NULL: xterm-256color. The terminal is open afterwards. */
void stage_open(struct stage *stage, int rows, int columns, const char *theme, const char *term);
void stage_close(struct stage *stage);

/* Only the pty and the picture, standard input and output on it; no terminal yet. */
void stage_bare(struct stage *stage, int rows, int columns, const char *term);

void stage_theme(struct stage *stage, const char *name);

void stage_pump(struct stage *stage);
/* Bytes of the frame drawn between: ends the frame, pumps, and says how many bytes it took. */
uint64_t stage_frame_end(struct stage *stage, int cursor_y, int cursor_x);
void stage_type(struct stage *stage, const char *bytes);
void stage_resize(struct stage *stage, int rows, int columns);

/* The text of a screen line, blanks at the end cut; valid until the next call. */
const char *stage_line(struct stage *stage, int row);
/* Appends the screen as it would be in a golden file: its text, its styles; or only one of them. */
void stage_text(struct stage *stage, struct strbuf *out);
void stage_styles(struct stage *stage, struct strbuf *out);
void stage_picture(struct stage *stage, struct strbuf *out);
void stage_golden(struct stage *stage, const char *name);
/* The same of a picture that was made before. */
void stage_compare(const char *name, const struct strbuf *have);

#endif
