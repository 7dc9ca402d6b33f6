/*
 * Finding quotations and signatures.
 *
 * The text is cut into lines once; everything else looks at lines and, where a pattern spans some of them, a fixed number of
 * lines ahead, so the time is linear whatever the text. First the quotations are found from the top, then the signature in
 * what stands last outside of them, then neighbours become one.
 *
 * A quotation that is marked with ">" ends where the marks end. One that is only introduced (Outlook, web mail) has no end
 * of its own: it takes all that follows, so its introduction must be unmistakable.
 */
#include "core/fold.h"

#include "base/alloc.h"
#include "core/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	LINE_MOST = 400,       /* a longer line introduces nothing */
	FROM_MOST = 24,        /* bytes of the longest word for "From:" */
	INTRODUCTION_MOST = 3, /* lines of "On Monday, Eve\n<eve@a.test>\nwrote:" */
	HEADER_LINES_MOST = 8, /* among which Sent, To and Subject follow From */
	QUOTE_FEWEST = 3,      /* a shorter quotation is no longer than the line that would stand for it */
	SIGNATURE_MOST = 12,
	CLOSING_MOST = 8,
	CLOSING_FEWEST = 3,
	CLOSING_WIDTH_MOST = 200
};

/* ---- words ---------------------------------------------------------------------------------------- */

static const char *const wrote[] = {"wrote", "writes", "написал", "пишет", "писал", "пише", "писав",
        "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", "napisał", "schreef", "skrev", NULL};
/* How an introduction begins that is broken into several lines. */
static const char *const openers[] = {
        "On ", "Am ", "Le ", "El ", "Em ", "Il ", "Op ", "Den ", "W dniu ", "Dnia ", NULL};
static const char *const originals[] = {"Original Message", "Исходное сообщение", "Оригинальное сообщение",
        "Первоначальное сообщение", "Вихідне повідомлення", "Оригінальне повідомлення",
        "Ursprüngliche Nachricht", "Message d'origine", "Mensaje original", "Mensagem original",
        "Messaggio originale", "Oorspronkelijk bericht", "Oryginalna wiadomość", NULL};
static const char *const forwards[] = {"Forwarded message", "Пересылаемое сообщение", "Пересланное сообщение",
        "Переслане повідомлення", "Weitergeleitete Nachricht", "Begin forwarded message", NULL};
static const char *const from[] = {
        "From:", "От:", "От кого:", "Від:", "Von:", "De:", "Da:", "Van:", "Od:", "Från:", "Fra:", NULL};
/* Of each row one word must follow "From:"; at least two rows. */
static const char *const sent[] = {"Sent:", "Date:", "Отправлено:", "Дата:", "Надіслано:", "Gesendet:",
        "Datum:", "Envoyé", "Enviado", "Fecha:", "Data:", "Inviato:", "Verzonden:", "Wysłano:", NULL};
static const char *const to[] = {
        "To:", "Кому:", "An:", "À:", "Para:", "A:", "Aan:", "Do:", "Til:", "Till:", NULL};
static const char *const subject[] = {"Subject:", "Тема:", "Betreff:", "Objet",
        "Asunto:", "Assunto:", "Oggetto:", "Onderwerp:", "Temat:", "Emne:", "Ämne:", NULL};
static const char *const devices[] = {"Sent from my ", "Sent from Mail for ", "Sent from Outlook",
        "Sent from Yahoo", "Get Outlook for ", "Отправлено с ", "Отправлено из ", "Послано с ",
        "Надіслано з ", "Надіслано із ", "Von meinem ", "Gesendet von ", "Gesendet mit ", "Envoyé de mon ",
        "Enviado desde mi ", "Inviato da ", "Verstuurd vanaf ", NULL};
static const char *const closings[] = {"Best regards", "Kind regards", "Regards,", "Best wishes", "Sincerely",
        "С уважением", "С наилучшими пожеланиями", "З повагою", "Mit freundlichen Grüßen", "Viele Grüße",
        "Cordialement", "Saludos cordiales", NULL};

static bool begins_with_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (text_begins(text, *words))
			return true;
	return false;
}

static bool contains_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (text_contains(text, *words))
			return true;
	return false;
}

/* ---- lines ---------------------------------------------------------------------------------------- */

struct line {
	size_t start, length; /* without blanks at both ends */
};

