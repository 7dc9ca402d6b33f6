/*
 * A text of the server is matched against the sentences of the schema (schema/functions: event_text() and what refuse() is
 * called with), where %s stands for what was put in; the catalog's sentence is then filled with the same pieces. A unit
 * test holds the table and the schema together.
 *
 * An event may have several clauses, "replied, set status open -> pending". The first may hold anything (a reason), so they
 * are parted only before words that a later clause begins with.
 */
#include "core/told.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES_MOST = 4, SENTENCE_MOST = 1000 };

struct piece {
	const char *at;
	size_t length;
};

/* What the pieces of a sentence are. */
enum inner {
	AS_IT_IS,
	VALUES, /* statuses, priorities, nobody, none */
	EVENTS, /* the last one tells what was done, by whom and how long ago */
	CLAUSES /* the only one tells what was done */
};

struct sentence {
	const char *words;
	enum inner inner;
};

static const struct sentence clauses[] = {
        {N_("replied"), AS_IT_IS},
        {N_("replied with the macro \"%s\""), AS_IT_IS},
        {N_("wrote an internal note"), AS_IT_IS},
        {N_("wrote an internal note with the macro \"%s\""), AS_IT_IS},
        {N_("used the macro \"%s\""), AS_IT_IS},
        {N_("wrote"), AS_IT_IS},
        {N_("sent an automatic message"), AS_IT_IS},
        {N_("opened the ticket"), AS_IT_IS},
        {N_("claimed it"), AS_IT_IS},
        {N_("said that no reply is needed: %s"), AS_IT_IS},
        {N_("recalled the reply before it was sent"), AS_IT_IS},
        {N_("took back \"%s\""), CLAUSES},
        {N_("merged it into %s"), AS_IT_IS},
        {N_("took the merge into %s back"), AS_IT_IS},
        {N_("merged %s into it"), AS_IT_IS},
        {N_("took %s out of it again"), AS_IT_IS},
        {N_("does not know whether the reply reached %s"), AS_IT_IS},
        {N_("could not deliver the reply to %s"), AS_IT_IS},
        {N_("delivered the reply to %s"), AS_IT_IS},
        {N_("set status %s -> %s (waits for %s)"), VALUES},
        {N_("set status %s -> %s"), VALUES},
        {N_("set priority %s -> %s"), VALUES},
        {N_("set assignee %s -> %s"), VALUES},
        {N_("set requester %s -> %s"), AS_IT_IS},
        {N_("set organization %s -> %s"), VALUES},
        {N_("set team %s -> %s"), VALUES},
        {N_("set hold for %s"), AS_IT_IS},
        {N_("set subject \"%s\" -> \"%s\""), AS_IT_IS},
        {N_("added the tag %s"), AS_IT_IS},
        {N_("added the tags %s"), AS_IT_IS},
        {N_("took off the tag %s"), AS_IT_IS},
        {N_("took off the tags %s"), AS_IT_IS},
        {N_("linked it to incident %s"), AS_IT_IS},
        {N_("unlinked it from incident %s"), AS_IT_IS},
        {N_("moved it from incident %s to incident %s"), AS_IT_IS},
        {N_("changed it"), AS_IT_IS},
};

