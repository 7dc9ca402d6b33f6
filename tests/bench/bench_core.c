/*
 * How fast the pure parts are, at the size that the budgets name: 100,000 open tickets and a calendar of 110 years. One line for each
 * measurement; nothing here fails.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "core/countdown.h"
#include "core/filter.h"
#include "core/queue.h"
#include "core/sort.h"
#include "core/text.h"
#include "support/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKETS = 100000, PEOPLE = 20000, DAY = 86400, HOUR = 3600 };

static const instant first_day = 631152000; /* 1990-01-01, a Monday */

static struct random numbers = {0, 20261122};

static void report(const char *what, double value, const char *unit)
{
	printf("%-52s %12.1f %s\n", what, value, unit);
}

/* ---- working time ------------------------------------------------------------------------------- */

static void make_office_hours(struct timeline *line)
{
	timeline_init(line);
	for (int day = 0; day < 110 * 365; day++)
		if (day % 7 < 5 && day % 50 != 3)
			timeline_add(line, first_day + (int64_t)day * DAY + 7 * HOUR,
			        first_day + (int64_t)day * DAY + 15 * HOUR, 0, NULL);
}

enum { SUMS = 4000000 };

static void time_arithmetic(const struct timeline *line, const char *what, int64_t years)
{
	instant *from = alloc_array(SUMS, sizeof *from);
	int64_t *targets = alloc_array(SUMS, sizeof *targets);
	for (int i = 0; i < SUMS; i++) {
		from[i] =
		        first_day + 10 * 365 * (int64_t)DAY + random_between(&numbers, 0, years * 365 * DAY);
		targets[i] = random_between(&numbers, 1, 12 * HOUR);
	}
	int64_t sum = 0, began = clock_us();
	for (int i = 0; i < SUMS; i++) {
		instant due, breach;
		if (timeline_add_work(line, from[i], targets[i], &due, &breach, NULL))
			sum += due ^ breach;
	}
	double adds = (double)SUMS / (double)(clock_us() - began);
	began = clock_us();
	for (int i = 0; i + 1 < SUMS; i++)
		sum += timeline_between(line, from[i], from[i + 1]);
	double betweens = (double)SUMS / (double)(clock_us() - began);
	char name[80];
	snprintf(name, sizeof name, "timeline: add, %s", what);
	report(name, adds, "M/s");
	snprintf(name, sizeof name, "timeline: between, %s", what);
	report(name, betweens, "M/s");
	if (sum == 42)
		puts("");
	free(from);
	free(targets);
}

/* ---- the queue ---------------------------------------------------------------------------------- */

static char subjects[256][64];

static struct ticket_row random_row(int64_t id, int32_t version)
{
	static char name[32], email[48];
	int person = (int)random_between(&numbers, 1, PEOPLE);
	snprintf(name, sizeof name, "Customer Number %d", person);
	snprintf(email, sizeof email, "customer%d@example.org", person);
	struct ticket_row row = {
	        .id = id, .version = version, .metric = METRIC_FIRST_REPLY, .calendar_id = 1};
	row.priority = random_one_in(&numbers, 10) ? PRIORITY_URGENT : PRIORITY_NORMAL;
	row.precedence = (uint8_t)random_between(&numbers, 0, 1);
	row.due_at = first_day + random_between(&numbers, 0, 30 * DAY);
	row.breach_at = row.due_at;
	row.assignee_id = (int32_t)random_between(&numbers, 0, 20);
	row.subject = subjects[random_between(&numbers, 0, 255)];
	row.requester_name = name;
	row.requester_email = email;
	row.hold_for = "";
	return row;
}

static void make_subjects(void)
{
	for (int i = 0; i < 256; i++)
		snprintf(subjects[i], sizeof subjects[i],
		        "%03d the figures of last night did not arrive in the warehouse", i);
}

static int by_order(const void *a, const void *b)
{
	return ticket_order(a, b);
}

static double load(struct queue *queue, const struct ticket_row *rows)
{
	int64_t began = clock_us();
	queue_load_begin(queue);
	for (int i = 0; i < TICKETS; i++)
		queue_put(queue, &rows[i]);
	queue_load_end(queue);
	return (double)(clock_us() - began) / 1000;
}

