/*
 * From a conversation to lines. A block's offsets point into one run of its own sanitised bytes, because that run grows while
 * the lines are made; a line keeps where its text lies and not a copy.
 *
 * A block is made anew when the hash of what it was made of is another one. A message's text never changes, so its id, how
 * much of it is here, the width and what is folded are all that counts, besides the lines that its neighbours decide (the
 * rule above the first unread one, the blank line below).
 */
#include "ticket_text.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/civil.h"
#include "core/sought.h"
#include "core/text.h"
#include "core/told.h"
#include "ui/ticket_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message is cut into parts of so many bytes: the cost of a frame in which one is wrapped. */
enum { PART_MOST = 64 * 1024 };

static void release_block(struct ticket_block *block)
{
	free(block->lines);
	strbuf_release(&block->bytes);
	fold_list_release(&block->folds);
}

void ticket_text_release(struct ticket_text *text)
{
	for (size_t i = 0; i < text->block_count; i++)
		release_block(&text->blocks[i]);
	free(text->blocks);
	*text = (struct ticket_text){0};
}

static struct ticket_line *add_line(struct ticket_block *block, enum line_kind kind, size_t place)
{
	if (block->count == block->capacity) {
		block->capacity = block->capacity ? block->capacity * 2 : 8;
		block->lines = alloc_grow(block->lines, (size_t)block->capacity, sizeof *block->lines);
	}
	struct ticket_line *line = &block->lines[block->count++];
	*line = (struct ticket_line){
	        .kind = kind, .role = ROLE_TEXT, .place = place, .start = block->bytes.length};
	return line;
}

enum gutter ticket_gutter(const struct entry *entry)
{
	if (entry->kind == ENTRY_NOTE)
		return GUTTER_NOTE;
	if (entry->author_kind == AUTHOR_THIRD_PARTY)
		return GUTTER_THIRD_PARTY;
	return entry->author_kind == AUTHOR_CUSTOMER ? GUTTER_CUSTOMER : GUTTER_AGENT;
}

enum theme_role ticket_gutter_role(enum gutter gutter)
{
	static const enum theme_role roles[] = {
	        ROLE_TEXT, ROLE_PUBLIC_CUSTOMER, ROLE_PUBLIC_AGENT, ROLE_NOTE, ROLE_THIRD_PARTY};
	return roles[gutter];
}

const char *ticket_gutter_glyph(struct terminal *terminal, enum gutter gutter)
{
	static const char *const art[] = {" ", "\u2502", "\u2503", "\u2551", "\u250a"};
	static const char *const ascii[] = {" ", "|", "=", "#", ":"};
	return terminal_line_art(terminal) ? art[gutter] : ascii[gutter];
}

/* ---- words ------------------------------------------------------------------------------------- */

void ticket_fold_words(const struct fold *fold, char *out, size_t size)
{
	if (fold->kind == FOLD_QUOTE)
		snprintf(
		        out, size, P_("[+] %d quoted line", "[+] %d quoted lines", fold->lines), fold->lines);
	else
		snprintf(out, size,
		        P_("[+] %d line of a signature", "[+] %d lines of a signature", fold->lines),
		        fold->lines);
}

void ticket_size_text(int64_t bytes, char *out, size_t size)
{
	if (bytes < 1000)
		snprintf(out, size, _("%lld B"), (long long)bytes);
	else if (bytes < 1000000)
		snprintf(out, size, _("%lld kB"), (long long)((bytes + 500) / 1000));
	else
		snprintf(out, size, _("%lld.%lld MB"), (long long)(bytes / 1000000),
		        (long long)(bytes / 100000 % 10));
}

bool ticket_text_quoted(const char *text, size_t length)
{
	size_t at = 0;
	while (at < length && text[at] == ' ')
		at++;
	return at < length && text[at] == '>';
}

size_t ticket_text_link(const char *text, size_t length)
{
	for (size_t i = 0; i + 8 < length; i++)
		if (strncmp(text + i, "http://", 7) == 0 || strncmp(text + i, "https://", 8) == 0)
			return i;
	return length;
}

