/*
 * A parsed filter as its own files see it: filter.c makes terms of text and text of terms, filter_words.c has the tables
 * of keys and words and reads one value, filter_match.c looks names up and looks at rows, filter_complete.c says what may
 * follow.
 */
#ifndef CORE_FILTER_TERMS_H
#define CORE_FILTER_TERMS_H

#include "core/filter.h"

enum filter_key_id {
#define FILTER_KEY(id, name, others, operators, kind, what, help) FILTER_##id,
#include "core/filter_keys.def"
#undef FILTER_KEY
	FILTER_TEXT, /* a word without a key */
	FILTER_KEY_COUNT
};

enum filter_kind { KIND_WORDS, KIND_NAMES, KIND_TEXT, KIND_TAGS, KIND_NUMBERS, KIND_WORKING, KIND_WALL };

struct filter_key {
	const char *name;
	const char *others; /* blanks between */
	const char *operators;
	enum filter_kind kind;
	const char *what;
	const char *help;
};

extern const struct filter_key filter_keys[FILTER_KEY_COUNT];

/* Of KIND_WORDS: a word's place is its bit; NULL behind the last one. */
const char *filter_word(enum filter_key_id key, unsigned place);

/* The bits of sla: and wait:, in the order of their words. */
enum { SLA_BREACHED = 1, SLA_SOON = 2, SLA_OK = 4, SLA_PAUSED = 8, SLA_NONE = 16 };
enum { WAIT_FIRST = 1, WAIT_NEXT = 2, WAIT_RESOLUTION = 4, WAIT_ANY = 8, WAIT_NONE = 16 };

struct filter_value {
	char *text; /* owned; without quotes */
	bool quoted;
	bool closed;       /* not quoted, or the second quote is there */
	size_t start, end; /* bytes of the filter's text */
};

/* A calendar's instants for one length of working time, as of filter.now. */
struct filter_limit {
	int32_t calendar_id; /* 0, the last one: a calendar that is not known */
	instant low, high;   /* due before low: less is left; due after high: more is */
	instant next_due; /* of the rows looked at, the earliest that is not before low; INSTANT_NONE: none */
};

struct filter_term {
	enum filter_key_id key;
	bool negated;
	char relation; /* ':', '<', '>' */
	struct filter_value *values;
	size_t count;
	unsigned bits; /* of words: any of these */
	bool none;     /* of names and tags: also those without one */
	bool any;      /* of names: also all with one */
	int64_t *
	        ids; /* of names and numbers, sorted: any of these; of FILTER_TEXT: organizations of that name */
	size_t id_count;
	int64_t length_s; /* of working or wall time */
	struct filter_limit *limits;
	size_t limit_count;
};

struct filter {
	struct filter_desk desk;
	struct filter_term *terms;
	size_t count;
	size_t *order; /* of the terms: those that cost least are asked first */
	instant now;
	instant next; /* the first instant at which a row changes by the wall alone */
};

/* ---- filter_words.c ---- */

/* A term as it is written, before anything in it is understood. */
struct filter_written {
	size_t start, end; /* with the sign */
	bool negated;
	size_t key_start, key_end;   /* empty for a word without a key */
	char relation;               /* 0: none; '=' is refused */
	struct filter_value *values; /* owned; at least one */
	size_t count;
};

/* The term at *at or behind it, which is moved to its end; false at the end of the text. */
bool filter_next(const char *text, size_t *at, struct filter_written *out);
void filter_values_release(struct filter_value *values, size_t count);

/* The key of that name (case does not matter) that takes the relation; with one that it does not take, the first of that name.
 * FILTER_KEY_COUNT: none. */
enum filter_key_id filter_key_find(const char *name, size_t length, char relation);

/* Whether its names are agents'. */
bool filter_is_agent(enum filter_key_id key);

/* Whether an unquoted value of that key stands for nobody or nothing. */
bool filter_is_none(enum filter_key_id key, const char *text);
/* Whether it stands for all that there are. */
bool filter_is_any(enum filter_key_id key, const char *text);
/* Whether it has a meaning of its own: me, none, any. */
bool filter_is_special(enum filter_key_id key, const char *text);

/* Whether both are the same without regard to case. */
bool filter_same(const char *a, const char *b);

/* Reads one value into the term's bits, ids or length. False: *text says what is wrong and what would be right. */
bool filter_value_read(struct filter_term *term, const struct filter_value *value,
        const struct filter_desk *desk, struct strbuf *wrong);

/* What a value of that key looks like: "new, open, pending, hold or closed". */
void filter_expected(enum filter_key_id key, const struct filter_desk *desk, struct strbuf *out);

/* Appends `word`, the place-th of `count`: "a", "a or b", "a, b or c". */
void filter_add_choice(struct strbuf *out, const char *word, size_t place, size_t count);

/* Appends the text as a value, in quotes where it would not be read as the same otherwise. */
void filter_quote(struct strbuf *out, enum filter_key_id key, const char *text, bool special);

/* One of the things that a key's names stand for. */
struct filter_name {
	int64_t id;
	const char *name;  /* what completion offers */
	const char *other; /* a short name, a full name, an incident's title; "" */
	bool current; /* offered; a plan nobody has any more, an agent who left, a closed incident are only understood */
	char number[12]; /* where name points for an incident */
};

/* The place-th one; false: there are no more. */
bool filter_name_at(
        enum filter_key_id key, const struct directory *directory, size_t place, struct filter_name *out);

/* Whether what is typed stands for it. */
bool filter_name_is(enum filter_key_id key, const struct filter_name *name, const char *typed);

#endif
