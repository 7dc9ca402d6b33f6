/*
 * Quoted history and signatures. A case is a message with the folds marked by hand: {q...q} a quotation, {s...s} a signature;
 * the marks are taken out and must come back.
 */
#include "core/fold.h"

#include "base/strbuf.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void unmark(const char *marked, struct strbuf *out)
{
	for (const char *c = marked; *c; c++) {
		if (*c == '{' && (c[1] == 'q' || c[1] == 's'))
			c++;
		else if ((*c == 'q' || *c == 's') && c[1] == '}')
			c++;
		else
			strbuf_addc(out, *c);
	}
}

static void mark(const struct strbuf *text, const struct fold_list *folds, struct strbuf *out)
{
	size_t at = 0;
	for (size_t i = 0; i < folds->count; i++) {
		const struct fold *fold = &folds->list[i];
		const char letter = fold->kind == FOLD_QUOTE ? 'q' : 's';
		strbuf_add(out, text->data + at, fold->start - at);
		strbuf_addf(out, "{%c", letter);
		strbuf_add(out, text->data + fold->start, fold->length);
		strbuf_addf(out, "%c}", letter);
		at = fold->start + fold->length;
	}
	strbuf_adds(out, text->data + at);
}

Test(fold, messages)
{
	static const char *const cases[] = {
	        "",
	        "Hello",
	        "One line.\n\n{qOn Mon, 23 Nov 2026 at 10:00, Eve <eve@a.test> wrote:\n> a\n> b\n> cq}\n",
	        /* broken by the mail program, with a name that holds no digit */
	        "Yes.\n\n{qOn Mon, Nov 23, 2026 at 10:00 AM Eve Example <\neve@a.test> wrote:\n\n> a\n> bq}\n",
	        "Да.\n\n{qпн, 23 нояб. 2026 г. в 10:00, Eve <eve@a.test> написал(а):\n> a\n>\n> bq}",
	        "Да.\n{q23.11.2026, 10:00, \"Eve\" <eve@a.test>:\nСтарое письмо\nбез знаковq}\n\n",
	        "Так.\n\n{qпн, 23 лист. 2026 р. о 10:00 Eve <eve@a.test> пише:\n> a\n> bq}",
	        "Ja.\n\n{qAm 23.11.2026 um 10:00 schrieb Eve:\n> a\n> bq}",
	        "Eve wrote:\nthis is not a quotation",
	        "Look:\n\n{qEve wrote:\n> a\n> bq}\n\nand below",
	        /* Outlook, in three languages, with its bold letters and its rule */
	        "Hi\n\n{qFrom: Eve <eve@a.test>\nSent: Monday, November 23, 2026 10:00 AM\nTo: Help\nSubject: x\n\nold\nold 2q}",
	        "Hi\n{q________________________________\n\n*From:* Eve\n*Date:* Monday\n*Subject:* x\n\noldq}",
	        "Добрый день\n\n{qОт: Eve\nОтправлено: 23 ноября\nКому: Help\nТема: x\n\nстароеq}\n",
	        "Guten Tag\n\n{qVon: Eve\nGesendet: Montag\nAn: Help\nBetreff: x\n\naltq}",
	        "From: where I stand\nthis is a sentence\nand another",
	        "Yes\n\n{q-----Original Message-----\nold\nold 2\nold 3q}",
	        "Да\n\n{q-------- Исходное сообщение --------\nстарое\nещё\nи ещёq}",
	        /* a forwarded message is what the sender wants read */
	        "FYI\n\n---------- Forwarded message ---------\nFrom: Eve <eve@a.test>\nDate: Mon\nSubject: x\nTo: me\n\nnew\n",
	        "FYI\n\n-------- Пересылаемое сообщение --------\n23.11.2026, 10:00, \"Eve\" <eve@a.test>:\n\nновое",
	        /* answers between the quotations stay, and so do quotations that are no longer than their fold */
	        "{qEve wrote:\n> one\n> twoq}\n\nanswer\n\n{q> three\n> four\n> fiveq}\nanswer 2",
	        "> one\nanswer\n> two\nanswer 2",
	        "above\n\n{q> a\n\n> b\n\n\n> cq}\n\nbelow",
	        /* signatures */
	        "Text\n{s-- \nEve\nAcmes}\n",
	        "Text\n{s--\nEves}",
	        "Text\n--\nno signature\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n",
	        "Text\n-- ",
	        "Text\n\n{sSent from my iPhones}",
	        "Текст\n\n{sОтправлено с iPhones}\n",
	        "It was\nSent from my iPhone",
	        "Текст\n\n{sС уважением,\nИван Петров\nАкме, +7 495 000-00-00s}",
	        "Текст\n\nС уважением,\nИван",
	        "Text\n\n{sBest regards,\nEve\nAcmes}",
	        "Text\n\nBest regards are not enough. Why does it fail?\nIt did\nWhat now?",
	        "Text\n\n{sKind regards\nEve\n\nAcme Inc.\n-- \nLegal texts}",
	        /* one behind the other is one */
	        "Text\n\n{qSent from my iPhone\n\nOn 23 Nov 2026, at 10:00, Eve <eve@a.test> wrote:\n\n> a\n> bq}",
	        "{q> a\n> b\n> cq}\nanswer\n{s-- \nEves}",
	        /* nothing but */
	        "> a\n> b\n> c",
	        "On 23 Nov 2026, at 10:00, Eve <eve@a.test> wrote:\n> a\n> b\n",
	        "-- \nEve\n\n> a\n> b\n> c",
	        "\n\nSent from my iPhone\n",
	        /* a log in a sentence that sounds like an introduction */
	        "In the log of 12 November the job wrote:\nERROR 1\nERROR 2\nERROR 3",
	        "Our address, room 12:\nStreet 1",
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
		struct fold_list folds = {0};
		unmark(cases[i], &text);
		fold_find(text.data, text.length, &folds);
		mark(&text, &folds, &again);
		cr_expect_str_eq(again.data, cases[i], "case %zu:\n%s\n---- is\n%s", i, cases[i], again.data);
		fold_list_release(&folds);
		strbuf_release(&text);
		strbuf_release(&again);
	}
}