size_t ticket_text_link_length(const char *text, size_t length)
{
	size_t end = 0;
	while (end < length && text[end] != ' ' && !strchr("<>\"", text[end]))
		end++;
	while (end && strchr(".,;:!?)]'", text[end - 1]))
		end--;
	return end;
}

/* Whether the line ends inside a link that may go on. */
static bool ends_in_link(const char *text, size_t length, bool link_goes_on)
{
	size_t at = link_goes_on ? ticket_text_link_length(text, length) : 0;
	if (at == length)
		return link_goes_on;
	while (at < length) {
		at += ticket_text_link(text + at, length - at);
		const size_t link = ticket_text_link_length(text + at, length - at);
		if (link && at + link == length)
			return true;
		at += link + 1;
	}
	return false;
}

/* ---- the lines of a block ----------------------------------------------------------------------- */

struct body_pass {
	struct ticket_block *block;
	enum gutter gutter;
	bool unfolded;
	size_t fold; /* the first one that the lines so far are not behind */
	size_t folds_shown;
	bool quoted;
	size_t last_end;
};

/* The fold that the offset lies in, or NULL; lines come in order. */
static const struct fold *fold_at(struct body_pass *pass, size_t at)
{
	const struct fold_list *folds = &pass->block->folds;
	while (pass->fold < folds->count &&
	        folds->list[pass->fold].start + folds->list[pass->fold].length <= at)
		pass->fold++;
	return pass->fold < folds->count && at >= folds->list[pass->fold].start ? &folds->list[pass->fold]
	                                                                        : NULL;
}

static void add_fold_line(struct body_pass *pass, const struct fold *fold)
{
	if (pass->folds_shown > pass->fold)
		return;
	struct ticket_line *line = add_line(pass->block, LINE_FOLD, fold->start);
	line->gutter = pass->gutter;
	line->role = ROLE_DIM;
	line->start = pass->fold;
	pass->folds_shown = pass->fold + 1;
}

static void add_body_line(void *context, struct text_line piece)
{
	struct body_pass *pass = context;
	struct ticket_block *block = pass->block;
	const char *body = block->bytes.data;
	const bool paragraph = piece.start == 0 || body[piece.start - 1] == '\n';
	const struct fold *fold = fold_at(pass, piece.start);
	if (fold && !pass->unfolded) {
		add_fold_line(pass, fold);
		return;
	}
	if (paragraph)
		pass->quoted = fold || ticket_text_quoted(body + piece.start, piece.length);
	bool goes_on = false;
	if (!paragraph && piece.start == pass->last_end && block->count) {
		const struct ticket_line *before = &block->lines[block->count - 1];
		goes_on = ends_in_link(body + before->start, before->length, before->link_goes_on);
	}
	struct ticket_line *line = add_line(block, LINE_BODY, piece.start);
	line->gutter = pass->gutter;
	line->role = pass->quoted ? ROLE_QUOTE : pass->gutter == GUTTER_NOTE ? ROLE_NOTE : ROLE_TEXT;
	line->start = piece.start;
	line->length = piece.length;
	line->link_goes_on = goes_on;
	pass->last_end = piece.start + piece.length;
}

/* A line behind the body, with a text of its own. */
static struct ticket_line *begin_own_line(struct ticket_block *block, enum gutter gutter)
{
	strbuf_addc(&block->bytes, '\n');
	struct ticket_line *line = add_line(block, LINE_BODY, block->bytes.length);
	line->gutter = gutter;
	line->role = ROLE_DIM;
	return line;
}

static void add_attachment(struct ticket_block *block, enum gutter gutter, const struct attachment *file)
{
	char size[32];
	ticket_size_text(file->size, size, sizeof size);
	struct ticket_line *line = begin_own_line(block, gutter);
	strbuf_addf(&block->bytes, "[%lld  ", (long long)file->id);
	text_sanitise(&block->bytes, file->name, strlen(file->name), TEXT_ONE_LINE);
	strbuf_adds(&block->bytes, "  ");
	text_sanitise(&block->bytes, file->type, strlen(file->type), TEXT_ONE_LINE);
	strbuf_addf(&block->bytes, "  %s%s]", size, file->stored ? "" : _(", too large: not kept"));
	line->length = block->bytes.length - line->start;
}

