/*
 * Rows live in slots, slots in chunks that never move. Three structures point at slots: a hash table by id, the order
 * (an array of slot numbers: moving a row is one memmove of at most 400 kB at 100,000 rows), and a log of the last changes, from
 * which listings catch up.
 *
 * Invariants: every used slot is once in the table and once in the order; order[0..sorted) is in the total order; outside
 * a load that is all of it. The row's strings are the queue's own: the subject and hold_for in blocks of the pool, the
 * requester shared by all of that person's tickets, the tags by all tickets that have the same ones.
 */
#include "queue_order.h"

#include "base/alloc.h"
#include "shared.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_ROWS = 1024, LOG_SIZE = 4096, LOAD_MOVES = 1000 };

enum slot_flag { SLOT_USED = 1, SLOT_UNSORTED = 2, SLOT_SEEN = 4, SLOT_DRAWN = 8 /* an overlay's row */ };

/* What an overlay took out, and the server has not spoken of since. */
struct hidden {
	int64_t id;
	unsigned char seen; /* SLOT_SEEN as its slot had it */
};

struct queue {
	struct ticket_row **chunks;
	unsigned char *flags; /* slot_flag bits, one byte a slot */
	size_t slot_count;    /* slots that were ever used */
	uint32_t *unused;     /* those that are free again */
	size_t unused_count, unused_room;

	uint32_t *table; /* slot + 1; the size is a power of two */
	size_t table_size;

	uint32_t *order;
	size_t count, order_room, sorted;

	uint64_t revision;
	uint64_t everything; /* the last revision that changed too much to be logged */
	uint32_t log[LOG_SIZE];

	bool loading;
	unsigned moves_left; /* rows that a load may still move in place before it leaves them to the sort */
	int64_t pinned;
	int64_t *kept; /* in order */
	size_t kept_count;
	struct hidden *hidden;
	size_t hidden_count;
	struct pool pool;
	struct shared people;
	struct shared tags;
};

struct queue *queue_new(void)
{
	struct queue *queue = alloc_bytes(sizeof *queue);
	queue->moves_left = LOAD_MOVES;
	pool_init(&queue->pool);
	return queue;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	for (size_t i = 0; i * CHUNK_ROWS < queue->slot_count; i++)
		free(queue->chunks[i]);
	free(queue->chunks);
	free(queue->flags);
	free(queue->unused);
	free(queue->table);
	free(queue->order);
	free(queue->kept);
	free(queue->hidden);
	shared_release(&queue->people);
	shared_release(&queue->tags);
	pool_release(&queue->pool);
	free(queue);
}

static struct ticket_row *row_at(const struct queue *queue, uint32_t slot)
{
	return &queue->chunks[slot / CHUNK_ROWS][slot % CHUNK_ROWS];
}

static void changed(struct queue *queue, uint32_t slot)
{
	queue->log[queue->revision++ % LOG_SIZE] = slot;
}

static void everything_changed(struct queue *queue)
{
	queue->everything = ++queue->revision;
}

/* ---- by id -------------------------------------------------------------------------------------- */

static size_t home_of(const struct queue *queue, int64_t id)
{
	return (size_t)((uint64_t)id * 0x9e3779b97f4a7c15u >> 32) & (queue->table_size - 1);
}

static void table_place(struct queue *queue, uint32_t slot)
{
	size_t at = home_of(queue, row_at(queue, slot)->id);
	while (queue->table[at])
		at = (at + 1) & (queue->table_size - 1);
	queue->table[at] = slot + 1;
}

static void table_make_room(struct queue *queue)
{
	if (queue->count * 5 < queue->table_size * 4)
		return;
	free(queue->table);
	queue->table_size = queue->table_size ? queue->table_size * 2 : 64;
	queue->table = alloc_array(queue->table_size, sizeof *queue->table);
	for (size_t i = 0; i < queue->count; i++)
		table_place(queue, queue->order[i]);
}

/* Where the id stands in the table; SIZE_MAX when it does not. */
static size_t table_find(const struct queue *queue, int64_t id)
{
	if (!queue->table_size)
		return SIZE_MAX;
	for (size_t at = home_of(queue, id); queue->table[at]; at = (at + 1) & (queue->table_size - 1))
		if (row_at(queue, queue->table[at] - 1)->id == id)
			return at;
	return SIZE_MAX;
}

static void table_remove(struct queue *queue, size_t gap)
{
	size_t mask = queue->table_size - 1;
	for (size_t at = (gap + 1) & mask; queue->table[at]; at = (at + 1) & mask) {
		size_t home = home_of(queue, row_at(queue, queue->table[at] - 1)->id);
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			queue->table[gap] = queue->table[at];
			gap = at;
		}
	}
	queue->table[gap] = 0;
}

