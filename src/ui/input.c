/*
 * Decoding of keys. Three forms are understood: a UTF-8 character, a control character, and a sequence that
 * begins with ESC. Sequences are first compared with what the terminal's description names, then read by
 * their grammar (ECMA-48: ESC [ parameters final; and ESC O final of the VT100's application modes), so that
 * keys with modifiers and the many dialects of Home and End work everywhere. A complete sequence that means
 * nothing here is dropped as a whole: none of its bytes may become a command.
 */
#include "ui/input.h"

#include <string.h>

struct named {
	int code;
	key key;
};

/* ESC [ parameters final, and ESC O final */
static const struct named finals[] = {
        {'A', KEY_UP_ARROW},
        {'B', KEY_DOWN_ARROW},
        {'C', KEY_RIGHT_ARROW},
        {'D', KEY_LEFT_ARROW},
        {'H', KEY_HOME_KEY},
        {'F', KEY_END_KEY},
};
static const struct named csi_finals[] = {{'Z', KEY_BACKTAB}, {'P', KEY_DELETE_KEY}}; /* P: st */
static const struct named ss3_finals[] = {{'M', KEY_ENTER_KEY}};                      /* the keypad's */

/* ESC [ number ~ */
static const struct named numbers[] = {
        {1, KEY_HOME_KEY},
        {2, KEY_INSERT_KEY},
        {3, KEY_DELETE_KEY},
        {4, KEY_END_KEY},
        {5, KEY_PAGE_UP},
        {6, KEY_PAGE_DOWN},
        {7, KEY_HOME_KEY},
        {8, KEY_END_KEY},
        {200, KEY_PASTE_BEGIN},
        {201, KEY_PASTE_END},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static key named_key(const struct named *table, size_t count, int code)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].code == code)
			return table[i].key;
	return KEY_NONE;
}

static key final_key(const struct named *more, size_t count, int final)
{
	key k = named_key(finals, COUNT(finals), final);
	return k != KEY_NONE ? k : named_key(more, count, final);
}

void input_init(struct input *input)
{
	*input = (struct input){0};
}

void input_define(struct input *input, const char *bytes, key k)
{
	/* One byte ("^H" for backspace) is handled below; anything else must begin with ESC to be told apart.
	 */
	if (!bytes || bytes[0] != 27 || !bytes[1] || strlen(bytes) >= sizeof input->sequences[0].bytes)
		return;
	if (input->sequence_count == COUNT(input->sequences))
		return;
	struct input_sequence *sequence = &input->sequences[input->sequence_count++];
	memcpy(sequence->bytes, bytes, strlen(bytes) + 1);
	sequence->key = k;
}

size_t input_room(const struct input *input)
{
	return sizeof input->bytes - input->length;
}

size_t input_feed(struct input *input, const char *bytes, size_t length)
{
	if (length > input_room(input))
		length = input_room(input);
	memcpy(input->bytes + input->length, bytes, length);
	input->length += length;
	return length;
}

void input_clear(struct input *input)
{
	input->length = 0;
	input->escape_at = 0;
}

static void take(struct input *input, size_t length)
{
	memmove(input->bytes, input->bytes + length, input->length - length);
	input->length -= length;
	input->escape_at = 0;
}

/* What a step of decoding found: `length` bytes are used up; 0 means that more are needed. */
struct decoded {
	size_t length;
	key key; /* KEY_NONE: the bytes mean nothing here */
	enum input_background background;
	int mouse_y, mouse_x;
};

/* ---- answers ----------------------------------------------------------------------------------- */

/* One to four hexadecimal digits, as X11's XParseColor() scales them, to 0..1; moves *at behind them. -1: none. */
static double channel(const char **at, const char *end)
{
	int value = 0, most = 0;
	for (int digits = 0; *at < end && digits < 4; digits++, (*at)++) {
		const char c = **at;
		const int digit = c >= '0' && c <= '9'   ? c - '0'
		                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
		                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
		                                         : -1;
		if (digit < 0)
			break;
		value = value * 16 + digit;
		most = most * 16 + 15;
	}
	return most ? (double)value / most : -1;
}

