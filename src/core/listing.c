/*
 * A listing is the queue's order through a filter. It is never stale: whatever it is asked, it first catches up with the
 * queue, by the queue's log of changes: the slots that changed are taken out in one pass, and those that (still) belong are merged
 * back in at their new places in the same pass. Without a filter it is the queue's own order and costs nothing.
 *
 * In an order of its own (listing_sort) the same holds: it is sorted once when it is set, and then kept by the log, also during
 * a load, so a change never costs more than that pass and a binary search.
 *
 * What it knows stands apart from `struct listing` so that asking a const listing may catch up.
 */
#include "queue_order.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_MOST = 4096 };

/* The counts of the title line change only when the queue does or when a clock passes one of these instants. */
struct threshold {
	int32_t calendar_id;
	instant soon_before; /* what is due earlier is soon */
	instant next_due; /* no ticket that is not soon is due earlier: nothing changes until soon_before passes it */
};

enum count_as { COUNT_AS_NOTHING, COUNT_AS_OPEN, COUNT_AS_BREACHED, COUNT_AS_SOON };

struct counted {
	struct queue_counts counts;
	bool known;
	uint64_t revision; /* of the queue */
	instant now;
	instant next_breach; /* no ticket that is not breached is so earlier */
	struct threshold *thresholds;
	size_t threshold_count;
	unsigned char *as; /* enum count_as of every slot: what a change takes away from the counts */
	size_t room;
};

struct selection {
	uint64_t revision;
	bool known; /* false: look at everything */
	uint32_t *slots;
	size_t count, room;
	size_t sorted;          /* the rest came during a load and has no order yet */
	unsigned char *touched; /* one bit a slot; all 0 between uses */
	size_t touched_room;
	struct counted counted;
};

struct listing {
	const struct queue *queue;
	queue_filter *filter;
	const void *context;
	queue_key *key; /* NULL: the queue's order */
	const void *key_context;
	uint64_t filters; /* how many there were */
	struct selection *selection;
};

struct listing *listing_new(const struct queue *queue)
{
	struct listing *listing = alloc_bytes(sizeof *listing);
	listing->queue = queue;
	listing->selection = alloc_bytes(sizeof *listing->selection);
	return listing;
}

void listing_free(struct listing *listing)
{
	if (!listing)
		return;
	free(listing->selection->slots);
	free(listing->selection->touched);
	free(listing->selection->counted.thresholds);
	free(listing->selection->counted.as);
	free(listing->selection);
	free(listing);
}

void listing_filter(struct listing *listing, queue_filter *filter, const void *context)
{
	listing->filter = filter;
	listing->context = context;
	listing->filters++;
	listing->selection->known = false;
	listing->selection->counted.known = false;
}

void listing_sort(struct listing *listing, queue_key *key, const void *context)
{
	listing->key = key;
	listing->key_context = context;
	listing->selection->known = false;
}

/* ---- order -------------------------------------------------------------------------------------- */

static int64_t key_of(const struct listing *listing, const struct ticket_row *row)
{
	return listing->key ? listing->key(row, listing->key_context) : 0;
}