uint32_t queue_slot_of(const struct queue *queue, int64_t id)
{
	size_t at = table_find(queue, id);
	return at == SIZE_MAX ? UINT32_MAX : queue->table[at] - 1;
}

const struct ticket_row *queue_find(const struct queue *queue, int64_t id)
{
	uint32_t slot = queue_slot_of(queue, id);
	return slot == UINT32_MAX ? NULL : row_at(queue, slot);
}

/* ---- the order ---------------------------------------------------------------------------------- */

size_t queue_search(
        const struct queue *queue, const uint32_t *slots, size_t count, const struct ticket_row *row)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ticket_order(row_at(queue, slots[middle]), row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* `in_place`: where it belongs; otherwise, when it does not come last, among those that are sorted when the load ends. */
static void order_insert(struct queue *queue, uint32_t slot, bool in_place)
{
	if (queue->count == queue->order_room) {
		queue->order_room += queue->order_room / 4 + 1024;
		queue->order = alloc_grow(queue->order, queue->order_room, sizeof *queue->order);
	}
	const struct ticket_row *row = row_at(queue, slot);
	size_t at = queue->count;
	bool behind_all = queue->sorted == queue->count &&
	                  (!at || ticket_order(row_at(queue, queue->order[at - 1]), row) < 0);
	queue->flags[slot] &= (unsigned char)~SLOT_UNSORTED;
	if (behind_all) {
		queue->sorted++;
	} else if (!in_place) {
		queue->flags[slot] |= SLOT_UNSORTED;
	} else {
		at = queue_search(queue, queue->order, queue->sorted, row);
		memmove(queue->order + at + 1, queue->order + at, (queue->count - at) * sizeof *queue->order);
		queue->sorted++;
	}
	queue->order[at] = slot;
	queue->count++;
}

/* Before the row's key changes: it is found by the old one. */
static void order_remove(struct queue *queue, uint32_t slot)
{
	size_t at;
	if (queue->flags[slot] & SLOT_UNSORTED) {
		at = queue->sorted;
		while (queue->order[at] != slot)
			at++;
	} else {
		at = queue_search(queue, queue->order, queue->sorted, row_at(queue, slot));
		queue->sorted--;
	}
	queue->count--;
	memmove(queue->order + at, queue->order + at + 1, (queue->count - at) * sizeof *queue->order);
}

struct sort_key {
	int32_t rank; /* priority and precedence */
	uint32_t slot;
	instant due_at;
	int64_t id;
};

static int compare_keys(const void *a, const void *b)
{
	const struct sort_key *left = a, *right = b;
	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	if (left->due_at != right->due_at)
		return left->due_at < right->due_at ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
}

/* Sorts what came during the load and merges it with what was in order. The keys are copied beside each other first:
 * comparing rows where they lie would wait for memory. */
static void sort_order(struct queue *queue)
{
	size_t count = queue->count - queue->sorted;
	struct sort_key *keys = alloc_array(count, sizeof *keys);
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = queue->order[queue->sorted + i];
		const struct ticket_row *row = row_at(queue, slot);
		keys[i] = (struct sort_key){row->priority << 8 | row->precedence, slot, row->due_at, row->id};
		queue->flags[slot] &= (unsigned char)~SLOT_UNSORTED;
	}
	qsort(keys, count, sizeof *keys, compare_keys);
	/* From behind, so that nothing is overwritten before it was moved. */
	size_t before = queue->sorted, at = queue->count;
	while (count) {
		const struct ticket_row *row = row_at(queue, keys[count - 1].slot);
		if (before && ticket_order(row_at(queue, queue->order[before - 1]), row) > 0)
			queue->order[--at] = queue->order[--before];
		else
			queue->order[--at] = keys[--count].slot;
	}
	queue->sorted = queue->count;
	free(keys);
}

/* ---- rows --------------------------------------------------------------------------------------- */

static const char *keep_text(struct queue *queue, const char *text)
{
	if (!text || !*text)
		return "";
	size_t size = strlen(text) + 1;
	return memcpy(pool_take(&queue->pool, size), text, size);
}