/* "11;rgb:ffff/ffff/ffff", also rgba: with a fourth channel. Light is what black is easier to read on than white. */
static enum input_background background_of(const char *text, size_t length)
{
	const char *at = text, *const end = text + length;
	double channels[4];
	int count = 0;
	if (length > 7 && memcmp(at, "11;rgb:", 7) == 0)
		at += 7;
	else if (length > 8 && memcmp(at, "11;rgba:", 8) == 0)
		at += 8;
	else
		return BACKGROUND_UNKNOWN;
	const int wanted = at - text == 7 ? 3 : 4;
	for (; count < wanted; count++) {
		if (count && (at == end || *at++ != '/'))
			return BACKGROUND_UNKNOWN;
		channels[count] = channel(&at, end);
		if (channels[count] < 0)
			return BACKGROUND_UNKNOWN;
	}
	if (at != end)
		return BACKGROUND_UNKNOWN;
	const double luma = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2];
	return luma > 0.5 ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}

/* ESC ] text, up to BEL or ESC \. What no text may hold ends it, and is looked at by itself. */
static struct decoded decode_answer(const char *bytes, size_t length)
{
	enum { LONGEST = 1024 };
	for (size_t i = 2; i < length; i++) {
		const unsigned char c = (unsigned char)bytes[i];
		if (c == 27 && i + 1 == length)
			return (struct decoded){0, KEY_NONE, BACKGROUND_UNKNOWN};
		if (c == '\a')
			return (struct decoded){i + 1, KEY_NONE, background_of(bytes + 2, i - 2)};
		if (c == 27 && bytes[i + 1] == '\\')
			return (struct decoded){i + 2, KEY_NONE, background_of(bytes + 2, i - 2)};
		if (c < 0x20 || c == 0x7f)
			return (struct decoded){i, KEY_NONE, BACKGROUND_UNKNOWN};
	}
	return (struct decoded){length > LONGEST ? length : 0, KEY_NONE, BACKGROUND_UNKNOWN};
}

/* ---- keys -------------------------------------------------------------------------------------- */

/* "0;12;7M" behind ESC [ <. What is let go, dragged, a middle or right button, has a modifier, or lies nowhere is nothing. */
static struct decoded decode_mouse(const char *bytes, size_t length)
{
	enum { LONGEST = 64, LARGEST = 10000 };
	int parts[3] = {0}, at = 0;
	bool good = true;
	for (size_t i = 3; i < length; i++) {
		const unsigned char c = (unsigned char)bytes[i];
		if (c < 0x20 || c > 0x7e)
			return (struct decoded){.length = i}; /* broken off */
		if (c >= 0x40) {
			const key k = parts[0] == 0    ? KEY_CLICK
			              : parts[0] == 64 ? KEY_WHEEL_UP
			              : parts[0] == 65 ? KEY_WHEEL_DOWN
			                               : KEY_NONE;
			good = good && c == 'M' && at == 2 && parts[1] && parts[2];
			return (struct decoded){.length = i + 1,
			        .key = good ? k : KEY_NONE,
			        .mouse_y = parts[2] - 1,
			        .mouse_x = parts[1] - 1};
		}
		if (c >= '0' && c <= '9' && parts[at] < LARGEST)
			parts[at] = parts[at] * 10 + (c - '0');
		else if (c == ';' && at < 2)
			at++;
		else
			good = false;
	}
	return (struct decoded){.length = length > LONGEST ? length : 0};
}

static struct decoded decode_csi(const char *bytes, size_t length)
{
	int first = 0;
	bool counting = true;
	if (length > 2 && bytes[2] == '<')
		return decode_mouse(bytes, length);
	if (length > 2 && bytes[2] == '[') /* a function key of the Linux console: ESC [ [ A */
		return (struct decoded){length > 3 ? 4 : 0, KEY_NONE};
	for (size_t i = 2; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c >= 0x40 && c <= 0x7e) {
			return (struct decoded){i + 1, c == '~'
			                                       ? named_key(numbers, COUNT(numbers), first)
			                                       : final_key(csi_finals, COUNT(csi_finals), c)};
		}
		if (c < 0x20 || c > 0x7e)
			return (struct decoded){i, KEY_NONE}; /* broken off */
		if (c == ';')
			counting = false;
		else if (counting && c >= '0' && c <= '9' && first < 10000)
			first = first * 10 + (c - '0');
	}
	return (struct decoded){length > 64 ? length : 0, KEY_NONE};
}

