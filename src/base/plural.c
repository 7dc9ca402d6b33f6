/*
 * A rule is a line of some hundred characters that is worked out where it stands, by precedence climbing: there is no tree
 * to keep, and the few counts on a screen are not worth one. Both branches of ?: and both sides of && and || are worked
 * out, because nothing in a rule has an effect.
 */
#include "base/plural.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct reader {
	const char *at;
	unsigned long n;
};

/* The longer operators first: "<" begins "<=". */
static const struct operator
{
	const char *sign;
	int level; /* the higher binds closer */
}
operators[] = {{"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4}, {">=", 4}, {"<", 4}, {">", 4}, {"+", 5},
        {"-", 5}, {"*", 6}, {"/", 6}, {"%", 6}};

static unsigned long choice(struct reader *reader);

static bool take(struct reader *reader, const char *sign)
{
	reader->at += strspn(reader->at, " \t");
	if (strncmp(reader->at, sign, strlen(sign)) != 0)
		return false;
	reader->at += strlen(sign);
	return true;
}

static unsigned long operand(struct reader *reader)
{
	unsigned long value = 0;
	if (take(reader, "!"))
		return !operand(reader);
	if (take(reader, "(")) {
		value = choice(reader);
		take(reader, ")");
		return value;
	}
	if (take(reader, "n"))
		return reader->n;
	for (; *reader->at >= '0' && *reader->at <= '9'; reader->at++)
		value = value * 10 + (unsigned long)(*reader->at - '0');
	return value;
}

static unsigned long apply(const char *sign, unsigned long a, unsigned long b)
{
	switch (sign[0]) {
	case '|':
		return a || b;
	case '&':
		return a && b;
	case '=':
		return a == b;
	case '!':
		return a != b;
	case '<':
		return sign[1] ? a <= b : a < b;
	case '>':
		return sign[1] ? a >= b : a > b;
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	case '/':
		return b ? a / b : 0;
	default:
		return b ? a % b : 0;
	}
}

static const struct operator* take_operator(struct reader *reader, int least)
{
	reader->at += strspn(reader->at, " \t");
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (operators[i].level >= least &&
		        strncmp(reader->at, operators[i].sign, strlen(operators[i].sign)) == 0) {
			reader->at += strlen(operators[i].sign);
			return &operators[i];
		}
	return NULL;
}

static unsigned long terms(struct reader *reader, int least)
{
	unsigned long value = operand(reader);
	for (const struct operator* op; (op = take_operator(reader, least)) != NULL;)
		value = apply(op->sign, value, terms(reader, op->level + 1));
	return value;
}

static unsigned long choice(struct reader *reader)
{
	unsigned long value = terms(reader, 1);
	if (!take(reader, "?"))
		return value;
	unsigned long then = choice(reader);
	take(reader, ":");
	unsigned long otherwise = choice(reader);
	return value ? then : otherwise;
}

unsigned long plural_form(const char *rule, unsigned long count)
{
	struct reader reader = {rule, count};
	return choice(&reader);
}