static void time_loads(struct queue *queue)
{
	struct ticket_row *rows = alloc_array(TICKETS, sizeof *rows);
	for (int i = 0; i < TICKETS; i++) {
		rows[i] = random_row(i + 1, 1);
		rows[i].requester_name = alloc_copy(rows[i].requester_name);
		rows[i].requester_email = alloc_copy(rows[i].requester_email);
	}
	struct queue *other = queue_new();
	report("queue: load 100,000 rows in no order", load(other, rows), "ms");
	queue_free(other);
	qsort(rows, TICKETS, sizeof *rows, by_order);
	report("queue: load 100,000 rows in order", load(queue, rows), "ms");
	report("queue: load them again, nothing new", load(queue, rows), "ms");
	report("queue: memory of 100,000 rows", (double)queue_memory(queue) / 1e6, "MB");
	for (int i = 0; i < TICKETS; i++) {
		free((void *)(uintptr_t)rows[i].requester_name);
		free((void *)(uintptr_t)rows[i].requester_email);
	}
	free(rows);
}

static bool of_nobody(const struct ticket_row *row, const void *context)
{
	return row->assignee_id == 0;
}

static bool of_somebody(const struct ticket_row *row, const void *context)
{
	return row->assignee_id != 0;
}

static int by_number(const void *a, const void *b)
{
	return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

/* The middle one and the one that a hundredth are slower than. */
static void report_times(const char *what, int64_t *times, size_t count)
{
	char name[96];
	qsort(times, count, sizeof *times, by_number);
	snprintf(name, sizeof name, "%s, median", what);
	report(name, (double)times[count / 2], "us");
	snprintf(name, sizeof name, "%s, p99", what);
	report(name, (double)times[count * 99 / 100], "us");
}

/* Puts changed rows, `batch` at a time, and brings the listing up to date after each batch. */
static void time_puts(struct queue *queue, const char *what, queue_filter *filter, int batch)
{
	enum { ROUNDS = 4000 };
	static int64_t put_us[ROUNDS], refresh_us[ROUNDS];
	struct listing *listing = listing_new(queue);
	listing_filter(listing, filter, NULL);
	listing_refresh(listing);
	for (int round = 0; round < ROUNDS; round++) {
		put_us[round] = 0;
		for (int i = 0; i < batch; i++) {
			struct ticket_row row = random_row(random_between(&numbers, 1, TICKETS), 1000000);
			int64_t began = clock_us();
			queue_put(queue, &row);
			put_us[round] += clock_us() - began;
		}
		int64_t began = clock_us();
		listing_refresh(listing);
		refresh_us[round] = clock_us() - began;
	}
	char name[80];
	snprintf(name, sizeof name, "queue: put %d changed", batch);
	report_times(name, put_us, ROUNDS);
	snprintf(name, sizeof name, "listing: refresh after %d, %s", batch, what);
	report_times(name, refresh_us, ROUNDS);
	listing_free(listing);
}

static const instant now = first_day + 15 * DAY + 8 * HOUR;

static void make_directory(struct directory *directory, const struct timeline *line)
{
	directory_init(directory);
	char name[] = "";
	struct calendar *calendar =
	        directory_add_calendar(directory, &(struct calendar){.id = 1, .name = name});
	for (size_t i = 0; i < line->count; i++)
		timeline_add(&calendar->line, line->spans[i].start, line->spans[i].end, 0, NULL);
}

static void time_listings(struct queue *queue, const struct timeline *line)
{
	struct directory directory;
	make_directory(&directory, line);
	struct listing *listing = listing_new(queue);
	listing_filter(listing, of_somebody, NULL);
	int64_t began = clock_us();
	listing_refresh(listing);
	report("listing: build with a filter", (double)(clock_us() - began) / 1000, "ms");
	static int64_t count_us[21];
	for (int i = 0; i < 21; i++) { /* an earlier instant each time: nothing that is kept holds */
		began = clock_us();
		listing_counts(listing, &directory, now - i, 1800);
		count_us[i] = clock_us() - began;
	}
	report_times("listing: count all, filtered", count_us, 21);
	struct listing *all = listing_new(queue);
	for (int i = 0; i < 21; i++) {
		began = clock_us();
		listing_counts(all, &directory, now - i, 1800);
		count_us[i] = clock_us() - began;
	}
	report_times("listing: count all, no filter", count_us, 21);
	began = clock_us();
	for (int i = 0; i < 1000; i++)
		listing_counts(listing, &directory, now, 1800);
	report("listing: counts, nothing has passed", (double)(clock_us() - began) / 1000, "us");
	began = clock_us();
	int64_t sum = 0;
	for (int i = 0; i < 100000; i++)
		sum += countdown_of(listing_row(all, (size_t)i), line, now, 1800).next_change & 1;
	report("countdown: one row", (double)(clock_us() - began) / 100000, sum ? "us" : "us ");
	listing_free(listing);
	listing_free(all);
	directory_release(&directory);
}

/* ---- orders ------------------------------------------------------------------------------------- */

/* Rows are sorted once when an order is chosen; then a change costs what it costs in the queue's own order. */
static void time_order(struct queue *queue, struct sort_order order)
{
	enum { ROUNDS = 1000 };
	static int64_t refresh_us[ROUNDS];
	struct directory none;
	struct sorter sorter = {.places = NULL};
	struct listing *listing = listing_new(queue);
	char name[80];
	directory_init(&none);
	sorter_set(&sorter, order, &none);
	listing_sort(listing, sorter_key, &sorter);
	int64_t began = clock_us();
	listing_refresh(listing);
	snprintf(name, sizeof name, "listing: sort by %s", sort_word(order));
	report(name, (double)(clock_us() - began) / 1000, "ms");
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 25; i++) {
			struct ticket_row row =
			        random_row(random_between(&numbers, 1, TICKETS), 2000000 + round);
			queue_put(queue, &row);
		}
		began = clock_us();
		listing_refresh(listing);
		refresh_us[round] = clock_us() - began;
	}
	snprintf(name, sizeof name, "listing: refresh after 25, by %s", sort_word(order));
	report_times(name, refresh_us, ROUNDS);
	listing_free(listing);
	sorter_release(&sorter);
	directory_release(&none);
}