static const struct sentence refusals[] = {
        {N_("nothing is taken back, since then on %s %s"), EVENTS},
        {N_("nothing is taken back, since then %s was moved elsewhere"), AS_IT_IS},
        {N_("nothing is taken back, since then %s"), EVENTS},
        {N_("the reply is not taken back, since then %s"), EVENTS},
        {N_("this cannot be taken back: you %s"), CLAUSES},
        {N_("there is no such action of yours to take back"), AS_IT_IS},
        {N_("this reply was sent and taken back; a new one can be sent"), AS_IT_IS},
        {N_("the reply cannot be taken back: it was sent %s ago"), AS_IT_IS},
        {N_("the reply cannot be taken back: the mail server is just getting it"), AS_IT_IS},
        {N_("the reply was not delivered; there is nothing to take back"), AS_IT_IS},
        {N_("the reply cannot be taken back: perhaps it was delivered"), AS_IT_IS},
        {N_("%s took it %s ago"), AS_IT_IS},
        {N_("ticket %s is not at version %s"), AS_IT_IS},
        {N_("ticket %s was merged into %s"), AS_IT_IS},
        {N_("ticket %s is not merged into another"), AS_IT_IS},
        {N_("ticket %s is closed"), AS_IT_IS},
        {N_("there is no ticket %s"), AS_IT_IS},
        {N_("a ticket cannot be merged into itself"), AS_IT_IS},
        {N_("a ticket that was answered is not new"), AS_IT_IS},
        {N_("a customer has been waiting for an answer for %s: reply, say that no reply is needed, or let the wait go on"),
                AS_IT_IS},
        {N_("no customer is waiting on this ticket"), AS_IT_IS},
        {N_("no unassigned ticket is waiting"), AS_IT_IS},
        {N_("no unassigned ticket is waiting for you; of other teams: %s"), AS_IT_IS},
        {N_("hold needs to know whom the ticket waits for"), AS_IT_IS},
        {N_("there is no active agent %s"), AS_IT_IS},
        {N_("%s may not do this: it needs the role %s"), AS_IT_IS},
        {N_("%s is not an agent here: sandglass agent add %s"), AS_IT_IS},
        {N_("this request id belongs to somebody else"), AS_IT_IS},
        {N_("\"%s\" is no mail address"), AS_IT_IS},
        {N_("there is no organization \"%s\""), AS_IT_IS},
        {N_("there is no incident %s"), AS_IT_IS},
        {N_("incident %s is closed"), AS_IT_IS},
        {N_("the title of an incident has at most 120 characters"), AS_IT_IS},
        {N_("%s is a public mail provider: it cannot stand for an organization"), AS_IT_IS},
        {N_("%s belongs to %s: moving somebody is a lead's to do"), AS_IT_IS},
        {N_("a ticket has at most 20 tags, not %s"), AS_IT_IS},
        {N_("the attachments have %s together, and %s is the most"), AS_IT_IS},
        {N_("there is no attachment %s"), AS_IT_IS},
        {N_("there is no message %s"), AS_IT_IS},
        {N_("the draft is larger than 4 MiB"), AS_IT_IS},
        {N_("the draft's files are no list, or its macro is no object"), AS_IT_IS},
        {N_("a view's name is one line of 1 to 60 characters"), AS_IT_IS},
        {N_("\"%s\" means something else already; give the view another name"), AS_IT_IS},
        {N_("the filter, the order or the columns are too long to be saved"), AS_IT_IS},
        {N_("there is no view \"%s\"; there is %s"), AS_IT_IS},
        {N_("there is no active agent \"%s\""), AS_IT_IS},
        {N_("the macro does nothing: it has no text and changes nothing on the ticket"), AS_IT_IS},
        {N_("this macro is another agent's own"), AS_IT_IS},
        {N_("macros of the team %s are kept by its members and by leads"), AS_IT_IS},
        {N_("shared macros are kept by leads; \"for: own\" or \"for: team\" makes it yours or your team's"),
                AS_IT_IS},
        {N_("there is no team \"%s\"; there is %s"), AS_IT_IS},
        {N_("you are in no team: say which, \"for: team NAME\""), AS_IT_IS},
        {N_("a macro's name is one line of at most 80 characters"), AS_IT_IS},
        {N_("%s is no agent and has no macros of his own"), AS_IT_IS},
        {N_("there is no such macro any more"), AS_IT_IS},
        {N_("%s changed the macro \"%s\" %s ago"), AS_IT_IS},
        {N_("there is a macro \"%s\" there already"), AS_IT_IS},
};

/* ---- recognising ------------------------------------------------------------------------------------ */

static const char *find(const char *from, const char *end, const char *word, size_t length)
{
	return length ? memmem(from, (size_t)(end - from), word, length) : end;
}

/* Whether the text is that sentence; *pieces are what stands for each %s, the shortest that fits. */
static bool matches(const char *words, struct piece text, struct piece *pieces)
{
	const char *at = text.at, *end = text.at + text.length;
	for (int count = 0;;) {
		const char *mark = strstr(words, "%s");
		size_t fixed = mark ? (size_t)(mark - words) : strlen(words);
		if ((size_t)(end - at) < fixed || memcmp(at, words, fixed) != 0)
			return false;
		at += fixed;
		if (!mark)
			return at == end;
		words = mark + 2;
		const char *next = strstr(words, "%s");
		size_t length = next ? (size_t)(next - words) : strlen(words);
		const char *stop = next ? find(at, end, words, length) : end - length;
		if (!stop || stop < at || count == PIECES_MOST)
			return false;
		pieces[count++] = (struct piece){at, (size_t)(stop - at)};
		at = stop;
	}
}

