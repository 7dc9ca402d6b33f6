/*
 * The fixed lines above a conversation, and the pen that writes them; the peek writes with it too.
 */
#ifndef UI_TICKET_HEAD_H
#define UI_TICKET_HEAD_H

#include "base/strbuf.h"
#include "core/countdown.h"
#include "ui/ticket_view.h"

/* Writes lines made of runs, left to right, top to bottom. */
struct head_pen {
	struct terminal *terminal;
	struct rect rect; /* its first row is the line that is being written */
	int left, right;  /* columns outside of the rect that a line blanks with it */
	int x;
};

enum { HEAD_CLOCK_COLUMNS = 40 };

void head_run(struct head_pen *pen, enum theme_role role, const char *text);
void head_runf(struct head_pen *pen, enum theme_role role, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* A dot between two runs; nothing at the line's beginning. */
void head_separator(struct head_pen *pen);
/* What the line can do without: behind a dot, or not at all when it does not fit. */
bool head_part(struct head_pen *pen, enum theme_role role, const char *text);
void head_next_line(struct head_pen *pen);

/* Identity, subject, incident, clock, and the customer's two lines when there is room for them. The pen stands on the line
 * below. */
void ticket_head_draw(
        struct head_pen *pen, const struct ticket_model *model, const struct countdown *down, bool customer);
/* Of all that head and peek are made of, but for the draft, the words of the clock and the place (draw_hash()). */
uint64_t ticket_model_hash(const struct ticket_model *model, const struct countdown *down);

/* Seconds that the agent's zone is ahead of UTC at that instant. */
int head_offset(const struct ticket_model *model, instant at);
/* The clock of the model's row, now. */
struct countdown head_clock(const struct ticket_model *model);
enum theme_role head_clock_role(const struct countdown *down);
/* Appends the plan's entitlements in words, comma separated; what csm and analyst mean is said with the names. */
void head_entitlements(const char *list, struct strbuf *out);
extern const char *const head_metric_words[METRIC_COUNT]; /* "first reply" */

#endif
