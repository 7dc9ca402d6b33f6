/*
 * Title, message, footer. The title is made of parts: those at the left begin at the first column, those at
 * the right end at the last one; while they do not fit, the least important one is left out.
 */
#include "ui/frame.h"
#include "base/i18n.h"

#include <limits.h>
#include <stdio.h>

enum { LEAST_COLUMNS = 60, LEAST_ROWS = 15, GAP = 2, FILTER_LEAST = 16, FILTER_KEEP = 3 };

struct part {
	enum theme_role role;
	int keep; /* 0: never left out; else the lowest goes first */
	bool left;
	char text[80];
	int width;
};

enum { PARTS = 8 };

/* The filter stands behind the other parts at the left, in the room that they leave; so much of at most `most` cells is kept
 * for it. */
static int filter_room(struct terminal *terminal, const struct title_model *model, int most)
{
	return model->filter ? draw_width(terminal, model->filter, most - 1) + 1 + GAP : 0;
}

static void draw_filter(struct terminal *terminal, int y, int x, int right, const char *filter)
{
	x += draw_text(terminal, y, x, right - x, ROLE_KEY, "\\");
	draw_text(terminal, y, x, right - x, ROLE_MATCH, filter);
}

static struct part *add_part(struct part *parts, size_t *count, bool left, enum theme_role role, int keep)
{
	struct part *part = &parts[(*count)++];
	*part = (struct part){.left = left, .role = role, .keep = keep};
	return part;
}

#define PART(left, role, keep, ...)                                                                          \
	do {                                                                                                 \
		struct part *part_ = add_part(parts, &count, left, role, keep);                              \
		snprintf(part_->text, sizeof part_->text, __VA_ARGS__);                                      \
	} while (0)

static void duration_short(int64_t seconds, char *out, size_t size)
{
	if (seconds < 120)
		snprintf(out, size, _("%llds"), (long long)seconds);
	else if (seconds < 7200)
		snprintf(out, size, _("%lldm"), (long long)(seconds / 60));
	else
		snprintf(out, size, _("%lldh"), (long long)(seconds / 3600));
}

static size_t make_parts(struct part *parts, const struct title_model *model)
{
	size_t count = 0;
	PART(true, ROLE_TITLE, 0, "%s", model->view);
	if (model->order && *model->order)
		PART(true, ROLE_DIM, 1, "%s", model->order);
	if (model->counts_known) {
		PART(false, ROLE_TEXT, 4, P_("%zu open", "%zu open", model->counts.open), model->counts.open);
		if (model->counts.breached)
			PART(false, ROLE_BREACHED, 0,
			        P_("%zu BREACHED", "%zu BREACHED", model->counts.breached),
			        model->counts.breached);
		if (model->counts.soon)
			PART(false, ROLE_WARNING, 5, "%zu <%s", model->counts.soon, model->warn_text);
	}
	if (model->waiting_actions)
		PART(false, ROLE_PENDING, 6, P_("%zu unsent", "%zu unsent", model->waiting_actions),
		        model->waiting_actions);
	if (model->agent && *model->agent)
		PART(false, ROLE_DIM, 2, "%s", model->agent);
	char since[24];
	duration_short(model->offline_s, since, sizeof since);
	switch (model->connection) {
	case SHOWN_LIVE:
		PART(false, ROLE_LIVE, 0, _("live %s"), model->wall_clock);
		break;
	case SHOWN_LOADING:
		PART(false, ROLE_WARNING, 0, _("loading %s"), model->wall_clock);
		break;
	case SHOWN_SILENT:
		PART(false, ROLE_OFFLINE, 0, _("silent %s"), since);
		break;
	case SHOWN_OFFLINE:
		PART(false, ROLE_OFFLINE, 0, _("offline %s"), since);
		break;
	}
	return count;
}

#undef PART

static int total_width(const struct part *parts, size_t count)
{
	int width = 0;
	for (size_t i = 0; i < count; i++)
		width += parts[i].width + (width ? GAP : 0);
	return width;
}

/* Of those that are kept less than `below`. */
static bool drop_least(struct part *parts, size_t *count, int below)
{
	size_t least = *count;
	for (size_t i = 0; i < *count; i++)
		if (parts[i].keep && parts[i].keep < below &&
		        (least == *count || parts[i].keep < parts[least].keep))
			least = i;
	if (least == *count)
		return false;
	for (size_t i = least; i + 1 < *count; i++)
		parts[i] = parts[i + 1];
	(*count)--;
	return true;
}

static bool parts_are_new(struct terminal *terminal, int y, const struct part *parts, size_t count,
        const struct title_model *model)
{
	uint64_t made = draw_hash_text(DRAW_HASH_BEGIN, model->filter ? model->filter : "");
	for (size_t i = 0; i < count; i++) {
		made = draw_hash(made, &parts[i].role, sizeof parts[i].role);
		made = draw_hash_text(made, parts[i].text);
	}
	return terminal_line_is_new(terminal, y, made);
}