/* ---- filters ------------------------------------------------------------------------------------ */

static bool by_filter(const struct ticket_row *row, const void *context)
{
	struct filter *const *filter = context;
	return filter_matches(*filter, row);
}

/* Every row is looked at when a filter is set, and again when time moves a row in or out: once a second at most. */
static void time_filter(const struct queue *queue, const struct directory *directory, const char *text)
{
	enum { TIMES = 10 };
	const struct filter_desk desk = {directory, 1, 1800};
	struct filter_mistake mistake;
	struct listing *listing = listing_new(queue);
	struct filter *filter = filter_parse(text, &desk, &mistake);
	char name[80];
	size_t shown = 0;
	if (!filter)
		abort();
	int64_t began = clock_us();
	for (int i = 0; i < TIMES; i++) {
		filter_at(filter, now + i);
		listing_filter(listing, by_filter, &filter);
		shown = listing_count(listing);
	}
	snprintf(name, sizeof name, "filter: %s, %zu shown", text, shown);
	report(name, (double)(clock_us() - began) / 1000 / TIMES, "ms");
	listing_free(listing);
	filter_free(filter);
}

static void time_filters(const struct queue *queue, const struct timeline *line)
{
	static const char *const texts[] = {"status:new prio:urgent", "-assignee:none", "due<2h",
	        "sla:soon,ok", "export", "due>1h export"};
	struct directory directory;
	make_directory(&directory, line);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		time_filter(queue, &directory, texts[i]);
	directory_release(&directory);
}

/* ---- text --------------------------------------------------------------------------------------- */

static void time_text(const char *what, const char *sample)
{
	enum { TIMES = 200000 };
	struct strbuf out = STRBUF_INIT;
	size_t length = strlen(sample);
	int64_t began = clock_us();
	for (int i = 0; i < TIMES; i++) {
		strbuf_clear(&out);
		text_sanitise(&out, sample, length, TEXT_ONE_LINE);
	}
	char name[80];
	snprintf(name, sizeof name, "text: sanitise %s", what);
	report(name, (double)length * TIMES / (double)(clock_us() - began), "MB/s");
	began = clock_us();
	size_t fitted = 0;
	int used;
	for (int i = 0; i < TIMES; i++)
		fitted += text_fit(sample, length, 40, &used);
	if (!fitted)
		abort();
	snprintf(name, sizeof name, "text: fit %s into 40 cells", what);
	report(name, (double)(clock_us() - began) * 1000 / TIMES, "ns");
	strbuf_release(&out);
}

int main(void)
{
	struct timeline line;
	make_office_hours(&line);
	time_arithmetic(&line, "within 1 year", 1);
	time_arithmetic(&line, "within 90 years", 90);
	make_subjects();
	struct queue *queue = queue_new();
	time_loads(queue);
	time_puts(queue, "no filter", NULL, 1);
	time_puts(queue, "5 % shown", of_nobody, 1);
	time_puts(queue, "95 % shown", of_somebody, 1);
	time_puts(queue, "95 % shown", of_somebody, 25);
	time_listings(queue, &line);
	time_order(queue, (struct sort_order){SORT_DUE, false});
	time_order(queue, (struct sort_order){SORT_PRIORITY, true});
	time_filters(queue, &line);
	queue_free(queue);
	timeline_release(&line);
	time_text("English",
	        "Streaming stopped after token refresh, and the attribution model shows zero revenue");
	time_text("Russian",
	        "Данные за ночь не загрузились в BigQuery, отчёты для совета директоров через час");
	time_text("emoji and marks",
	        "Wo\xcc\x88rter \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb und \xe6\x97\xa5\xe6\x9c\xac");
	return 0;
}