/* What a block is made of, beside the message. */
struct block_plan {
	struct block_name name;
	int entry;
	size_t begin, end; /* of the body */
	bool first, last;  /* of the message's parts */
	bool unread;       /* the rule stands above */
	bool blank;        /* a blank line stands below */
	bool rest;         /* the message goes on, and that is not here */
};

static void add_body(struct ticket_block *block, const struct entry *entry, const struct block_plan *plan,
        const struct ticket_text_source *source)
{
	struct body_pass pass = {
	        .block = block, .gutter = ticket_gutter(entry), .unfolded = source->unfolded || block->open};
	text_sanitise(&block->bytes, entry->body + plan->begin, plan->end - plan->begin, TEXT_KEEP_LINES);
	while (block->bytes.length && strchr(" \n", block->bytes.data[block->bytes.length - 1]))
		strbuf_truncate(&block->bytes, block->bytes.length - 1);
	if (plan->first && plan->last)
		fold_find(block->bytes.data, block->bytes.length, &block->folds);
	else
		fold_find_part(block->bytes.data, block->bytes.length, &block->folds);
	if (block->bytes.length)
		text_wrap(block->bytes.data, source->columns, add_body_line, &pass);
}

static void add_message(struct ticket_block *block, const struct entry *entry, const struct block_plan *plan,
        const struct ticket_text_source *source)
{
	const enum gutter gutter = ticket_gutter(entry);
	if (plan->first) {
		struct ticket_line *heading = add_line(block, LINE_HEADING, 0);
		heading->gutter = gutter;
		heading->role = ticket_gutter_role(gutter);
	}
	add_body(block, entry, plan, source);
	if (plan->rest) {
		struct ticket_line *line = add_line(block, LINE_REST, block->bytes.length);
		line->gutter = gutter;
		line->role = ROLE_DIM;
	}
	if (!plan->last)
		return;
	if (plan->first && !block->bytes.length && !entry->attachment_count) {
		struct ticket_line *line = begin_own_line(block, gutter);
		strbuf_adds(&block->bytes, _("(no text)"));
		line->length = block->bytes.length - line->start;
	}
	for (size_t i = 0; i < entry->attachment_count; i++)
		add_attachment(block, gutter, &entry->attachments[i]);
}

static void add_compact_line(void *context, struct text_line piece)
{
	struct ticket_line *line = add_line(context, LINE_COMPACT, piece.start);
	line->role = ROLE_SYSTEM;
	line->start = piece.start;
	line->length = piece.length;
}

/* The cells that its instant takes at the right, with a gap; a change of the day makes the line anew. */
static int when_cells(const struct entry *entry, const struct ticket_text_source *source)
{
	enum { DAY = 86400, GAP = 2 };
	char when[48];
	const instant noon = source->day * DAY + DAY / 2 - source->utc_offset_s;
	civil_short_words(entry->at, noon, source->utc_offset_s, when, sizeof when);
	return text_width(when, strlen(when)) + GAP;
}

/* "taras set status pending", with its instant at the right of the first line. */
static void add_compact(
        struct ticket_block *block, const struct entry *entry, const struct ticket_text_source *source)
{
	struct strbuf told = STRBUF_INIT, line = STRBUF_INIT;
	told_words(entry->body, &told);
	if (*entry->author && told.length)
		strbuf_addf(&line, C_("event", "%s %s"), entry->author, told.data);
	else
		strbuf_addf(&line, "%s%s", entry->author, told.data);
	text_sanitise(&block->bytes, line.data, line.length, TEXT_ONE_LINE);
	if (block->bytes.length)
		text_wrap(block->bytes.data, source->columns - when_cells(entry, source), add_compact_line,
		        block);
	else
		add_line(block, LINE_COMPACT, 0)->role = ROLE_SYSTEM;
	strbuf_release(&told);
	strbuf_release(&line);
}

static bool is_compact(const struct entry *entry)
{
	return entry->kind == ENTRY_EVENT || entry->kind == ENTRY_SYSTEM;
}