void title_draw(struct terminal *terminal, int y, const struct title_model *model)
{
	struct part parts[PARTS];
	size_t count = make_parts(parts, model);
	const int columns = terminal_columns(terminal);
	if (!parts_are_new(terminal, y, parts, count, model))
		return;
	for (size_t i = 0; i < count; i++)
		parts[i].width = draw_width(terminal, parts[i].text, columns);
	/* The whole filter says more than the order and one's own name; the counts say more than its end. */
	while (total_width(parts, count) + filter_room(terminal, model, columns) > columns &&
	        drop_least(parts, &count, FILTER_KEEP))
		;
	while (total_width(parts, count) + filter_room(terminal, model, FILTER_LEAST) > columns &&
	        drop_least(parts, &count, INT_MAX))
		;
	draw_fill(terminal, (struct rect){.y = y, .rows = 1, .columns = columns}, ROLE_TEXT);
	int left = 0, right = columns;
	for (size_t i = count; i-- > 0 && !parts[i].left;) {
		right -= parts[i].width;
		draw_text(terminal, y, right, parts[i].width, parts[i].role, parts[i].text);
		right -= GAP;
	}
	for (size_t i = 0; i < count && parts[i].left && left < right; i++)
		left += draw_text(terminal, y, left, right - left, parts[i].role, parts[i].text) + GAP;
	if (model->filter)
		draw_filter(terminal, y, left, right, model->filter);
}

static int hint_width(struct terminal *terminal, const struct hint *hint)
{
	const int columns = terminal_columns(terminal);
	return draw_width(terminal, hint->key, columns) + 1 + draw_width(terminal, hint->text, columns);
}

static void draw_hint(struct terminal *terminal, int y, int x, const struct hint *hint)
{
	const int columns = terminal_columns(terminal);
	x += draw_text(terminal, y, x, columns - x, ROLE_KEY, hint->key) + 1;
	draw_text(terminal, y, x, columns - x, ROLE_HINT, hint->text);
}

/* The cells that must stay free behind hint i: the last one always has its place, and before it those that are kept. */
static int kept_behind(struct terminal *terminal, const struct hint *hints, size_t count, size_t i)
{
	int cells = hint_width(terminal, &hints[count - 1]);
	for (size_t k = i + 1; !hints[i].keep && k + 1 < count; k++)
		if (hints[k].keep)
			cells += hint_width(terminal, &hints[k]) + GAP;
	return cells;
}

/* Where hint i begins, given where the next one may; -1: there is no room for it. */
static int hint_x(struct terminal *terminal, const struct hint *hints, size_t count, size_t i, int x)
{
	const int room = terminal_columns(terminal) - kept_behind(terminal, hints, count, i);
	return i + 1 == count || x + hint_width(terminal, &hints[i]) + GAP <= room ? x : -1;
}

void footer_draw(struct terminal *terminal, int y, const struct hint *hints, size_t count)
{
	uint64_t made = DRAW_HASH_BEGIN;
	for (size_t i = 0; i < count; i++)
		made = draw_hash_text(draw_hash_text(made, hints[i].key), hints[i].text);
	if (!terminal_line_is_new(terminal, y, made))
		return;
	draw_fill(
	        terminal, (struct rect){.y = y, .rows = 1, .columns = terminal_columns(terminal)}, ROLE_TEXT);
	for (size_t i = 0, next = 0; i < count; i++) {
		const int x = hint_x(terminal, hints, count, i, (int)next);
		if (x < 0)
			continue;
		draw_hint(terminal, y, x, &hints[i]);
		next = (size_t)(x + hint_width(terminal, &hints[i]) + GAP);
	}
}

const struct hint *footer_at(struct terminal *terminal, const struct hint *hints, size_t count, int column)
{
	for (size_t i = 0, next = 0; i < count; i++) {
		const int x = hint_x(terminal, hints, count, i, (int)next);
		if (x < 0)
			continue;
		if (column >= x && column < x + hint_width(terminal, &hints[i]))
			return &hints[i];
		next = (size_t)(x + hint_width(terminal, &hints[i]) + GAP);
	}
	return NULL;
}

void message_draw(struct terminal *terminal, int y, enum theme_role role, const char *text)
{
	if (!terminal_line_is_new(
	            terminal, y, draw_hash_text(draw_hash(DRAW_HASH_BEGIN, &role, sizeof role), text)))
		return;
	draw_fill(
	        terminal, (struct rect){.y = y, .rows = 1, .columns = terminal_columns(terminal)}, ROLE_TEXT);
	draw_text(terminal, y, 0, terminal_columns(terminal), role, text);
}

void said_draw(struct terminal *terminal, int y, int columns, enum theme_role role, const char *text)
{
	static const char where[] = " :messages";
	const int width = (int)sizeof where - 1;
	message_draw(terminal, y, role, text);
	if (draw_width(terminal, text, columns + 1) <= columns || columns < 2 * width)
		return;
	const int used = draw_text(terminal, y, 0, columns - width, role, text);
	draw_text(terminal, y, used, columns - used, ROLE_HINT, where);
	const int end = used + width;
	draw_fill(terminal, (struct rect){y, end, 1, terminal_columns(terminal) - end}, ROLE_TEXT);
}

bool frame_too_small(const struct terminal *terminal)
{
	return terminal_columns(terminal) < LEAST_COLUMNS || terminal_rows(terminal) < LEAST_ROWS;
}

void too_small_draw(struct terminal *terminal)
{
	char lines[3][128];
	const int rows = terminal_rows(terminal), columns = terminal_columns(terminal);
	snprintf(lines[0], sizeof lines[0], _("too small: %dx%d"), columns, rows);
	snprintf(lines[1], sizeof lines[1], _("sandglass needs %dx%d"), LEAST_COLUMNS, LEAST_ROWS);
	snprintf(lines[2], sizeof lines[2], "%s", _("Q quits"));
	const int first = rows > 3 ? (rows - 3) / 2 : 0;
	for (int i = 0; i < 3 && first + i < rows; i++) {
		const int width = draw_width(terminal, lines[i], columns);
		draw_text(terminal, first + i, (columns - width) / 2, columns,
		        i == 0 ? ROLE_WARNING : ROLE_TEXT, lines[i]);
	}
}