static struct decoded decode_escape(const struct input *input)
{
	const char *bytes = input->bytes;
	size_t length = input->length;
	for (size_t i = 0; i < input->sequence_count; i++) {
		size_t n = strlen(input->sequences[i].bytes);
		if (n <= length && memcmp(bytes, input->sequences[i].bytes, n) == 0)
			return (struct decoded){n, input->sequences[i].key};
	}
	if (length == 1)
		return (struct decoded){0, KEY_NONE};
	if (bytes[1] == '[')
		return decode_csi(bytes, length);
	if (bytes[1] == ']')
		return decode_answer(bytes, length);
	if (bytes[1] == 'O') {
		if (length == 2)
			return (struct decoded){0, KEY_NONE};
		return (struct decoded){3, final_key(ss3_finals, COUNT(ss3_finals), bytes[2])};
	}
	return (struct decoded){1, KEY_ESC};
}

/* A UTF-8 character; bytes that are none are dropped one by one (a key must be something that exists). */
static struct decoded decode_character(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t need = bytes[0] < 0x80                       ? 1
	              : bytes[0] >= 0xf0 && bytes[0] < 0xf5 ? 4
	              : bytes[0] >= 0xe0                    ? 3
	                                                    : 2;
	if (need == 1)
		return (struct decoded){1, bytes[0] == '\n'   ? KEY_ENTER_KEY
		                           : bytes[0] == '\b' ? KEY_BACKSPACE_KEY
		                                              : bytes[0]};
	if (bytes[0] < 0xc2 || bytes[0] >= 0xf5)
		return (struct decoded){1, KEY_NONE};
	int code = bytes[0] & (0xff >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		if (i == length)
			return (struct decoded){0, KEY_NONE};
		if ((bytes[i] & 0xc0) != 0x80)
			return (struct decoded){i, KEY_NONE};
		code = code << 6 | (bytes[i] & 0x3f);
	}
	const bool valid = code >= least[need] && code < KEY_FIRST && !(code >= 0xd800 && code < 0xe000);
	return (struct decoded){need, valid ? code : KEY_NONE};
}

/* An answer, or what can only be one: Alt-] is two bytes when nothing was asked. */
static bool is_answer(const struct input *input)
{
	return input->length > (input->asked ? 1 : 2) && input->bytes[0] == 27 && input->bytes[1] == ']';
}

/* How long the rest of what is there may take. */
static int64_t patience(const struct input *input)
{
	return is_answer(input) ? INPUT_ANSWER_MS : INPUT_ESC_MS;
}

/* What is there is all there will be. A lone ESC is the key; a sequence that broke off is nothing. */
static struct decoded broken_off(const struct input *input)
{
	const bool alt = input->length == 2 && input->bytes[1] == ']' && !is_answer(input);
	if (input->length == 1 || alt)
		return (struct decoded){1, KEY_ESC, BACKGROUND_UNKNOWN};
	return (struct decoded){input->length, KEY_NONE, BACKGROUND_UNKNOWN};
}

bool input_key(struct input *input, int64_t now, key *out)
{
	while (input->length) {
		const bool escape = input->bytes[0] == 27;
		struct decoded found =
		        escape ? decode_escape(input) : decode_character(input->bytes, input->length);
		if (!found.length) { /* incomplete */
			if (!escape)
				return false;
			if (!input->escape_at)
				input->escape_at = now;
			if (now - input->escape_at < patience(input))
				return false;
			found = broken_off(input);
		}
		if (found.background != BACKGROUND_UNKNOWN) {
			input->background = found.background;
			input->background_at = now;
			input->asked = false;
		}
		take(input, found.length);
		const bool mouse = found.key >= KEY_CLICK && found.key <= KEY_WHEEL_DOWN;
		if (mouse) {
			input->mouse_y = found.mouse_y;
			input->mouse_x = found.mouse_x;
		}
		if (found.key != KEY_NONE && (!mouse || input->mouse)) {
			*out = found.key;
			return true;
		}
	}
	return false;
}

int64_t input_deadline(const struct input *input)
{
	return input->escape_at ? input->escape_at + patience(input) : 0;
}