static uint64_t made_of(const struct ticket_block *block, const struct block_plan *plan,
        const struct ticket_text_source *source)
{
	const bool compact = plan->entry >= 0 && is_compact(&source->conversation->entries[plan->entry]);
	const int64_t numbers[] = {(int64_t)plan->begin, (int64_t)plan->end, plan->first, plan->last,
	        plan->unread, plan->blank, plan->rest, source->columns, source->unfolded || block->open,
	        compact ? source->day : 0, compact ? source->utc_offset_s : 0};
	return draw_hash(DRAW_HASH_BEGIN, numbers, sizeof numbers);
}

static void make_block(
        struct ticket_block *block, const struct block_plan *plan, const struct ticket_text_source *source)
{
	const uint64_t made = made_of(block, plan, source);
	block->name = plan->name;
	block->entry = plan->entry;
	if (block->made_of == made)
		return;
	block->made_of = made;
	block->count = 0;
	strbuf_clear(&block->bytes);
	fold_list_release(&block->folds);
	if (plan->entry < 0) {
		add_line(block, LINE_OLDER, 0)->role = ROLE_DIM;
	} else {
		const struct entry *entry = &source->conversation->entries[plan->entry];
		if (plan->unread)
			add_line(block, LINE_UNREAD, 0);
		if (is_compact(entry))
			add_compact(block, entry, source);
		else
			add_message(block, entry, plan, source);
	}
	if (plan->blank)
		add_line(block, LINE_BLANK, block->bytes.length);
}

/* ---- from a conversation to blocks ---------------------------------------------------------------- */

struct making {
	struct ticket_text *text;
	struct ticket_block *old; /* the blocks of the last making; those taken are empty */
	size_t old_count;
	size_t *index;     /* numbers of the old ones behind 1, by their names: open addressing; 0: free */
	size_t index_size; /* a power of two, at least twice as many */
	size_t room;
};

static bool same_name(const struct block_name *a, const struct block_name *b)
{
	return a->id == b->id && a->kind == b->kind && a->part == b->part;
}

static size_t slot_of(const struct making *making, const struct block_name *name)
{
	const uint64_t number =
	        (uint64_t)name->id * 4 + (name->kind == ENTRY_EVENT) + (uint64_t)name->part * 64;
	return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (making->index_size - 1);
}

static void index_old(struct making *making)
{
	making->index_size = 2;
	while (making->index_size < 2 * making->old_count)
		making->index_size *= 2;
	making->index = alloc_array(making->index_size, sizeof *making->index);
	for (size_t i = 0; i < making->old_count; i++) {
		size_t slot = slot_of(making, &making->old[i].name);
		while (making->index[slot])
			slot = (slot + 1) & (making->index_size - 1);
		making->index[slot] = i + 1;
	}
}

static struct ticket_block take_old(struct making *making, const struct block_name *name)
{
	for (size_t slot = slot_of(making, name); making->index[slot];
	        slot = (slot + 1) & (making->index_size - 1)) {
		struct ticket_block *old = &making->old[making->index[slot] - 1];
		if (!old->made_of || !same_name(&old->name, name))
			continue;
		const struct ticket_block block = *old;
		*old = (struct ticket_block){.name = block.name, .bytes = STRBUF_INIT};
		return block;
	}
	return (struct ticket_block){.bytes = STRBUF_INIT};
}

static void add_block(struct making *making, const struct block_plan *plan)
{
	struct ticket_text *text = making->text;
	if (text->block_count == making->room) {
		making->room = making->room ? 2 * making->room : 64;
		text->blocks = alloc_grow(text->blocks, making->room, sizeof *text->blocks);
	}
	struct ticket_block *block = &text->blocks[text->block_count++];
	*block = take_old(making, &plan->name);
	make_block(block, plan, &text->source);
}

/* Where a part that begins at `begin` ends: behind a line, or else between two characters. */
static size_t part_end(const char *body, size_t begin, size_t length)
{
	if (length - begin <= PART_MOST)
		return length;
	const size_t most = begin + PART_MOST;
	const char *line = memrchr(body + begin, '\n', PART_MOST);
	size_t end = line ? (size_t)(line - body) + 1 : most;
	while (!line && end > begin + 1 && ((unsigned char)body[end] & 0xC0) == 0x80)
		end--;
	return end;
}

