/* From bytes to keys: the dialects of terminals, sequences that come in pieces, and bytes that mean nothing. */
#include "ui/input.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* All keys of the bytes as text: "a Up". Time passes only at the end, when `late`. */
static const char *keys_of(struct input *input, const char *bytes, size_t length, bool late)
{
	static char out[256];
	key k;
	out[0] = '\0';
	input_feed(input, bytes, length);
	for (int64_t now = 1000; now <= 1000 + (late ? 30 : 0); now += 30)
		while (input_key(input, now, &k)) {
			char name[32];
			key_name(k, name, sizeof name);
			snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", *out ? " " : "", name);
		}
	return out;
}

static const struct {
	const char *bytes, *keys;
} cases[] = {
        {"abc", "a b c"},
        {"\r", "Enter"},
        {"\n", "Enter"},
        {"\177\b", "Backspace Backspace"},
        {"\t", "Tab"},
        {"\032", "^Z"},
        {"й東🍪", "й 東 🍪"},
        {"\033[A\033OA\033[1;5A", "Up Up Up"},
        {"\033[B\033[C\033[D", "Down Right Left"},
        {"\033[H\033[1~\033[7~\033OH", "Home Home Home Home"},
        {"\033[F\033[4~\033[8~\033OF", "End End End End"},
        {"\033[5~\033[6~\033[3~\033[2~", "PgUp PgDn Del Ins"},
        {"\033[Z", "Backtab"},
        {"\033OM", "Enter"},
        {"\033[57414u", ""},   /* a key of a protocol that is not ours */
        {"\033[[A", ""},       /* F1 of the Linux console */
        {"\033OP", ""},        /* F1 */
        {"\033[<0;1;1M", ""},  /* a mouse */
        {"\033[I\033[O", ""},  /* focus */
        {"\033[?62;4cq", "q"}, /* an answer to a question of another program */
        {"\033j", "Esc j"},    /* Alt-j: not a command by accident, but Esc and j */
        {"\033\033[A", "Esc Up"},
        {"\xff\xfe\xc3", ""},
        {"\xc3q", "q"},
        {"\xed\xa0\x80q", "q"},     /* a surrogate */
        {"\xc0\xafq", "q"},         /* an overlong form */
        {"\xf4\x90\x80\x80q", "q"}, /* beyond Unicode */
        {"\033", "Esc"},
        {"\033[", ""}, /* broken off */
        {"\033[1;", ""},
};

Test(input, keys)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct input input;
		input_init(&input);
		const char *keys = keys_of(&input, cases[i].bytes, strlen(cases[i].bytes), true);
		cr_expect_str_eq(keys, cases[i].keys, "case %zu: %s", i, keys);
		/* The same, byte by byte, with no time between. */
		char joined[256] = "";
		input_init(&input);
		for (size_t at = 0; cases[i].bytes[at]; at++) {
			const char *piece = keys_of(&input, cases[i].bytes + at, 1, !cases[i].bytes[at + 1]);
			snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s",
			        *joined && *piece ? " " : "", piece);
		}
		cr_expect_str_eq(joined, cases[i].keys, "case %zu in pieces: %s", i, joined);
	}
}

Test(input, waits_for_the_rest)
{
	struct input input;
	key k;
	input_init(&input);
	input_define(&input, "\033[11~", KEY_INSERT_KEY);
	input_feed(&input, "\033", 1);
	cr_assert_not(input_key(&input, 500, &k));
	cr_expect_eq(input_deadline(&input), 500 + INPUT_ESC_MS);
	cr_assert_not(input_key(&input, 500 + INPUT_ESC_MS - 1, &k));
	input_feed(&input, "[11~x", 5);
	cr_assert(input_key(&input, 500 + INPUT_ESC_MS, &k));
	cr_expect_eq(k, KEY_INSERT_KEY);
	cr_expect_eq(input_deadline(&input), 0);
	cr_assert(input_key(&input, 600, &k));
	cr_expect_eq(k, 'x');

	/* A paste larger than the buffer: what does not fit is not taken, and nothing is lost or torn. */
	static char many[10000];
	memset(many, 'p', sizeof many);
	size_t fed = input_feed(&input, many, sizeof many), got = 0;
	cr_expect_lt(fed, sizeof many);
	while (input_key(&input, 700, &k))
		got++;
	cr_expect_eq(got, fed);
	input_feed(&input, "y\r", 2);
	input_clear(&input);
	cr_expect_not(input_key(&input, 800, &k));
}
