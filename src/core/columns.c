/*
 * The choice of columns, and how it fits into a width. What does not fit goes in the table's order, one column after the
 * other, until the subject has its least width, and comes back where what went after it has left room; a list without a
 * subject fits when it is no wider than the screen.
 */
#include "core/columns.h"

#include "base/i18n.h"

#include <limits.h>
#include <string.h>

enum { COMFORTABLE_SUBJECT = 60, ORGANIZATION_GROWS = 12, ORGANIZATION_LEAST = 9, NEVER = INT_MAX };

const struct column_rule column_rules[COLUMN_COUNT] = {
#define COLUMN(id, name, head, usual, least, wide, from, drop, align)                                        \
	[COLUMN_##id] = {name, head, usual, least, wide, from, drop, align},
#include "core/columns.def"
#undef COLUMN
};

const char column_names[] =
#define COLUMN(id, name, head, usual, least, wide, from, drop, align) name " "
#include "core/columns.def"
#undef COLUMN
        ;

/* ---- names -------------------------------------------------------------------------------------- */

static enum column find(const char *name, size_t length)
{
	enum column column = 0;
	while (column < COLUMN_COUNT && (strlen(column_rules[column].name) != length ||
	                                        memcmp(column_rules[column].name, name, length) != 0))
		column++;
	return column;
}

static bool unknown(const char *name, size_t length, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		strbuf_addf(&names, "%s%s", column ? ", " : "", column_rules[column].name);
	error_set(err, ERROR_INPUT, _("there is no column \"%.*s\"; the columns are %s"),
	        (int)(length > 40 ? 40 : length), name, names.data);
	strbuf_release(&names);
	return false;
}

static bool add(struct columns *columns, const char *name, size_t length, struct error *err)
{
	const enum column column = find(name, length);
	if (column == COLUMN_COUNT)
		return unknown(name, length, err);
	for (size_t i = 0; i < columns->count; i++)
		if (columns->list[i] == column)
			return error_set(err, ERROR_INPUT, _("the column %s is named twice"),
			        column_rules[column].name);
	columns->list[columns->count++] = column;
	return true;
}

bool columns_parse(const char *text, struct columns *out, struct error *err)
{
	static const char between[] = " ,\t";
	struct columns columns = {.count = 0};
	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		const size_t length = strcspn(text, between);
		if (!add(&columns, text, length, err))
			return false;
		text += length;
	}
	*out = columns;
	return true;
}

bool columns_check(const char *text, struct error *err)
{
	struct columns columns;
	return columns_parse(text, &columns, err);
}

void columns_text(const struct columns *columns, struct strbuf *out)
{
	for (size_t i = 0; i < columns->count; i++)
		strbuf_addf(out, "%s%s", i ? " " : "", column_rules[columns->list[i]].name);
}

/* ---- widths ------------------------------------------------------------------------------------- */

static void choose_usual(struct columns *out, int total)
{
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		if (total >= column_rules[column].usual)
			out->list[out->count++] = column;
}

/* What is left for the subject, or beyond the last column when there is none. */
static int rest(const int width[COLUMN_COUNT], int total, int margin)
{
	int used = margin;
	for (enum column column = 0; column < COLUMN_COUNT; column++)
		if (column != COLUMN_SUBJECT && width[column])
			used += width[column] + 1;
	return total - used + (width[COLUMN_SUBJECT] ? 0 : 1);
}

static enum column column_of_turn(int turn)
{
	enum column column = 0;
	while (column < COLUMN_COUNT && column_rules[column].drop != turn)
		column++;
	return column;
}

/* The organization is cut short before it goes: its first letters tell whose it is. */
static void drop(int width[COLUMN_COUNT], int total, int margin)
{
	const int wanted = width[COLUMN_SUBJECT];
	int was[COLUMN_COUNT];
	memcpy(was, width, sizeof was);
	for (int turn = 1; turn < COLUMN_COUNT && rest(width, total, margin) < wanted; turn++) {
		const enum column column = column_of_turn(turn);
		const int missing = wanted - rest(width, total, margin);
		if (column == COLUMN_ORGANIZATION && width[column] - missing >= ORGANIZATION_LEAST)
			width[column] -= missing;
		else if (column < COLUMN_COUNT)
			width[column] = 0;
	}
	/* A wide one that went may have left room for a narrow one that went before it. */
	for (int turn = COLUMN_COUNT - 1; turn > 0; turn--) {
		const enum column column = column_of_turn(turn);
		if (column < COLUMN_COUNT && was[column] && !width[column] &&
		        rest(width, total, margin) - was[column] - 1 >= wanted)
			width[column] = was[column];
	}
}

/* Of what is left over beyond a comfortable subject a quarter goes to the organization. */
static void fill(int width[COLUMN_COUNT], int total, int margin)
{
	const int spare = (rest(width, total, margin) - COMFORTABLE_SUBJECT) / 4;
	if (width[COLUMN_ORGANIZATION] && spare > 0)
		width[COLUMN_ORGANIZATION] += spare > ORGANIZATION_GROWS ? ORGANIZATION_GROWS : spare;
	const int room = rest(width, total, margin);
	width[COLUMN_SUBJECT] = room > 0 ? room : 0;
}

void columns_fit(const struct columns *columns, int total, int margin, const int needs[COLUMN_COUNT],
        struct columns *shown, int width[COLUMN_COUNT])
{
	struct columns chosen = *columns;
	if (!chosen.count)
		choose_usual(&chosen, total);
	memset(width, 0, COLUMN_COUNT * sizeof *width);
	for (size_t i = 0; i < chosen.count; i++) {
		const enum column column = chosen.list[i];
		const struct column_rule *rule = &column_rules[column];
		width[column] = total >= rule->from ? rule->wide : rule->least;
		if (width[column] < needs[column])
			width[column] = needs[column];
	}
	drop(width, total, margin);
	if (width[COLUMN_SUBJECT])
		fill(width, total, margin);
	shown->count = 0;
	for (size_t i = 0; i < chosen.count; i++)
		if (width[chosen.list[i]])
			shown->list[shown->count++] = chosen.list[i];
}