static void add_entry(struct making *making, int index, bool unread, bool blank)
{
	const struct entry *entry = &making->text->source.conversation->entries[index];
	const size_t length = is_compact(entry) ? 0 : strlen(entry->body);
	const bool rest = !is_compact(entry) && entry->body_size > (int64_t)length;
	struct block_plan plan = {.name = {entry->kind, entry->id, 0}, .entry = index, .first = true};
	do {
		plan.end = part_end(entry->body, plan.begin, length);
		plan.last = plan.end >= length;
		plan.unread = plan.first && unread;
		plan.blank = plan.last && blank;
		plan.rest = plan.last && rest;
		add_block(making, &plan);
		plan.begin = plan.end;
		plan.first = false;
		plan.name.part++;
	} while (!plan.last);
}

static void number_lines(struct ticket_text *text)
{
	text->count = 0;
	for (size_t i = 0; i < text->block_count; i++) {
		text->blocks[i].first = text->count;
		text->count += text->blocks[i].count;
	}
}

static void make_blocks(struct ticket_text *text)
{
	const struct conversation *conversation = text->source.conversation;
	struct making making = {.text = text, .old = text->blocks, .old_count = text->block_count};
	index_old(&making);
	text->blocks = NULL;
	text->block_count = 0;
	if (conversation->older)
		add_block(&making, &(struct block_plan){.entry = -1, .blank = true});
	bool unread = false;
	for (size_t i = 0; i < conversation->count; i++) {
		const struct entry *entry = &conversation->entries[i], *next = entry + 1;
		const bool is_last = i + 1 == conversation->count;
		const bool run = !is_last && is_compact(entry) && is_compact(next) && !next->unread;
		add_entry(&making, (int)i, entry->unread && !unread && i, !run && !is_last);
		unread |= entry->unread;
	}
	for (size_t i = 0; i < making.old_count; i++)
		release_block(&making.old[i]);
	free(making.old);
	free(making.index);
	number_lines(text);
}

static bool same_making(const struct ticket_text_source *a, const struct ticket_text_source *b)
{
	return a->ticket_id == b->ticket_id && a->revision == b->revision &&
	       a->conversation == b->conversation && a->columns == b->columns &&
	       a->utc_offset_s == b->utc_offset_s && a->day == b->day && a->unfolded == b->unfolded;
}

void ticket_text_make(struct ticket_text *text, const struct ticket_text_source *source)
{
	if (text->made && same_making(source, &text->source))
		return;
	if (text->source.ticket_id != source->ticket_id || text->source.unfolded != source->unfolded)
		for (size_t i = 0; i < text->block_count; i++)
			text->blocks[i].open = false; /* what a search has unfolded */
	text->source = *source;
	text->made = true;
	make_blocks(text);
}

/* ---- lines by number and by place ------------------------------------------------------------------ */