static const struct sentence *find_sentence(
        const struct sentence *table, size_t count, struct piece text, struct piece *pieces)
{
	for (size_t i = 0; i < count; i++)
		if (matches(table[i].words, text, pieces))
			return &table[i];
	return NULL;
}

/* How a clause begins that is not the first. */
static const char *const begins[] = {", set status ", ", set priority ", ", set assignee ",
        ", set requester ", ", set organization ", ", set team ", ", set hold for ", ", set subject \"",
        ", added the tag", ", took off the tag", ", linked it to incident ", ", unlinked it from incident ",
        ", moved it from incident "};

static bool is_later_clause(const char *at, const char *end)
{
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		size_t length = strlen(begins[i]);
		if ((size_t)(end - at) >= length && memcmp(at, begins[i], length) == 0)
			return true;
	}
	return false;
}

/* Where the next clause begins, or the text's end. */
static const char *next_clause(struct piece text)
{
	const char *end = text.at + text.length, *first = end;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		const char *found = find(text.at, end, begins[i], strlen(begins[i]));
		if (found && found < first)
			first = found;
	}
	return first;
}

/* ---- saying ----------------------------------------------------------------------------------------- */

static bool add_text(struct piece text, struct strbuf *out);

/* "12 s", "5 min", "3 h", "2 d" as the server says how long ago something was. */
static bool add_age(struct piece piece, struct strbuf *out)
{
	char *unit;
	if (!piece.length || piece.length > 12 || piece.at[0] < '0' || piece.at[0] > '9')
		return false;
	char *text = alloc_copy_n(piece.at, piece.length);
	long long count = strtoll(text, &unit, 10);
	bool known = true;
	if (strcmp(unit, " s") == 0)
		strbuf_addf(out, _("%lld s"), count);
	else if (strcmp(unit, " min") == 0)
		strbuf_addf(out, _("%lld min"), count);
	else if (strcmp(unit, " h") == 0)
		strbuf_addf(out, _("%lld h"), count);
	else if (strcmp(unit, " d") == 0)
		strbuf_addf(out, _("%lld d"), count);
	else
		known = false;
	free(text);
	return known;
}

static void add_value(struct piece piece, struct strbuf *out)
{
	char *word = alloc_copy_n(piece.at, piece.length);
	enum status status;
	enum priority priority;
	strbuf_adds(out, status_parse(word, &status)       ? status_label(status)
	                 : priority_parse(word, &priority) ? priority_label(priority)
	                 : strcmp(word, "nobody") == 0     ? _("nobody")
	                 : strcmp(word, "none") == 0       ? _("none")
	                                                   : word);
	free(word);
}

static void add_piece(struct piece piece, enum inner inner, struct strbuf *out)
{
	size_t before = out->length;
	if (inner == VALUES)
		add_value(piece, out);
	else if (add_age(piece, out) || (inner != AS_IT_IS && add_text(piece, out)))
		return;
	else {
		strbuf_truncate(out, before);
		strbuf_add(out, piece.at, piece.length);
	}
}

/* "%s" in turn, "%2$s" by its number. */
static void fill(const struct sentence *sentence, const struct piece *pieces, struct strbuf *out)
{
	int turn = 0;
	for (const char *at = _(sentence->words); *at; at++) {
		if (at[0] == '%' && at[1] == 's' && turn < PIECES_MOST) {
			add_piece(pieces[turn++], sentence->inner, out);
			at++;
		} else if (at[0] == '%' && at[1] > '0' && at[1] <= '0' + PIECES_MOST &&
		           strncmp(at + 2, "$s", 2) == 0) {
			add_piece(pieces[at[1] - '1'], sentence->inner, out);
			at += 3;
		} else {
			strbuf_addc(out, *at);
		}
	}
}