struct pass {
	const char *text;
	struct line *lines;
	size_t count;
	struct fold_list *out;
};

static void cut_lines(struct pass *pass, size_t length)
{
	size_t room = 0;
	for (size_t at = 0; at <= length;) {
		const char *end = memchr(pass->text + at, '\n', length - at);
		size_t stop = end ? (size_t)(end - pass->text) : length, next = stop + 1;
		while (at < stop && pass->text[at] == ' ')
			at++;
		while (stop > at && pass->text[stop - 1] == ' ')
			stop--;
		if (pass->count == room) {
			room = room ? 2 * room : 64;
			pass->lines = alloc_grow(pass->lines, room, sizeof *pass->lines);
		}
		pass->lines[pass->count++] = (struct line){at, stop - at};
		at = next;
	}
}

static bool is_blank(const struct pass *pass, size_t i)
{
	return pass->lines[i].length == 0;
}

static bool is_quoted(const struct pass *pass, size_t i)
{
	return pass->lines[i].length && pass->text[pass->lines[i].start] == '>';
}

/* The line as a string without the asterisks that stand for bold letters; false when it is too long to mean anything. */
static bool line_words(const struct pass *pass, size_t i, char out[LINE_MOST + 1])
{
	const struct line *line = &pass->lines[i];
	size_t used = 0;
	if (line->length > LINE_MOST)
		return false;
	for (size_t at = 0; at < line->length; at++)
		if (pass->text[line->start + at] != '*')
			out[used++] = pass->text[line->start + at];
	out[used] = '\0';
	return used > 0;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static size_t skip_blank(const struct pass *pass, size_t i)
{
	while (i < pass->count && is_blank(pass, i))
		i++;
	return i;
}

/* ---- what introduces a quotation ------------------------------------------------------------------ */

/* 10:15 somewhere. */
static bool has_time(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c == ':' && c > text && isdigit((unsigned char)c[-1]) && isdigit((unsigned char)c[1]) &&
		        isdigit((unsigned char)c[2]))
			return true;
	return false;
}

static bool has_digit(const char *text)
{
	return strpbrk(text, "0123456789") != NULL;
}

enum introduction { INTRODUCES_NOT, INTRODUCES_MARKED, INTRODUCES_ALL };

/* What a line (or several, joined) that ends with a colon introduces. By the verb it may stand before marked lines; with an
 * address, or a date and a time, it can mean nothing else and may stand before unmarked ones. Web mail leaves out the verb:
 * `22.11.2026, 14:05, "Eve" <eve@a.test>:`. */
static enum introduction introduction_of(const char *words)
{
	if (contains_any(words, wrote)) {
		const bool dated = begins_with_any(words, openers) && has_time(words);
		return dated || (strchr(words, '@') && has_digit(words)) ? INTRODUCES_ALL : INTRODUCES_MARKED;
	}
	return ends_with(words, ">:") && strchr(words, '@') && has_time(words) ? INTRODUCES_ALL
	                                                                       : INTRODUCES_NOT;
}

/* How many lines from i on are an introduction; 0: none begins here. */
static size_t introduction_at(const struct pass *pass, size_t i, enum introduction *out)
{
	char joined[INTRODUCTION_MOST * (LINE_MOST + 1) + 1] = "";
	size_t used = 0;
	for (size_t n = 1; n <= INTRODUCTION_MOST && i + n <= pass->count; n++) {
		char words[LINE_MOST + 1];
		if (is_blank(pass, i + n - 1) || is_quoted(pass, i + n - 1) ||
		        !line_words(pass, i + n - 1, words))
			return 0;
		if (used)
			joined[used++] = ' ';
		memcpy(joined + used, words, strlen(words) + 1);
		used += strlen(words);
		if (ends_with(joined, ":")) {
			*out = introduction_of(joined);
			return *out != INTRODUCES_NOT ? n : 0;
		}
		/* Only these are broken into several lines. */
		if (n == 1 && (!has_digit(joined) || (!isdigit((unsigned char)joined[0]) &&
		                                             !begins_with_any(joined, openers))))
			return 0;
	}
	return 0;
}