static void drop_text(struct queue *queue, const char *text)
{
	if (*text)
		pool_give(&queue->pool, (void *)(uintptr_t)text, strlen(text) + 1);
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static struct shared_text *take_person(struct queue *queue, const struct ticket_row *from)
{
	return shared_take(
	        &queue->people, &queue->pool, text_of(from->requester_name), text_of(from->requester_email));
}

static const char *take_tags(struct queue *queue, const char *tags)
{
	return tags && *tags ? shared_take(&queue->tags, &queue->pool, tags, "")->first : "";
}

static void give_tags(struct queue *queue, const char *tags)
{
	if (*tags)
		shared_give(&queue->tags, &queue->pool, shared_of(tags));
}

/* Copies the row into the slot, with strings of the queue's own. */
static void fill_slot(struct queue *queue, uint32_t slot, const struct ticket_row *from)
{
	const struct shared_text *person = take_person(queue, from);
	struct ticket_row *row = row_at(queue, slot);
	const char *subject = keep_text(queue, from->subject);
	const char *hold_for = keep_text(queue, from->hold_for);
	const char *tags = take_tags(queue, from->tags);
	const char *mentioned = keep_text(queue, from->mentioned);
	*row = *from;
	row->subject = subject;
	row->hold_for = hold_for;
	row->tags = tags;
	row->mentioned = mentioned;
	row->requester_name = person->first;
	row->requester_email = shared_second(person);
}

static void drop_strings(struct queue *queue, const struct ticket_row *row)
{
	drop_text(queue, row->subject);
	drop_text(queue, row->hold_for);
	drop_text(queue, row->mentioned);
	give_tags(queue, row->tags);
	shared_give(&queue->people, &queue->pool, shared_of(row->requester_name));
}

static uint32_t new_slot(struct queue *queue)
{
	if (queue->unused_count)
		return queue->unused[--queue->unused_count];
	if (queue->slot_count % CHUNK_ROWS == 0) {
		size_t chunks = queue->slot_count / CHUNK_ROWS + 1;
		queue->chunks = alloc_grow(queue->chunks, chunks, sizeof *queue->chunks);
		queue->chunks[chunks - 1] = alloc_array(CHUNK_ROWS, sizeof **queue->chunks);
		queue->flags = alloc_grow(queue->flags, chunks * CHUNK_ROWS, 1);
		memset(queue->flags + queue->slot_count, 0, CHUNK_ROWS);
	}
	return (uint32_t)queue->slot_count++;
}

static void add_row(struct queue *queue, const struct ticket_row *row, unsigned char seen)
{
	table_make_room(queue);
	uint32_t slot = new_slot(queue);
	fill_slot(queue, slot, row);
	queue->flags[slot] = SLOT_USED | seen;
	table_place(queue, slot);
	order_insert(queue, slot, !queue->loading);
	changed(queue, slot);
}

/* The row leaves everything but the order. */
static void free_slot(struct queue *queue, uint32_t slot)
{
	struct ticket_row *row = row_at(queue, slot);
	table_remove(queue, table_find(queue, row->id));
	drop_strings(queue, row);
	queue->flags[slot] = 0;
	if (queue->unused_count == queue->unused_room) {
		queue->unused_room += queue->unused_room / 2 + 64;
		queue->unused = alloc_grow(queue->unused, queue->unused_room, sizeof *queue->unused);
	}
	queue->unused[queue->unused_count++] = slot;
	changed(queue, slot);
}

static void remove_row(struct queue *queue, uint32_t slot)
{
	order_remove(queue, slot);
	free_slot(queue, slot);
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a, text_of(b)) == 0;
}

static bool same_clock(const struct ticket_row *a, const struct ticket_row *b)
{
	return a->metric == b->metric && a->paused == b->paused && a->target_s == b->target_s &&
	       a->remaining_s == b->remaining_s && a->calendar_id == b->calendar_id &&
	       a->started_at == b->started_at && a->due_at == b->due_at && a->breach_at == b->breach_at;
}

static bool same_people(const struct ticket_row *a, const struct ticket_row *b)
{
	return a->organization_id == b->organization_id && a->plan_id == b->plan_id &&
	       a->assignee_id == b->assignee_id && a->team_id == b->team_id &&
	       a->incident_id == b->incident_id && same_text(a->requester_name, b->requester_name) &&
	       same_text(a->requester_email, b->requester_email);
}

static bool same_row(const struct ticket_row *a, const struct ticket_row *b)
{
	return a->version == b->version && a->priority == b->priority && a->status == b->status &&
	       a->channel == b->channel && a->precedence == b->precedence &&
	       a->last_author == b->last_author && a->created_at == b->created_at &&
	       a->updated_at == b->updated_at && a->last_message_at == b->last_message_at &&
	       a->message_count == b->message_count && same_clock(a, b) && same_people(a, b) &&
	       same_text(a->subject, b->subject) && same_text(a->hold_for, b->hold_for) &&
	       same_text(a->tags, b->tags) && same_text(a->mentioned, b->mentioned);
}