/* The block that holds the line. */
static size_t block_of(const struct ticket_text *text, int number)
{
	size_t low = 0, high = text->block_count;
	while (high - low > 1) {
		const size_t middle = (low + high) / 2;
		if (text->blocks[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

const struct ticket_line *ticket_text_line(
        const struct ticket_text *text, int number, const struct ticket_block **block)
{
	*block = &text->blocks[block_of(text, number)];
	return &(*block)->lines[number - (*block)->first];
}

struct ticket_place ticket_text_place(const struct ticket_text *text, int number)
{
	const struct ticket_block *block;
	const struct ticket_line *line = ticket_text_line(text, number, &block);
	return (struct ticket_place){.name = block->name, .kind = line->kind, .place = line->place};
}

static int line_at(const struct ticket_block *block, size_t at, enum line_kind kind)
{
	int best = 0;
	for (int i = 0; i < block->count && block->lines[i].place <= at; i++) {
		best = i;
		if (block->lines[i].place == at && block->lines[i].kind == kind)
			break;
	}
	return block->first + best;
}

int ticket_text_find(const struct ticket_text *text, const struct ticket_place *place)
{
	for (size_t i = 0; i < text->block_count; i++)
		if (same_name(&text->blocks[i].name, &place->name))
			return line_at(&text->blocks[i], place->place, place->kind);
	return -1;
}

int ticket_text_unread(const struct ticket_text *text, const struct conversation *conversation)
{
	int last = 0;
	for (size_t i = 0; i < text->block_count; i++) {
		const struct ticket_block *block = &text->blocks[i];
		if (block->entry < 0 || !block->count)
			continue;
		const enum line_kind kind = block->lines[0].kind;
		if (kind == LINE_UNREAD ||
		        (kind == LINE_HEADING && conversation->entries[block->entry].unread))
			return block->first;
		if (kind == LINE_HEADING)
			last = block->first;
	}
	return last;
}

/* ---- search ------------------------------------------------------------------------------------------ */

/* Shows all of a block, and numbers the lines anew. */
static void open_block(struct ticket_text *text, struct ticket_block *block)
{
	block->open = true;
	make_blocks(text);
}

static bool is_hidden(const struct ticket_text *text, const struct ticket_block *block, size_t at)
{
	for (size_t i = 0; i < block->folds.count && !text->source.unfolded && !block->open; i++)
		if (at >= block->folds.list[i].start &&
		        at < block->folds.list[i].start + block->folds.list[i].length)
			return true;
	return false;
}

/* The offset of the first match at or behind `from` (step 1), or the last one before it (-1); SIZE_MAX: none. */
static size_t match_in(const struct ticket_block *block, const char *needle, size_t from, int step)
{
	const char *bytes = block->bytes.data;
	size_t found = SIZE_MAX, at = step > 0 ? from : 0, start, length;
	while (at < block->bytes.length && text_find(bytes + at, needle, &start, &length)) {
		if (step > 0)
			return at + start;
		if (at + start >= from)
			break;
		found = at + start;
		at = found + (length ? length : 1);
	}
	return found;
}

int ticket_text_search(struct ticket_text *text, const char *needle, int from, int step)
{
	if (!text->count || !*needle)
		return -1;
	const struct ticket_block *block;
	const struct ticket_line *line = ticket_text_line(text, from, &block);
	const size_t count = text->block_count, begin = (size_t)(block - text->blocks), place = line->place;
	for (size_t n = 0; n <= count; n++) {
		const size_t i = (begin + (step > 0 ? n : 2 * count - n)) % count;
		const size_t limit = n == 0 ? place : step > 0 ? 0 : SIZE_MAX;
		const size_t at = match_in(&text->blocks[i], needle, limit, step);
		if (at == SIZE_MAX)
			continue;
		if (is_hidden(text, &text->blocks[i], at))
			open_block(text, &text->blocks[i]);
		return line_at(&text->blocks[i], at, LINE_BLANK);
	}
	return -1;
}

/* The offset in the block of the first word that is sought there and not folded away; SIZE_MAX: none. */
static size_t sought_in(const struct ticket_text *text, const struct ticket_block *block, const char *query)
{
	size_t at = 0, start, length;
	while (at < block->bytes.length && sought_find(block->bytes.data + at, query, &start, &length)) {
		if (!is_hidden(text, block, at + start))
			return at + start;
		at += start + (length ? length : 1);
	}
	return SIZE_MAX;
}

int ticket_text_sought(const struct ticket_text *text, const char *query)
{
	const struct conversation *conversation = text->source.conversation;
	for (size_t i = 0; i < text->block_count; i++) {
		const struct ticket_block *block = &text->blocks[i];
		if (block->entry < 0 || conversation->entries[block->entry].kind == ENTRY_EVENT)
			continue;
		const size_t at = sought_in(text, block, query);
		if (at != SIZE_MAX)
			return line_at(block, at, LINE_BODY);
	}
	return -1;
}

int ticket_text_columns(int columns)
{
	enum { FEWEST = 10, MOST = 100 };
	return columns > MOST ? MOST : columns < FEWEST ? FEWEST : columns;
}