Test(fold, counts_the_lines_that_say_something)
{
	static const char text[] = "yes\n\nEve wrote:\n\n> a\n>\n\n> b\n";
	struct fold_list folds = {0};
	fold_find(text, strlen(text), &folds);
	cr_assert_eq(folds.count, 1);
	cr_expect_eq(folds.list[0].lines, 4, "%d", folds.list[0].lines);
	fold_list_release(&folds);
}

static void add_random_line(struct random *random, struct strbuf *text, int number)
{
	static const char *const lines[] = {"", "", "> quoted", ">> twice", "Eve wrote:", "-- ", "--",
	        "On Mon, 23 Nov 2026 at 10:00, Eve <eve@a.test> wrote:", "Best regards,",
	        "Sent from my iPhone", "С уважением,", "  > indented", "name", "From here on",
	        "12:30 is the time:"};
	if (random_one_in(random, 4))
		strbuf_addf(text, "ANSWER %d", number);
	else
		strbuf_adds(text, lines[random_between(random, 0, sizeof lines / sizeof *lines - 1)]);
	strbuf_addc(text, '\n');
}

static bool is_folded(const struct fold_list *folds, size_t at)
{
	for (size_t i = 0; i < folds->count; i++)
		if (at >= folds->list[i].start && at < folds->list[i].start + folds->list[i].length)
			return true;
	return false;
}

static bool blank_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!strchr(" \n", text[i]))
			return false;
	return true;
}

/* Whole lines, in order, apart; something to read stays; marked lines with an answer behind them hide nothing else. */
static void expect_sound(const struct strbuf *text, const struct fold_list *folds, uint64_t seed)
{
	size_t end = 0;
	bool stays = blank_text(text->data, text->length) || !folds->count;
	for (size_t i = 0; i < folds->count; i++) {
		const struct fold *fold = &folds->list[i];
		const size_t stop = fold->start + fold->length;
		cr_assert(fold->length && fold->start >= end && stop <= text->length, "seed %" PRIu64, seed);
		cr_assert(!fold->start || text->data[fold->start - 1] == '\n', "seed %" PRIu64, seed);
		cr_assert(strspn(text->data + stop, " ") == strcspn(text->data + stop, "\n"), "seed %" PRIu64,
		        seed);
		cr_assert_gt(fold->lines, 0);
		cr_assert(!i || !blank_text(text->data + end, fold->start - end), "seed %" PRIu64, seed);
		stays |= !blank_text(text->data + end, fold->start - end);
		end = stop;
	}
	cr_assert(stays || !blank_text(text->data + end, text->length - end), "seed %" PRIu64, seed);
}

Test(fold, random_messages)
{
	struct random random = random_start();
	for (int round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT;
		struct fold_list folds = {0};
		const int lines = (int)random_between(&random, 0, 40);
		for (int i = 0; i < lines; i++)
			add_random_line(&random, &text, i);
		fold_find(text.data, text.length, &folds);
		expect_sound(&text, &folds, random.seed);
		/* Answers behind which a marked line comes are between quotations. */
		const char *unmarked = strstr(text.data, "On Mon"), *signature = strstr(text.data, "--");
		for (const char *at = strstr(text.data, "ANSWER"); at && !unmarked && !signature;
		        at = strstr(at + 1, "ANSWER"))
			if (strstr(at, "\n> quoted"))
				cr_assert(!is_folded(&folds, (size_t)(at - text.data)) ||
				                  strstr(text.data, "regards") ||
				                  strstr(text.data, "уважением"),
				        "seed %" PRIu64 "\n%s", random.seed, text.data);
		fold_list_release(&folds);
		strbuf_release(&text);
	}
}

/* Any bytes, and texts that make a quadratic search take minutes. */
Test(fold, a_part_may_be_all_quotation)
{
	static const char text[] = "> one\n> two\n> three\n> four";
	struct fold_list folds = {0};
	fold_find(text, sizeof text - 1, &folds);
	cr_assert_eq(folds.count, 0, "a message that is nothing else is shown");
	fold_find_part(text, sizeof text - 1, &folds);
	cr_assert_eq(folds.count, 1);
	cr_assert_eq(folds.list[0].lines, 4);
	fold_list_release(&folds);
}

Test(fold, hostile_text, .timeout = 20)
{
	struct random random = random_start();
	struct fold_list folds = {0};
	for (int round = 0; round < 2000; round++) {
		char bytes[200];
		const size_t length = (size_t)random_between(&random, 0, sizeof bytes);
		for (size_t i = 0; i < length; i++)
			bytes[i] = (char)(random_one_in(&random, 3) ? "\n>- :"[random_bits(&random) % 5]
			                                            : (int)(random_bits(&random) & 255));
		fold_find(bytes, length, &folds);
		for (size_t i = 0; i < folds.count; i++)
			cr_assert_leq(folds.list[i].start + folds.list[i].length, length);
	}
	static const char *const pieces[] = {"\n", "> \n", ">\n\n", "-- \n", "a wrote:\n\n", "From: x\n",
	        "________\n\n", "Best regards\n\n", "Sent from my x\n\n", "On 1\n", "x"};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct strbuf text = STRBUF_INIT;
		while (text.length < 500000)
			strbuf_adds(&text, pieces[i]);
		fold_find(text.data, text.length, &folds);
		strbuf_release(&text);
	}
	fold_list_release(&folds);
}