/* The first of `count` slots in order whose row does not come before `row`. */
static size_t search(
        const struct listing *listing, const uint32_t *slots, size_t count, const struct ticket_row *row)
{
	if (!listing->key)
		return queue_search(listing->queue, slots, count, row);
	const int64_t wanted = key_of(listing, row);
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ticket_row *other = queue_row(listing->queue, slots[middle]);
		const int64_t key = key_of(listing, other);
		if (key < wanted || (key == wanted && ticket_order(other, row) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int compare_slots(const void *a, const void *b, void *context)
{
	const struct listing *listing = context;
	const struct ticket_row *left = queue_row(listing->queue, *(const uint32_t *)a),
	                        *right = queue_row(listing->queue, *(const uint32_t *)b);
	const int64_t left_key = key_of(listing, left), right_key = key_of(listing, right);
	if (left_key != right_key)
		return left_key < right_key ? -1 : 1;
	return ticket_order(left, right);
}

struct keyed {
	int64_t key;
	uint32_t slot;
	uint32_t place; /* in the queue's order; UINT32_MAX: it has none yet */
};

static int compare_keyed(const void *a, const void *b, void *queue)
{
	const struct keyed *left = a, *right = b;
	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	if (left->place != UINT32_MAX && right->place != UINT32_MAX)
		return left->place < right->place ? -1 : 1;
	return ticket_order(queue_row(queue, left->slot), queue_row(queue, right->slot));
}

/* Sorts slots that stand in the queue's order, the first `ordered` of them by its rules. Keys are copied beside each other,
 * and among equal ones the place tells: comparing rows where they lie would wait for memory. */
static void sort_slots(const struct listing *listing, uint32_t *slots, size_t count, size_t ordered)
{
	struct keyed *keyed = alloc_array(count, sizeof *keyed);
	for (size_t i = 0; i < count; i++)
		keyed[i] = (struct keyed){key_of(listing, queue_row(listing->queue, slots[i])), slots[i],
		        i < ordered ? (uint32_t)i : UINT32_MAX};
	qsort_r(keyed, count, sizeof *keyed, compare_keyed, (void *)(uintptr_t)listing->queue);
	for (size_t i = 0; i < count; i++)
		slots[i] = keyed[i].slot;
	free(keyed);
}

/* ---- catching up -------------------------------------------------------------------------------- */

static bool belongs(const struct listing *listing, uint32_t slot)
{
	const struct ticket_row *row = queue_row(listing->queue, slot);
	return row && (!listing->filter || listing->filter(row, listing->context));
}

static void make_room(struct selection *selection, size_t count)
{
	if (count <= selection->room)
		return;
	selection->room = count + count / 4 + 64;
	selection->slots = alloc_grow(selection->slots, selection->room, sizeof *selection->slots);
}

static void rebuild(const struct listing *listing)
{
	struct selection *selection = listing->selection;
	size_t count, sorted;
	const uint32_t *order = queue_order(listing->queue, &count, &sorted);
	selection->count = 0;
	selection->sorted = 0;
	for (size_t i = 0; i < count; i++) {
		if (!belongs(listing, order[i]))
			continue;
		make_room(selection, selection->count + 1);
		selection->slots[selection->count++] = order[i];
		selection->sorted += i < sorted;
	}
	if (listing->key) {
		sort_slots(listing, selection->slots, selection->count, selection->sorted);
		selection->sorted = selection->count;
	}
}

/* Marks the changed slots and leaves in `changes` those that belong, once each, in order. Returns how many. */
static size_t mark_changes(const struct listing *listing, uint32_t *changes, size_t count)
{
	struct selection *selection = listing->selection;
	size_t bytes = queue_slots(listing->queue) / 8 + 1;
	if (bytes > selection->touched_room) {
		selection->touched = alloc_grow(selection->touched, bytes * 2, 1);
		memset(selection->touched + selection->touched_room, 0, bytes * 2 - selection->touched_room);
		selection->touched_room = bytes * 2;
	}
	size_t belong = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = changes[i];
		unsigned char bit = (unsigned char)(1 << slot % 8);
		if (selection->touched[slot / 8] & bit)
			continue;
		selection->touched[slot / 8] |= bit;
		if (belongs(listing, slot))
			changes[belong++] = slot;
	}
	qsort_r(changes, belong, sizeof *changes, compare_slots, (void *)(uintptr_t)listing);
	return belong;
}

static bool is_touched(const struct selection *selection, uint32_t slot)
{
	return selection->touched[slot / 8] >> slot % 8 & 1;
}

/* Takes out what is marked. What stays did not change, so it is still in order. */
static void take_out(struct selection *selection)
{
	size_t kept = 0;
	for (size_t i = 0; i < selection->count; i++) {
		uint32_t slot = selection->slots[i];
		selection->slots[kept] = slot;
		kept += !is_touched(selection, slot);
	}
	selection->count = kept;
}

/* Puts `count` slots, themselves in order, where they belong: each behind the ones that were placed before, from the end. */
static void merge(const struct listing *listing, const uint32_t *added, size_t count)
{
	struct selection *selection = listing->selection;
	size_t rest = selection->count;
	make_room(selection, rest + count);
	selection->count += count;
	while (count) {
		const struct ticket_row *row = queue_row(listing->queue, added[count - 1]);
		size_t at = search(listing, selection->slots, rest, row);
		memmove(selection->slots + at + count, selection->slots + at,
		        (rest - at) * sizeof *selection->slots);
		selection->slots[at + count - 1] = added[count - 1];
		rest = at;
		count--;
	}
	selection->sorted = selection->count;
}

static bool catch_up_by_log(const struct listing *listing)
{
	struct selection *selection = listing->selection;
	uint32_t changes[CHANGES_MOST], belonging[CHANGES_MOST];
	size_t count, sorted;
	queue_order(listing->queue, &count, &sorted);
	if (!selection->known || selection->sorted != selection->count || (sorted != count && !listing->key))
		return false;
	size_t changed = queue_changes(listing->queue, selection->revision, changes, CHANGES_MOST);
	if (changed == SIZE_MAX)
		return false;
	memcpy(belonging, changes, changed * sizeof *changes);
	size_t belong = mark_changes(listing, belonging, changed);
	take_out(selection);
	merge(listing, belonging, belong);
	for (size_t i = 0; i < changed; i++)
		selection->touched[changes[i] / 8] = 0;
	return true;
}

void listing_refresh(struct listing *listing)
{
	listing_count(listing);
}

/* The slots of the listing, up to date; *sorted of *count are in order. */
static const uint32_t *slots_of(const struct listing *listing, size_t *count, size_t *sorted)
{
	struct selection *selection = listing->selection;
	uint64_t revision = queue_revision(listing->queue);
	if (!listing->filter && !listing->key)
		return queue_order(listing->queue, count, sorted);
	if (!selection->known || selection->revision != revision) {
		if (!catch_up_by_log(listing))
			rebuild(listing);
		selection->revision = revision;
		selection->known = true;
	}
	*count = selection->count;
	*sorted = selection->sorted;
	return selection->slots;
}

/* ---- asking ------------------------------------------------------------------------------------- */

size_t listing_count(const struct listing *listing)
{
	size_t count, sorted;
	slots_of(listing, &count, &sorted);
	return count;
}

const struct ticket_row *listing_row(const struct listing *listing, size_t position)
{
	size_t count, sorted;
	const uint32_t *slots = slots_of(listing, &count, &sorted);
	return position < count ? queue_row(listing->queue, slots[position]) : NULL;
}

int64_t listing_id(const struct listing *listing, size_t position)
{
	const struct ticket_row *row = listing_row(listing, position);
	return row ? row->id : 0;
}

size_t listing_position(const struct listing *listing, int64_t id)
{
	size_t count, sorted;
	const uint32_t *slots = slots_of(listing, &count, &sorted);
	uint32_t slot = queue_slot_of(listing->queue, id);
	if (slot == UINT32_MAX)
		return SIZE_MAX;
	size_t at = search(listing, slots, sorted, queue_row(listing->queue, slot));
	if (at < sorted && slots[at] == slot)
		return at;
	for (at = sorted; at < count; at++)
		if (slots[at] == slot)
			return at;
	return SIZE_MAX;
}

uint64_t listing_revision(const struct listing *listing)
{
	return listing->filters + queue_revision(listing->queue);
}

bool listing_has(const struct listing *listing, int64_t id)
{
	uint32_t slot = queue_slot_of(listing->queue, id);
	return slot != UINT32_MAX && belongs(listing, slot);
}

size_t listing_near(const struct listing *listing, const struct ticket_row *row)
{
	size_t at = listing_position(listing, row->id);
	if (at != SIZE_MAX)
		return at;
	size_t count, sorted;
	const uint32_t *slots = slots_of(listing, &count, &sorted);
	return search(listing, slots, sorted, row);
}

/* ---- counting ----------------------------------------------------------------------------------- */

/* The instant before which a due time is soon. A calendar that ends before that has nothing but soon. */
static instant soon_before(const struct timeline *line, instant now, int64_t warn_s)
{
	instant due;
	if (warn_s <= 0)
		return INT64_MIN;
	if (!line)
		return now + warn_s;
	return timeline_add_work(line, now, warn_s, &due, NULL, NULL) ? due : INSTANT_NONE;
}

/* One for each calendar, and a last one for tickets of a calendar that is not known. */
static struct threshold *make_thresholds(
        const struct directory *directory, instant now, int64_t warn_s, size_t *count)
{
	*count = directory->calendar_count + 1;
	struct threshold *thresholds = alloc_array(*count, sizeof *thresholds);
	for (size_t i = 0; i < *count; i++) {
		bool known = i < directory->calendar_count;
		const struct calendar *calendar = known ? &directory->calendars[i] : NULL;
		thresholds[i].calendar_id = known ? calendar->id : 0;
		thresholds[i].soon_before =
		        soon_before(known && calendar->line.count ? &calendar->line : NULL, now, warn_s);
		thresholds[i].next_due = INSTANT_NONE;
	}
	return thresholds;
}

/* Whether no clock has passed an instant that matters since the tickets were counted. */
static bool nothing_passed(
        const struct counted *counted, const struct threshold *thresholds, size_t count, instant now)
{
	if (!counted->known || now < counted->now || now > counted->next_breach ||
	        count != counted->threshold_count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct threshold *then = &counted->thresholds[i];
		if (then->calendar_id != thresholds[i].calendar_id ||
		        thresholds[i].soon_before < then->soon_before ||
		        thresholds[i].soon_before > then->next_due)
			return false;
	}
	return true;
}

static struct threshold *threshold_of(struct counted *counted, int32_t calendar_id)
{
	size_t last = counted->threshold_count - 1;
	for (size_t i = 0; i < last; i++)
		if (counted->thresholds[i].calendar_id == calendar_id)
			return &counted->thresholds[i];
	return &counted->thresholds[last];
}

static enum count_as count_as(struct counted *counted, const struct ticket_row *row)
{
	if (row->status == STATUS_CLOSED)
		return COUNT_AS_NOTHING;
	if (row->metric == METRIC_NONE)
		return COUNT_AS_OPEN;
	if (row->paused)
		return row->remaining_s < 0 ? COUNT_AS_BREACHED : COUNT_AS_OPEN;
	if (row->breach_at < counted->now)
		return COUNT_AS_BREACHED;
	if (row->breach_at < counted->next_breach)
		counted->next_breach = row->breach_at;
	struct threshold *threshold = threshold_of(counted, row->calendar_id);
	if (row->due_at < threshold->soon_before)
		return COUNT_AS_SOON;
	if (row->due_at < threshold->next_due)
		threshold->next_due = row->due_at;
	return COUNT_AS_OPEN;
}

static void add_to_counts(struct queue_counts *counts, enum count_as as, size_t one)
{
	counts->open += as == COUNT_AS_NOTHING ? 0 : one;
	counts->breached += as == COUNT_AS_BREACHED ? one : 0;
	counts->soon += as == COUNT_AS_SOON ? one : 0;
}

/* NULL: the slot is not, or no longer, in the listing. */
static void count_slot(struct counted *counted, uint32_t slot, const struct ticket_row *row)
{
	add_to_counts(&counted->counts, counted->as[slot], (size_t)-1);
	counted->as[slot] = row ? count_as(counted, row) : COUNT_AS_NOTHING;
	add_to_counts(&counted->counts, counted->as[slot], 1);
}

/* The rows are taken as they lie in memory and not as they are in order: that is several times faster. */
static void count_all(const struct listing *listing, struct counted *counted)
{
	size_t slots = queue_slots(listing->queue), count, sorted;
	const uint32_t *shown = slots_of(listing, &count, &sorted);
	counted->counts = (struct queue_counts){0};
	counted->next_breach = INSTANT_NONE;
	if (counted->room)
		memset(counted->as, COUNT_AS_NOTHING, counted->room);
	for (size_t i = 0; i < count; i++)
		counted->as[shown[i]] = COUNT_AS_OPEN; /* for now: it is in the listing */
	for (uint32_t slot = 0; slot < slots; slot++)
		if (counted->as[slot]) {
			counted->as[slot] = COUNT_AS_NOTHING;
			count_slot(counted, slot, queue_row(listing->queue, slot));
		}
	counted->known = true;
}

static bool count_changes(const struct listing *listing, struct counted *counted)
{
	uint32_t changes[CHANGES_MOST];
	size_t changed = queue_changes(listing->queue, counted->revision, changes, CHANGES_MOST);
	if (changed == SIZE_MAX)
		return false;
	for (size_t i = 0; i < changed; i++) {
		bool in = belongs(listing, changes[i]);
		count_slot(counted, changes[i], in ? queue_row(listing->queue, changes[i]) : NULL);
	}
	return true;
}

static void make_count_room(struct counted *counted, size_t slots)
{
	if (slots <= counted->room)
		return;
	size_t room = slots + slots / 4 + 64;
	counted->as = alloc_grow(counted->as, room, 1);
	memset(counted->as + counted->room, COUNT_AS_NOTHING, room - counted->room);
	counted->room = room;
}

struct queue_counts listing_counts(
        const struct listing *listing, const struct directory *directory, instant now, int64_t warn_s)
{
	struct counted *counted = &listing->selection->counted;
	size_t count;
	struct threshold *thresholds = make_thresholds(directory, now, warn_s, &count);
	bool good = nothing_passed(counted, thresholds, count, now);
	for (size_t i = 0; good && i < count; i++)
		thresholds[i].next_due = counted->thresholds[i].next_due;
	free(counted->thresholds);
	counted->thresholds = thresholds;
	counted->threshold_count = count;
	counted->now = now;
	make_count_room(counted, queue_slots(listing->queue));
	if (!good || !count_changes(listing, counted))
		count_all(listing, counted);
	counted->revision = queue_revision(listing->queue);
	return counted->counts;
}