/* "From:", and below it two of sent, to and subject. */
static bool header_block_at(const struct pass *pass, size_t i)
{
	char words[LINE_MOST + 1];
	bool has_sent = false, has_to = false, has_subject = false;
	if (!line_words(pass, i, words) || !memchr(words, ':', strnlen(words, FROM_MOST)) ||
	        !begins_with_any(words, from))
		return false;
	for (size_t n = 1; n < HEADER_LINES_MOST && i + n < pass->count; n++) {
		if (!line_words(pass, i + n, words))
			continue;
		has_sent |= begins_with_any(words, sent);
		has_to |= begins_with_any(words, to);
		has_subject |= begins_with_any(words, subject);
	}
	return has_sent + has_to + has_subject >= 2;
}

/* "-----Original Message-----", or the line that Outlook draws above its header block. */
static bool rule_at(const struct pass *pass, size_t i)
{
	char words[LINE_MOST + 1];
	if (!line_words(pass, i, words))
		return false;
	if (strncmp(words, "----", 4) == 0 && ends_with(words, "--"))
		return contains_any(words, originals);
	if (strncmp(words, "________", 8) != 0 || words[strspn(words, "_")])
		return false;
	const size_t below = skip_blank(pass, i + 1);
	return below < pass->count && header_block_at(pass, below);
}

static bool forward_at(const struct pass *pass, size_t i)
{
	char words[LINE_MOST + 1];
	if (!line_words(pass, i, words))
		return false;
	return (strncmp(words, "----", 4) == 0 || ends_with(words, ":")) && contains_any(words, forwards);
}

/* ---- quotations ------------------------------------------------------------------------------------ */

/* Lines [begin, end). */
static void add_fold(struct pass *pass, enum fold_kind kind, size_t begin, size_t end)
{
	struct fold_list *out = pass->out;
	while (end > begin && is_blank(pass, end - 1))
		end--;
	const struct line *last = &pass->lines[end - 1];
	const size_t start = pass->lines[begin].start;
	struct fold fold = {.kind = kind, .start = start, .length = last->start + last->length - start};
	for (size_t i = begin; i < end; i++)
		fold.lines += !is_blank(pass, i);
	/* From the beginning of the line, with the blanks that were cut. */
	while (fold.start && pass->text[fold.start - 1] == ' ') {
		fold.start--;
		fold.length++;
	}
	if (!(out->count & (out->count - 1)))
		out->list = alloc_grow(out->list, out->count ? 2 * out->count : 1, sizeof *out->list);
	out->list[out->count++] = fold;
}

/* Behind the marked lines from i on; blank lines between them belong to them. */
static size_t marked_end(const struct pass *pass, size_t i)
{
	size_t end = i;
	while (i < pass->count && is_quoted(pass, i)) {
		end = ++i;
		i = skip_blank(pass, i);
	}
	return end;
}

/* The quotation that begins in line i: behind its last line, or i when there is none. */
static size_t quotation_at(const struct pass *pass, size_t i)
{
	enum introduction introduces = INTRODUCES_NOT;
	if (is_blank(pass, i))
		return i;
	if (is_quoted(pass, i))
		return marked_end(pass, i);
	if (header_block_at(pass, i) || rule_at(pass, i))
		return pass->count;
	const size_t lines = introduction_at(pass, i, &introduces);
	if (!lines)
		return i;
	const size_t below = skip_blank(pass, i + lines);
	if (below < pass->count && is_quoted(pass, below))
		return marked_end(pass, below);
	return introduces == INTRODUCES_ALL && below < pass->count ? pass->count : i;
}

/* Returns the lines that stand last outside of quotations: [*begin, end), where a signature may be. */
static size_t find_quotations(struct pass *pass, size_t *begin)
{
	size_t end = pass->count;
	*begin = 0;
	for (size_t i = 0; i < pass->count;) {
		if (forward_at(pass, i))
			break; /* what follows is meant to be read */
		const size_t stop = quotation_at(pass, i);
		if (stop == i) {
			i++;
			continue;
		}
		add_fold(pass, FOLD_QUOTE, i, stop);
		if (skip_blank(pass, stop) < pass->count)
			*begin = stop;
		else
			end = i;
		i = stop;
	}
	return end;
}

/* ---- signatures ------------------------------------------------------------------------------------ */

static int lines_between(const struct pass *pass, size_t begin, size_t end)
{
	int lines = 0;
	for (size_t i = begin; i < end; i++)
		lines += !is_blank(pass, i);
	return lines;
}

static bool is_delimiter(const struct pass *pass, size_t i)
{
	const struct line *line = &pass->lines[i];
	return line->length == 2 && memcmp(pass->text + line->start, "--", 2) == 0;
}

