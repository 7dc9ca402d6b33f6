/*
 * The people that are offered while an address is typed. What is typed while a question is under way is asked when the
 * answer is there; meanwhile the old answer is offered as far as it fits.
 */
#include "app/contacts.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_TYPED = 2 }; /* of one letter there are too many */

static void forget(struct contacts *contacts)
{
	for (size_t i = 0; i < contacts->count; i++) {
		free(contacts->list[i].email);
		free(contacts->list[i].name);
	}
	free(contacts->list);
	contacts->list = NULL;
	contacts->count = 0;
}

void contacts_release(struct contacts *contacts)
{
	forget(contacts);
	free(contacts->asked);
	free(contacts->wanted);
	*contacts = (struct contacts){.count = 0};
}

const struct contact *contacts_find(const struct console *console, const char *email)
{
	for (size_t i = 0; i < console->contacts.count; i++)
		if (strcmp(console->contacts.list[i].email, email) == 0)
			return &console->contacts.list[i];
	return NULL;
}

/* ---- asking ------------------------------------------------------------------------------------- */

static void ask(struct console *console, const char *part);

static void came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct contacts *contacts = &console->contacts;
	contacts->under_way = false;
	if (!err) {
		forget(contacts);
		contacts->list = alloc_array(answer->rows + 1, sizeof *contacts->list);
		for (size_t i = 0; i < answer->rows; i++)
			contacts->list[contacts->count++] =
			        (struct contact){.email = alloc_copy(answer_text(answer, i, 0)),
			                .name = alloc_copy(answer_text(answer, i, 1)),
			                .organization_id = (int32_t)answer_int(answer, i, 2)};
		console->dirty = true;
	}
	char *wanted = contacts->wanted;
	contacts->wanted = NULL;
	if (wanted && !err)
		ask(console, wanted);
	free(wanted);
}

static void ask(struct console *console, const char *part)
{
	struct contacts *contacts = &console->contacts;
	if (contacts->asked && strcmp(contacts->asked, part) == 0)
		return;
	if (contacts->under_way) {
		free(contacts->wanted);
		contacts->wanted = alloc_copy(part);
		return;
	}
	free(contacts->asked);
	contacts->asked = alloc_copy(part);
	contacts->under_way = true;
	const char *values[] = {part};
	link_ask(console->link, ASK_CONTACTS, values, came, console);
}

/* ---- offering ----------------------------------------------------------------------------------- */

static const char *about(struct console *console, const struct contact *contact)
{
	const struct organization *organization =
	        directory_organization(&console->directory, contact->organization_id);
	return completions_add(&console->completions, "%s%s%s", contact->name,
	        *contact->name && organization ? ", " : "", organization ? organization->name : "");
}

size_t complete_contact(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	const struct contacts *contacts = &console->contacts;
	size_t count = 0;
	completions_clear(&console->completions);
	if (strlen(text) < LEAST_TYPED || strchr(text, ' ') || strchr(text, '<'))
		return 0;
	ask(console, text);
	for (size_t i = 0; i < contacts->count && count < room; i++) {
		const struct contact *contact = &contacts->list[i];
		if (text_contains(contact->email, text) || text_contains(contact->name, text))
			out[count++] =
			        (struct candidate){.text = contact->email, .help = about(console, contact)};
	}
	return count;
}

/* ---- reading what was typed --------------------------------------------------------------------- */

/* The same as the server's is_address(). */
static bool is_address(const char *text, size_t length)
{
	const char *at = memchr(text, '@', length);
	if (!at || at == text || at == text + length - 1 ||
	        memchr(at + 1, '@', length - (size_t)(at + 1 - text)))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] <= ' ' || strchr("<>(),;:\"\\\x7f", text[i]))
			return false;
	return length <= 254;
}

static size_t without_blanks(const char *text, size_t length)
{
	while (length && text[length - 1] == ' ')
		length--;
	return length;
}

bool person_read(const char *text, struct person_typed *out, struct error *err)
{
	text += strspn(text, " ");
	const char *open = strchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	const char *address = close ? open + 1 : text;
	const size_t length = close ? (size_t)(close - address) : strcspn(text, " ");
	*out = (struct person_typed){NULL, NULL, NULL};
	if (!is_address(address, length))
		return error_set(err, ERROR_USAGE, _("\"%.*s\" is no mail address"),
		        length > 80 ? 80 : (int)length, address);
	out->email = alloc_copy_n(address, length);
	for (char *c = out->email; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	out->name = alloc_copy_n(text, close ? without_blanks(text, (size_t)(open - text)) : 0);
	out->rest = address + length + (close ? 1 : 0);
	out->rest += strspn(out->rest, " ");
	return true;
}

void person_release(struct person_typed *person)
{
	free(person->email);
	free(person->name);
	*person = (struct person_typed){NULL, NULL, NULL};
}
