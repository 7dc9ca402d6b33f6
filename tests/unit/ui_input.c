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
        {"\033[57414u", ""},                  /* a key of a protocol that is not ours */
        {"\033[[A", ""},                      /* F1 of the Linux console */
        {"\033OP", ""},                       /* F1 */
        {"\033[<0;1;1M", ""},                 /* a mouse */
        {"\033[I\033[O", ""},                 /* focus */
        {"\033[?62;4cq", "q"},                /* an answer to a question of another program */
        {"\033j", "Esc j"},                   /* Alt-j: not a command by accident, but Esc and j */
        {"\033]", "Esc ]"},                   /* Alt-] */
        {"\033]11;rgb:0000/0000/0000\a", ""}, /* the terminal's answers are no keys */
        {"\033]11;rgb:0000/0000/0000\033\\q", "q"},
        {"\033]11;quit\aq", "q"},
        {"\033]52;c;cXFxcQ==\033\\", ""},
        {"\033]11;rg\033[A", "Up"}, /* broken off by a key */
        {"\033]11;rg\rq", "Enter q"},
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

Test(input, what_the_background_is)
{
	static const struct {
		const char *answer;
		enum input_background background;
	} answers[] = {
	        {"11;rgb:ffff/ffff/ffff", BACKGROUND_LIGHT},
	        {"11;rgb:0000/0000/0000", BACKGROUND_DARK},
	        {"11;rgb:f/f/e", BACKGROUND_LIGHT},
	        {"11;rgb:1C/1C/1c", BACKGROUND_DARK},
	        {"11;rgb:fd/f6/e3", BACKGROUND_LIGHT}, /* Solarized */
	        {"11;rgb:0000/2b2b/3636", BACKGROUND_DARK},
	        {"11;rgb:0000/0000/ffff", BACKGROUND_DARK}, /* blue is no light colour */
	        {"11;rgb:0000/ffff/0000", BACKGROUND_LIGHT},
	        {"11;rgba:ffff/ffff/ffff/8000", BACKGROUND_LIGHT},
	        {"11;rgba:ffff/ffff/ffff", BACKGROUND_UNKNOWN},
	        {"11;rgb:ffff/ffff", BACKGROUND_UNKNOWN},
	        {"11;rgb:ffff/ffff/", BACKGROUND_UNKNOWN},
	        {"11;rgb:fffff/ffff/ffff", BACKGROUND_UNKNOWN},
	        {"11;rgb:ffff/ffff/ffff/ffff", BACKGROUND_UNKNOWN},
	        {"11;rgb:ffff/ffff/fffg", BACKGROUND_UNKNOWN},
	        {"11;rgb:", BACKGROUND_UNKNOWN},
	        {"10;rgb:ffff/ffff/ffff", BACKGROUND_UNKNOWN}, /* the text's colour */
	        {"11;white", BACKGROUND_UNKNOWN},
	        {"", BACKGROUND_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		for (int end = 0; end < 2; end++) {
			struct input input;
			char bytes[80];
			key k;
			input_init(&input);
			snprintf(bytes, sizeof bytes, "\033]%s%s", answers[i].answer, end ? "\a" : "\033\\");
			input_feed(&input, bytes, strlen(bytes));
			cr_expect_not(input_key(&input, 77, &k), "%s gave a key", answers[i].answer);
			cr_expect_eq(input.background, answers[i].background, "%s", answers[i].answer);
			cr_expect_eq(input.length, 0, "%s", answers[i].answer);
			cr_expect_eq(input.background_at, input.background ? 77 : 0);
		}
}

/* Half an answer waits longer for its rest than a key does: the letters of a late rest would be commands. */
Test(input, half_an_answer)
{
	struct input input;
	key k;
	input_init(&input);
	input.asked = true;
	input_feed(&input, "\033]", 2);
	cr_assert_not(input_key(&input, 1000, &k));
	cr_expect_eq(input_deadline(&input), 1000 + INPUT_ANSWER_MS);
	cr_assert_not(input_key(&input, 1100, &k));
	input_feed(&input, "11;rgb:ff/ff", 12);
	cr_assert_not(input_key(&input, 1499, &k));
	input_feed(&input, "/ff\aj", 5);
	cr_assert(input_key(&input, 1499, &k) && k == 'j');
	cr_expect_eq(input.background, BACKGROUND_LIGHT);
	input_feed(&input, "\033]11;rgb:00", 11);
	cr_assert_not(input_key(&input, 2000, &k));
	cr_assert_not(input_key(&input, 2000 + INPUT_ANSWER_MS, &k));
	cr_expect_eq(input.length, 0, "nothing is held for ever");
	cr_expect_eq(input.background, BACKGROUND_LIGHT);
	input_feed(&input, "q", 1);
	cr_assert(input_key(&input, 3000, &k) && k == 'q');
}

/* What a mouse may send, when it is asked for: hostile numbers and broken sequences are nothing, and never a key. */
Test(input, mouse)
{
	static const struct {
		const char *bytes, *keys;
		int y, x;
	} mouse[] = {
	        {"\033[<0;1;1M", "Click", 0, 0},
	        {"\033[<0;120;30M", "Click", 29, 119},
	        {"\033[<64;5;6Mj", "WheelUp j", 5, 4},
	        {"\033[<65;5;6M", "WheelDown", 5, 4},
	        {"\033[<0;1;1m", "", 0, 0},               /* let go */
	        {"\033[<32;1;1M\033[<35;1;1M", "", 0, 0}, /* moved */
	        {"\033[<1;1;1M\033[<2;1;1M", "", 0, 0},   /* the other buttons */
	        {"\033[<4;1;1M", "", 0, 0},               /* with Shift */
	        {"\033[<0;0;1M\033[<0;1;0M", "", 0, 0},   /* cells count from 1 */
	        {"\033[<0;1M\033[<M\033[<0;1;1;1Mq", "q", 0, 0},
	        {"\033[<0;99999999999999999999;1Mq", "q", 0, 0},
	        {"\033[<0;-1;1Mq", "q", 0, 0},
	        {"\033[<0;1;1\033[A", "Up", 0, 0},
	        {"\033[<0;5;5M\033[<0;1;", "Click", 4, 4},
	};
	for (size_t i = 0; i < sizeof mouse / sizeof *mouse; i++)
		for (int on = 0; on < 2; on++) {
			struct input input;
			input_init(&input);
			input.mouse = on;
			const char *keys = keys_of(&input, mouse[i].bytes, strlen(mouse[i].bytes), true);
			if (on) {
				cr_expect_str_eq(keys, mouse[i].keys, "case %zu: %s", i, keys);
				cr_expect_eq(input.mouse_y, mouse[i].y, "case %zu", i);
				cr_expect_eq(input.mouse_x, mouse[i].x, "case %zu", i);
			} else {
				cr_expect_null(strstr(keys, "Click"), "case %zu, not asked for", i);
				cr_expect_null(strstr(keys, "Wheel"), "case %zu, not asked for", i);
			}
		}
}