/* A closing stands behind an empty line, and what is below it looks like name, company, telephone: a few short lines,
 * no question. */
static bool is_closing(const struct pass *pass, size_t i, size_t begin, size_t end)
{
	char words[LINE_MOST + 1];
	if ((i > begin && !is_blank(pass, i - 1)) || !line_words(pass, i, words) ||
	        !begins_with_any(words, closings))
		return false;
	const int lines = lines_between(pass, i, end);
	if (lines < CLOSING_FEWEST || lines > CLOSING_MOST)
		return false;
	for (size_t n = i; n < end; n++)
		if (pass->lines[n].length > CLOSING_WIDTH_MOST ||
		        memchr(pass->text + pass->lines[n].start, '?', pass->lines[n].length))
			return false;
	return true;
}

static bool is_device(const struct pass *pass, size_t i, size_t begin, size_t end)
{
	char words[LINE_MOST + 1];
	if ((i > begin && !is_blank(pass, i - 1)) || !line_words(pass, i, words))
		return false;
	return begins_with_any(words, devices) && lines_between(pass, i, end) == 1;
}

/* The signature of lines [begin, end) begins where the first of its forms does; `end` when there is none. */
static size_t signature_at(const struct pass *pass, size_t begin, size_t end)
{
	size_t i = end, found = end;
	for (int lines = 0; i > begin && lines <= SIGNATURE_MOST;) {
		i--;
		if ((is_delimiter(pass, i) && lines) || is_closing(pass, i, begin, end) ||
		        is_device(pass, i, begin, end))
			found = i;
		lines += !is_blank(pass, i);
	}
	return found;
}

/* Puts the one that was added last where it belongs. */
static void put_in_order(struct fold_list *out)
{
	for (size_t i = out->count; i-- > 1 && out->list[i - 1].start > out->list[i].start;) {
		const struct fold fold = out->list[i];
		out->list[i] = out->list[i - 1];
		out->list[i - 1] = fold;
	}
}

/* ---- all together ---------------------------------------------------------------------------------- */

static bool only_blanks(const char *text, size_t start, size_t end)
{
	while (start < end && strchr(" \n", text[start]))
		start++;
	return start == end;
}

/* Neighbours with nothing between them become one; then what is too short to be worth it goes. */
static void join_neighbours(const struct pass *pass)
{
	struct fold_list *out = pass->out;
	size_t kept = 0;
	for (size_t i = 0; i < out->count; i++) {
		const struct fold *fold = &out->list[i];
		struct fold *before = kept ? &out->list[kept - 1] : NULL;
		if (before && only_blanks(pass->text, before->start + before->length, fold->start)) {
			if (fold->kind == FOLD_QUOTE)
				before->kind = FOLD_QUOTE;
			before->length = fold->start + fold->length - before->start;
			before->lines += fold->lines;
		} else {
			out->list[kept++] = *fold;
		}
	}
	out->count = 0;
	for (size_t i = 0; i < kept; i++)
		if (out->list[i].kind == FOLD_SIGNATURE || out->list[i].lines >= QUOTE_FEWEST)
			out->list[out->count++] = out->list[i];
}

static bool something_stays(const char *text, size_t length, const struct fold_list *folds)
{
	size_t at = 0;
	for (size_t i = 0; i < folds->count; i++) {
		if (!only_blanks(text, at, folds->list[i].start))
			return true;
		at = folds->list[i].start + folds->list[i].length;
	}
	return !only_blanks(text, at, length);
}

void fold_find_part(const char *text, size_t length, struct fold_list *out)
{
	struct pass pass = {.text = text, .out = out};
	size_t begin, end, signature;
	fold_list_release(out);
	cut_lines(&pass, length);
	end = find_quotations(&pass, &begin);
	signature = signature_at(&pass, begin, end);
	if (signature < end && lines_between(&pass, signature, end)) {
		add_fold(&pass, FOLD_SIGNATURE, signature, end);
		put_in_order(out);
	}
	join_neighbours(&pass);
	free(pass.lines);
}

void fold_find(const char *text, size_t length, struct fold_list *out)
{
	fold_find_part(text, length, out);
	if (!something_stays(text, length, out))
		fold_list_release(out);
}

void fold_list_release(struct fold_list *folds)
{
	free(folds->list);
	*folds = (struct fold_list){0};
}