static bool add_clause(struct piece text, struct strbuf *out)
{
	struct piece pieces[PIECES_MOST] = {{NULL, 0}};
	const struct sentence *sentence =
	        find_sentence(clauses, sizeof clauses / sizeof *clauses, text, pieces);
	if (sentence)
		fill(sentence, pieces, out);
	return sentence != NULL;
}

static bool add_clauses(struct piece text, struct strbuf *out);

/* The undone event between the quotes has clauses, and quotes, of its own: it ends where both it and what follows are
 * understood. */
static bool add_undone(struct piece text, struct strbuf *out)
{
	static const char begin[] = "took back \"";
	const size_t length = sizeof begin - 1;
	const char *end = text.at + text.length, *inner = text.at + length;
	if (text.length < length || memcmp(text.at, begin, length) != 0 ||
	        (text.length >= 2 * length && memcmp(inner, begin, length) == 0))
		return false;
	struct strbuf undone = STRBUF_INIT, rest = STRBUF_INIT;
	bool known = false;
	for (const char *at = inner; !known && (at = memchr(at, '"', (size_t)(end - at))) != NULL; at++) {
		const char *stop = at + 1;
		if (stop == end || !is_later_clause(stop, end))
			continue;
		strbuf_clear(&undone);
		strbuf_clear(&rest);
		known = add_clauses((struct piece){inner, (size_t)(at - inner)}, &undone) &&
		        add_clauses((struct piece){stop + 2, (size_t)(end - stop - 2)}, &rest);
	}
	if (known) {
		strbuf_addf(out, _("took back \"%s\""), undone.data);
		strbuf_addf(out, ", %s", rest.data);
	}
	strbuf_release(&undone);
	strbuf_release(&rest);
	return known;
}

/* Where what looks like a later clause is none, it belongs to the first one's reason. */
static bool add_clauses(struct piece text, struct strbuf *out)
{
	if (add_undone(text, out))
		return true;
	const char *end = text.at + text.length, *stop = next_clause(text);
	size_t before = out->length;
	if (stop == end)
		return add_clause(text, out);
	if (add_clause((struct piece){text.at, (size_t)(stop - text.at)}, out)) {
		strbuf_adds(out, ", ");
		if (add_clauses((struct piece){stop + 2, (size_t)(end - stop - 2)}, out))
			return true;
		strbuf_truncate(out, before);
	}
	return add_clause(text, out);
}

/* "ben set status open -> pending 12 s ago" */
static bool add_event(struct piece text, struct strbuf *out)
{
	static const char ago[] = " ago";
	const char *end = text.at + text.length - (sizeof ago - 1);
	const char *actor = memchr(text.at, ' ', text.length);
	if (text.length < sizeof ago || memcmp(end, ago, sizeof ago - 1) != 0 || !actor || actor >= end)
		return false;
	const char *age = end;
	for (int blanks = 0; age > actor && blanks < 2; blanks++)
		do
			age--;
		while (age > actor && *age != ' ');
	struct strbuf did = STRBUF_INIT, since = STRBUF_INIT;
	struct piece clause = {actor + 1, (size_t)(age > actor ? age - actor - 1 : 0)};
	bool known = add_clauses(clause, &did) &&
	             add_age((struct piece){age + 1, (size_t)(end - age - 1)}, &since);
	if (known) {
		char *name = alloc_copy_n(text.at, (size_t)(actor - text.at));
		strbuf_addf(out, _("%s %s %s ago"), strcmp(name, "you") == 0 ? _("you") : name, did.data,
		        since.data);
		free(name);
	}
	strbuf_release(&did);
	strbuf_release(&since);
	return known;
}

static bool add_text(struct piece text, struct strbuf *out)
{
	struct piece pieces[PIECES_MOST] = {{NULL, 0}};
	size_t before = out->length;
	const struct sentence *refusal =
	        find_sentence(refusals, sizeof refusals / sizeof *refusals, text, pieces);
	if (refusal) {
		fill(refusal, pieces, out);
		return true;
	}
	if (add_event(text, out))
		return true;
	strbuf_truncate(out, before);
	if (add_clauses(text, out))
		return true;
	strbuf_truncate(out, before);
	return false;
}

void told_words(const char *english, struct strbuf *out)
{
	struct piece text = {english, strnlen(english, SENTENCE_MOST + 1)};
	if (text.length > SENTENCE_MOST || !add_text(text, out))
		strbuf_adds(out, english);
}
