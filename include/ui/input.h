/*
 * From the bytes of a terminal to keys. Pure: bytes go in, keys come out, the time is handed in, so that
 * nothing ever waits.
 *
 * A lone ESC byte may be the Esc key or the beginning of a sequence whose rest is still on its way. It is
 * held back for INPUT_ESC_MS; input_deadline() says until when.
 *
 * The mouse comes as ESC [ < button ; column ; row M, or m when a button is let go (xterm's control sequences, "SGR" mode 1006).
 *
 * Answers of the terminal (ESC ] ... up to BEL or ESC \) come by the same way. They are never keys, whole or broken off;
 * the one that says what the background is (OSC 11) is kept.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "core/key.h"

#include <stdint.h>

#define INPUT_ESC_MS 25
#define INPUT_ANSWER_MS                                                                                      \
	500 /* how long the rest of an answer may take before what came of it is thrown away */

enum input_background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };

struct input_sequence {
	char bytes[16];
	key key;
};

struct input {
	char bytes[4096]; /* not decoded yet */
	size_t length;
	enum input_background background; /* as the terminal has answered */
	int64_t background_at;            /* when, milliseconds */
	bool mouse;                       /* clicks and the wheel are keys; otherwise they are nothing */
	int mouse_y, mouse_x;             /* the cell of the last one, from 0 */
	bool asked;                       /* an answer is to be expected: set by whoever asks */
	int64_t escape_at;                /* when the held ESC came, milliseconds; 0: none is held */
	struct input_sequence
	        sequences[32]; /* what this terminal's description says, before the usual ones */
	size_t sequence_count;
};

void input_init(struct input *input);
/* "this terminal sends these bytes for that key" (from its description); NULL is ignored. */
void input_define(struct input *input, const char *bytes, key k);
/* Takes as many bytes as there is room for and returns how many; the rest is for after the next key. */
size_t input_feed(struct input *input, const char *bytes, size_t length);
size_t input_room(const struct input *input);
/* The next key, or false when there is none (yet). `now` in milliseconds, monotonic, above 0. */
bool input_key(struct input *input, int64_t now, key *out);
/* When a held ESC becomes a key by itself; 0: nothing is held. */
int64_t input_deadline(const struct input *input);
/* Throws everything away. */
void input_clear(struct input *input);

#endif