/* The text in place of the old one. An equal one stays where it is: that is the usual case, and a caller who put a changed
 * copy of the queue's own row need not wonder whose strings it carries. */
static const char *replace_text(struct queue *queue, const char *old, const char *text)
{
	if (same_text(old, text))
		return old;
	text = keep_text(queue, text);
	drop_text(queue, old);
	return text;
}

static void refill_slot(struct queue *queue, uint32_t slot, const struct ticket_row *from)
{
	struct ticket_row *row = row_at(queue, slot);
	struct shared_text *before = shared_of(row->requester_name);
	const char *tags_before = row->tags;
	const struct shared_text *person = take_person(queue, from);
	const char *tags = take_tags(queue, from->tags);
	const char *subject = replace_text(queue, row->subject, from->subject);
	const char *hold_for = replace_text(queue, row->hold_for, from->hold_for);
	const char *mentioned = replace_text(queue, row->mentioned, from->mentioned);
	shared_give(&queue->people, &queue->pool, before);
	give_tags(queue, tags_before);
	*row = *from;
	row->subject = subject;
	row->hold_for = hold_for;
	row->tags = tags;
	row->mentioned = mentioned;
	row->requester_name = person->first;
	row->requester_email = shared_second(person);
}

static void replace_row(struct queue *queue, uint32_t slot, const struct ticket_row *row)
{
	bool moves = ticket_order(row_at(queue, slot), row) != 0 && !(queue->flags[slot] & SLOT_UNSORTED);
	if (moves)
		order_remove(queue, slot);
	refill_slot(queue, slot, row);
	if (moves)
		order_insert(queue, slot, queue->moves_left > 0);
	if (moves && queue->loading && queue->moves_left)
		queue->moves_left--;
	changed(queue, slot);
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* Whether somebody looks at the ticket although it is closed. */
static bool is_kept(const struct queue *queue, int64_t id)
{
	return id == queue->pinned ||
	       (queue->kept_count && bsearch(&id, queue->kept, queue->kept_count, sizeof id, compare_ids));
}

static struct hidden *find_hidden(const struct queue *queue, int64_t id)
{
	for (size_t i = 0; i < queue->hidden_count; i++)
		if (queue->hidden[i].id == id)
			return &queue->hidden[i];
	return NULL;
}

static void unhide(struct queue *queue, int64_t id)
{
	struct hidden *hidden = find_hidden(queue, id);
	if (hidden)
		*hidden = queue->hidden[--queue->hidden_count];
}

/* A closed row that nothing keeps goes; where only an overlay says that it is closed, that is remembered. */
static void remove_closed(struct queue *queue, uint32_t slot, bool drawn)
{
	if (drawn) {
		queue->hidden = alloc_grow(queue->hidden, queue->hidden_count + 1, sizeof *queue->hidden);
		queue->hidden[queue->hidden_count++] =
		        (struct hidden){row_at(queue, slot)->id, queue->flags[slot] & SLOT_SEEN};
	}
	remove_row(queue, slot);
}

/* seen: SLOT_SEEN when the row is the server's, SLOT_DRAWN otherwise. */
static bool put(struct queue *queue, const struct ticket_row *row, unsigned char seen)
{
	uint32_t slot = queue_slot_of(queue, row->id);
	bool wanted = row->status != STATUS_CLOSED || is_kept(queue, row->id);
	if (slot == UINT32_MAX) {
		if (wanted || seen == SLOT_SEEN)
			unhide(queue, row->id);
		if (wanted)
			add_row(queue, row, seen);
		return wanted;
	}
	bool first = queue->loading && seen == SLOT_SEEN && !(queue->flags[slot] & SLOT_SEEN);
	queue->flags[slot] |= seen & SLOT_SEEN;
	const struct ticket_row *known = row_at(queue, slot);
	if (known->version > row->version && !first)
		return false;
	queue->flags[slot] = (unsigned char)((queue->flags[slot] & ~SLOT_DRAWN) | seen);
	if (wanted && same_row(known, row))
		return false;
	if (wanted)
		replace_row(queue, slot, row);
	else
		remove_closed(queue, slot, seen == SLOT_DRAWN);
	return true;
}

bool queue_is_hidden(const struct queue *queue, int64_t id)
{
	return find_hidden(queue, id) != NULL;
}

bool queue_put(struct queue *queue, const struct ticket_row *row)
{
	return put(queue, row, SLOT_SEEN);
}

bool queue_overlay(struct queue *queue, const struct ticket_row *row)
{
	return put(queue, row, SLOT_DRAWN);
}

void queue_pin(struct queue *queue, int64_t id)
{
	int64_t before = queue->pinned;
	queue->pinned = id;
	uint32_t slot = before && before != id ? queue_slot_of(queue, before) : UINT32_MAX;
	if (slot != UINT32_MAX && row_at(queue, slot)->status == STATUS_CLOSED && !is_kept(queue, before))
		remove_closed(queue, slot, queue->flags[slot] & SLOT_DRAWN);
}

void queue_keep(struct queue *queue, const int64_t *ids, size_t count)
{
	int64_t *before = queue->kept;
	const size_t before_count = queue->kept_count;
	queue->kept = alloc_array(count, sizeof *queue->kept);
	queue->kept_count = count;
	if (count)
		memcpy(queue->kept, ids, count * sizeof *ids);
	qsort(queue->kept, count, sizeof *queue->kept, compare_ids);
	for (size_t i = 0; i < before_count; i++) {
		const uint32_t slot = queue_slot_of(queue, before[i]);
		if (slot != UINT32_MAX && row_at(queue, slot)->status == STATUS_CLOSED &&
		        !is_kept(queue, before[i]))
			remove_closed(queue, slot, queue->flags[slot] & SLOT_DRAWN);
	}
	free(before);
}

/* ---- loading ------------------------------------------------------------------------------------ */

void queue_load_begin(struct queue *queue)
{
	if (queue->loading)
		queue_load_end(queue);
	queue->loading = true;
	queue->moves_left = LOAD_MOVES;
	for (size_t slot = 0; slot < queue->slot_count; slot++)
		queue->flags[slot] &= (unsigned char)~SLOT_SEEN;
	for (size_t i = 0; i < queue->hidden_count; i++)
		queue->hidden[i].seen = 0;
}

void queue_load_end(struct queue *queue)
{
	queue->loading = false;
	queue->moves_left = LOAD_MOVES;
	if (queue->sorted == queue->count)
		return;
	sort_order(queue);
	everything_changed(queue);
}

void queue_load_sweep(struct queue *queue)
{
	size_t kept = 0, sorted = 0, count = queue->count;
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = queue->order[i];
		const struct ticket_row *row = row_at(queue, slot);
		const bool closed = row->status == STATUS_CLOSED && is_kept(queue, row->id);
		if (!(queue->flags[slot] & SLOT_SEEN) && row->id != queue->pinned && !closed) {
			free_slot(queue, slot);
			continue;
		}
		sorted += i < queue->sorted;
		queue->order[kept++] = slot;
	}
	queue->count = kept;
	queue->sorted = sorted;
	for (size_t i = queue->hidden_count; i-- > 0;)
		if (!queue->hidden[i].seen)
			unhide(queue, queue->hidden[i].id);
}

