/*
 * `:new`. The draft's text is the note, and behind it a line for the customer and one for the subject, so that one file holds
 * everything that would be lost and all of it can be changed in the editor:
 *
 *	They cannot see yesterday's sessions. Call back at 15:00.
 *
 *	Customer: Ivan Petrov <ivan@kite.example>
 *	Subject: No sessions
 *
 * Nothing goes to the customer, so nothing is asked after the editor. The request id stands beside the draft: logged twice it
 * is one ticket.
 */
#include "app/call.h"

#include "app/editor.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* In the file they are in the agent's language; one that was written in another is read as well when it is English. */
static const char customer_word[] = N_("Customer"), subject_word[] = N_("Subject");

/* ---- the text --------------------------------------------------------------------------------------- */

/* What stands behind "Word:" on this line; NULL when it is another. */
static const char *behind(const char *line, const char *word)
{
	const char *const words[] = {_(word), word};
	for (size_t i = 0; i < 2; i++) {
		const size_t length = strlen(words[i]);
		if (strncmp(line, words[i], length) == 0 && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
	}
	return NULL;
}

static char *line_copy(const char *text)
{
	size_t length = strcspn(text, "\r\n");
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return alloc_copy_n(text, length);
}

/* Of each field the last line counts; one that comes before it is the note's. */
static const char *field_at(const char *text, const char *word)
{
	const char *found = NULL;
	for (size_t length; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (behind(text, word))
			found = text;
	}
	return found;
}

void call_text_read(const char *text, struct call_text *out)
{
	const char *customer = field_at(text, customer_word), *subject = field_at(text, subject_word);
	struct strbuf note = STRBUF_INIT;
	*out = (struct call_text){NULL, customer ? line_copy(behind(customer, customer_word)) : NULL,
	        subject ? line_copy(behind(subject, subject_word)) : NULL};
	for (size_t length; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (text != customer && text != subject)
			strbuf_addf(&note, "%.*s\n", (int)length, text);
	}
	while (note.length && strchr(" \t\r\n", note.data[note.length - 1]))
		strbuf_truncate(&note, note.length - 1);
	out->note = strbuf_detach(&note);
}

void call_text_release(struct call_text *text)
{
	free(text->note);
	free(text->customer);
	free(text->subject);
	*text = (struct call_text){NULL, NULL, NULL};
}

/* ---- the plan ---------------------------------------------------------------------------------------- */

/* Whether the customer's plan promises an ear on the phone; false, and the name of the plan, when one is known that does not. */
static bool has_phone(const struct console *console, const char *email, const char **plan_name)
{
	const struct contact *contact = contacts_find(console, email);
	const struct organization *organization =
	        contact ? directory_organization(&console->directory, contact->organization_id) : NULL;
	const struct plan *plan =
	        organization ? directory_plan(&console->directory, organization->plan_id) : NULL;
	*plan_name = plan ? plan->name : "";
	return !plan || strstr(plan->entitlements, "phone");
}

/* ---- logging it --------------------------------------------------------------------------------------- */

/* The draft goes, unless it holds another text by now than the one that the server has: that is kept. */
static bool forget_logged(struct draft *draft, bool repeated)
{
	if (!repeated || !draft_changed_since_sent(draft))
		return draft_discard_sent(draft);
	draft_sent_not(draft);
	return false;
}

static void logged(struct console *console, struct pending_action *one, const struct action_result *result)
{
	const char *plan;
	const long long id = (long long)result->ticket_id;
	if (result->error.kind == ERROR_UNAVAILABLE) {
		console_say(console, ROLE_ERROR,
		        _("%s. The call is kept; p takes it up and logs it once at most"),
		        result->error.text);
		return;
	}
	if (result->error.kind != ERROR_NONE) {
		draft_sent_not(one->draft);
		console_say(console, ROLE_ERROR,
		        _("%s. The call is not logged; it is kept, p takes it up again"), result->error.text);
		return;
	}
	if (!forget_logged(one->draft, result->repeated))
		console_say(console, ROLE_WARNING,
		        _("%lld: an earlier text was logged; p takes up the changed one as another call"),
		        id);
	else if (result->repeated)
		console_say(console, ROLE_WARNING,
		        _("%lld: this call was logged before the connection broke; not logged twice"), id);
	else if (has_phone(console, one->action.address, &plan))
		console_say(console, ROLE_SUCCESS, _("%lld: the call is logged, the ticket is yours"), id);
	else
		console_say(console, ROLE_WARNING,
		        _("%lld: the call is logged, the ticket is yours; the plan %s has no phone support"),
		        id, plan);
	if (!console->prompt.active && !console->typed_count && !console->editor &&
	        console_place(console) <= PLACE_TICKET)
		open_number(console, result->ticket_id);
}

/* False: *err says what is missing in the text. */
static bool make_action(const struct call_text *text, struct action *action, struct error *err)
{
	struct person_typed person;
	if (!text->customer || !text->subject)
		return error_set(err, ERROR_INPUT,
		        text->customer ? _("the line with the subject is gone from the text")
		                       : _("the line with the customer is gone from the text"));
	if (!*text->subject)
		return error_set(err, ERROR_INPUT, _("the subject is empty"));
	if (!text_shows(text->subject))
		return error_set(err, ERROR_INPUT, _("the subject has no visible character"));
	if (!text_shows(text->note))
		return error_set(err, ERROR_INPUT, _("the note says nothing that can be seen"));
	if (!person_read(text->customer, &person, err))
		return false;
	struct strbuf note = STRBUF_INIT;
	text_sanitise(&note, text->note, strlen(text->note), TEXT_KEEP_LINES);
	action_init(action, ACTION_OPEN, 0, 0);
	action->text = strbuf_detach(&note);
	action->subject = alloc_copy(text->subject);
	action->address = alloc_copy(person.email);
	action->name = alloc_copy(*person.name ? person.name : person.rest);
	action->channel = CHANNEL_PHONE;
	action->priority = PRIORITY_NORMAL;
	person_release(&person);
	return true;
}

static void give_draft(struct call *call, struct pending_action *one)
{
	one->draft = alloc_bytes(sizeof *one->draft);
	*one->draft = call->draft;
	call->draft = (struct draft){.ticket_id = 0};
	strbuf_init(&call->draft.body);
}

static void log_call(struct console *console, const struct call_text *text)
{
	struct call *call = &console->call;
	struct action action;
	struct error err;
	if (!make_action(text, &action, &err)) {
		console_say(console, ROLE_ERROR,
		        _("%s. The call is not logged; it is kept, p takes it up again"), err.text);
	} else if (!draft_sending(&call->draft, &err)) {
		console_say(console, ROLE_ERROR, _("%s; nothing was sent"), err.text);
		action_release(&action);
	} else {
		memcpy(action.request_id, call->draft.request_id, sizeof action.request_id);
		give_draft(call, action_send(console, &action, NULL, logged));
		return;
	}
	draft_keep(&call->draft);
}

static void call_editor_ended(struct console *console, int wait_status)
{
	struct call *call = &console->call;
	const bool failed = !WIFEXITED(wait_status) || WEXITSTATUS(wait_status);
	struct call_text text;
	struct error err;
	console->dirty = true;
	if (!draft_read(&call->draft, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		draft_keep(&call->draft);
		return;
	}
	draft_shown(&call->draft);
	call_text_read(call->draft.body.data, &text);
	if (call->draft.added) {
		draft_keep(&call->draft);
		console_say(console, ROLE_ERROR,
		        _("you wrote below the line: the call is not logged; p takes it up again, move your text above the line"));
	} else if (*text.note && !failed) {
		log_call(console, &text);
	} else if (failed) {
		draft_keep(&call->draft);
		console_say(console, ROLE_ERROR,
		        _("the editor ended with an error; the call is not logged, p takes it up again"));
	} else {
		draft_discard(&call->draft);
		console_say(console, ROLE_HINT, _("nothing was written, no call is logged"));
	}
	call_text_release(&text);
}

/* ---- asking --------------------------------------------------------------------------------------------- */

/* With the fields of a new draft; one that is there goes on as it is. */
static void write_note(struct console *console, const char *fields)
{
	struct call *call = &console->call;
	struct strbuf place = STRBUF_INIT;
	struct error err;
	bool found;
	draft_place(console, &place);
	const struct draft_request request = {.place = place.data,
	        .ticket_id = DRAFT_OF_NEW,
	        .internal = true,
	        .signature = fields,
	        .below = _("\nThe note of the call stands at the top. Empty: nothing is logged.\n")};
	if (!draft_open(&call->draft, &request, &found, &err))
		console_say(console, ROLE_ERROR, "%s", err.text);
	else if (!edit_file(console, call->draft.path, call_editor_ended))
		draft_keep(&call->draft);
	strbuf_release(&place);
}

static void ask_subject(struct console *console);

static void subject_done(struct console *console, const char *subject)
{
	struct person_typed *caller = &console->call.caller;
	if (!subject[strspn(subject, " ")]) {
		prompt_refuse(console, subject_done, subject, _("the subject is empty"));
		return;
	}
	char *fields = alloc_format(*caller->name ? "%s: %s <%s>\n%s: %s" : "%s: %s%s\n%s: %s",
	        _(customer_word), caller->name, caller->email, _(subject_word), subject);
	write_note(console, fields);
	free(fields);
	person_release(caller);
}

static void ask_subject(struct console *console)
{
	const char *email = console->call.caller.email, *plan;
	prompt_ask(console, _("subject: "), "", NULL, NULL, subject_done);
	if (has_phone(console, email, &plan))
		return;
	char *note = alloc_format(
	        _("%s: the plan %s has no phone support; the call is logged all the same"), email, plan);
	prompt_say(&console->prompt, ROLE_WARNING, note);
	free(note);
}

static void caller_done(struct console *console, const char *text)
{
	struct person_typed caller;
	struct error err;
	if (!person_read(text, &caller, &err)) {
		prompt_refuse(console, caller_done, text, err.text);
		return;
	}
	const struct contact *known = contacts_find(console, caller.email);
	person_release(&console->call.caller);
	console->call.caller = caller;
	if (known && *known->name && !*caller.name) {
		free(console->call.caller.name);
		console->call.caller.name = alloc_copy(known->name);
	}
	if (*caller.rest)
		subject_done(console, caller.rest);
	else
		ask_subject(console);
}

void command_NEW(struct console *console, const char *argument)
{
	struct strbuf place = STRBUF_INIT;
	draft_place(console, &place);
	const bool kept = draft_exists(place.data, DRAFT_OF_NEW) != NULL;
	strbuf_release(&place);
	for (const struct pending_action *one = console->pending; one; one = one->next)
		if (one->draft && one->draft->ticket_id == DRAFT_OF_NEW) {
			console_say(console, ROLE_HINT,
			        _("the last call is on its way; when the server has confirmed it, log the next"));
			return;
		}
	if (kept)
		write_note(console, "");
	else if (*argument)
		caller_done(console, argument);
	else
		prompt_ask(console, _("who calls (address): "), "", complete_contact, NULL, caller_done);
}

void call_release(struct call *call)
{
	draft_keep(&call->draft);
	person_release(&call->caller);
}