/* ---- what others see ---------------------------------------------------------------------------- */

size_t queue_count(const struct queue *queue)
{
	return queue->count;
}

uint64_t queue_revision(const struct queue *queue)
{
	return queue->revision;
}

size_t queue_memory(const struct queue *queue)
{
	size_t chunks = (queue->slot_count + CHUNK_ROWS - 1) / CHUNK_ROWS;
	return sizeof *queue + chunks * (CHUNK_ROWS * (sizeof **queue->chunks + 1) + sizeof *queue->chunks) +
	       (queue->unused_room + queue->table_size + queue->order_room) * sizeof(uint32_t) +
	       (queue->people.size + queue->tags.size) * sizeof *queue->people.table + queue->pool.bytes;
}

void queue_tags(const struct queue *queue, void (*each)(void *context, const char *tags, size_t tickets),
        void *context)
{
	for (size_t i = 0; i < queue->tags.size; i++)
		if (queue->tags.table[i])
			each(context, queue->tags.table[i]->first, queue->tags.table[i]->uses);
}

const uint32_t *queue_order(const struct queue *queue, size_t *count, size_t *sorted)
{
	*count = queue->count;
	*sorted = queue->sorted;
	return queue->order;
}

size_t queue_slots(const struct queue *queue)
{
	return queue->slot_count;
}

const struct ticket_row *queue_row(const struct queue *queue, uint32_t slot)
{
	return queue->flags[slot] & SLOT_USED ? row_at(queue, slot) : NULL;
}

size_t queue_changes(const struct queue *queue, uint64_t revision, uint32_t *out, size_t room)
{
	uint64_t count = queue->revision - revision;
	if (revision < queue->everything || count > LOG_SIZE || count > room)
		return SIZE_MAX;
	for (uint64_t i = 0; i < count; i++)
		out[i] = queue->log[(revision + i) % LOG_SIZE];
	return (size_t)count;
}
