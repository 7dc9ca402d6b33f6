/*
 * Keeping macros: the draft's text as one's own (:macro save), a macro in the editor as a file (:macro edit), and throwing one
 * away.
 *
 * What the editor has is a file in the state directory until the server has taken it: a mistake in it, a refusal or a
 * server that is away loses nothing, :macro edit opens the same text again. The file of a macro that was thrown away
 * stays there for the same reason.
 */
#include "app/macro.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/macro_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the text of a macro of that name is kept while it is being changed. */
static bool file_of(struct console *console, const char *name, struct strbuf *path, struct error *err)
{
	const struct macro named = {.place = MACRO_SHARED, .name = (char *)(uintptr_t)name};
	struct strbuf place = STRBUF_INIT, file = STRBUF_INIT;
	draft_place(console, &place);
	macro_file_name(&named, "", &file);
	const bool good = draft_file_path("macros", place.data, file.data, path, err);
	strbuf_release(&place);
	strbuf_release(&file);
	return good;
}

static bool needs_name(struct console *console, const char *argument)
{
	if (*argument)
		return false;
	console_say(console, ROLE_ERROR, "%s", _("say which: the name of a macro follows the command"));
	return true;
}

static bool may_not_change(struct console *console, const struct macro *macro)
{
	if (!macro || macro->may_change)
		return false;
	if (macro->place == MACRO_SHARED)
		console_say(
		        console, ROLE_ERROR, _("the macro \"%s\" is shared: leads keep those"), macro->name);
	else
		console_say(console, ROLE_ERROR, _("the macro \"%s\" is kept by the team %s"), macro->name,
		        macro->team);
	return true;
}

/* ---- on the way to the server ------------------------------------------------------------------------------ */

/* What the answer is about: several may be on their way. */
struct keeping {
	struct console *console;
	char *name;
	char *file; /* where its text stands; NULL: nowhere */
};

static struct keeping *keeping_new(struct console *console, const char *name, const char *file)
{
	struct keeping *keeping = alloc_bytes(sizeof *keeping);
	*keeping = (struct keeping){console, alloc_copy(name), alloc_copy(file)};
	return keeping;
}

static void keeping_free(struct keeping *keeping)
{
	free(keeping->name);
	free(keeping->file);
	free(keeping);
}

static void kept(void *context, const struct answer *answer, const struct error *err)
{
	struct keeping *keeping = context;
	struct console *console = keeping->console;
	console->dirty = true;
	if (err && keeping->file) {
		console_say(console, ROLE_ERROR, _("%s; your text is kept, :macro edit %s opens it again"),
		        err->text, keeping->name);
	} else if (err) {
		console_say(console, ROLE_ERROR, _("%s; the macro \"%s\" was not kept"), err->text,
		        keeping->name);
	} else {
		if (keeping->file)
			unlink(keeping->file);
		console_say(console, ROLE_SUCCESS, _("the macro \"%s\" is kept"), keeping->name);
		macros_ask(console, true);
	}
	keeping_free(keeping);
}

/* Releases the macro. `name` is what its text is called by here, `file` is where that stands; NULL for nowhere. */
static void keep(struct console *console, struct macro *macro, const char *name, const char *file)
{
	char version[16], *json = macro_json(macro);
	snprintf(version, sizeof version, "%d", macro->version);
	const char *values[] = {json, version};
	link_ask(console->link, ASK_MACRO_SAVE, values, kept, keeping_new(console, name, file));
	free(json);
	macro_release(macro);
}

void command_MACRO_SAVE(struct console *console, const char *argument)
{
	const struct draft *draft = &console->draft;
	const struct macro *there = macro_named(console, argument);
	struct strbuf body = STRBUF_INIT;
	if (needs_name(console, argument))
		return;
	if (console_place(console) != PLACE_PREVIEW) {
		console_say(console, ROLE_HINT, "%s",
		        _("it keeps the text of the draft you look at: r or i, then :macro save NAME"));
		return;
	}
	if (there && there->place == MACRO_OWN) {
		console_say(console, ROLE_ERROR,
		        _("you have a macro \"%s\" already; :macro edit %s changes it"), argument, argument);
		return;
	}
	struct macro macro = {.place = MACRO_OWN, .name = alloc_copy(argument), .internal = draft->internal};
	const char *signature = draft->internal ? "" : console->settings.signature;
	macro_quote(draft->body.data, circular_is_open(console), &body);
	const size_t tail = strlen(signature);
	if (tail && body.length >= tail && strcmp(body.data + body.length - tail, signature) == 0)
		strbuf_truncate(&body, body.length - tail);
	while (body.length && strchr("\n ", body.data[body.length - 1]))
		strbuf_truncate(&body, body.length - 1);
	macro.body = strbuf_detach(&body);
	macro_actions_copy(&macro.actions, &draft->macro);
	keep(console, &macro, argument, NULL);
}

/* ---- in the editor ------------------------------------------------------------------------------------------- */

/* One line of head for every key, so that what is wanted needs only its value. */
static const char empty_head[] = "for: own\nkind: reply\nstatus: \npriority: \ntags: \nassignee: \n\n";

static void write_out(const struct macro *macro, const char *name, struct strbuf *out)
{
	macro_file_help(out);
	if (macro)
		macro_file_print(macro, out);
	else
		strbuf_addf(out, "name: %s\n%s", name, empty_head);
}

static void macro_editor_ended(struct console *console, int wait_status)
{
	struct macros *macros = &console->macros;
	struct strbuf text = STRBUF_INIT;
	struct macro macro = {.id = 0};
	struct error err = {ERROR_NONE, ""};
	console->dirty = true;
	if (!draft_file_get(macros->file, &text, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
	} else if (macros->written && strcmp(text.data, macros->written) == 0) {
		unlink(macros->file);
		console_say(console, ROLE_HINT, "%s", _("nothing was changed"));
	} else if (!macro_file_read(text.data, macros->name, &macro, &err)) {
		console_say(console, ROLE_ERROR, _("%s; :macro edit %s opens your text again"), err.text,
		        macros->name);
		macro_release(&macro);
	} else {
		macro.id = macros->changed;
		macro.version = macros->changed_version;
		keep(console, &macro, macros->name, macros->file);
	}
	strbuf_release(&text);
}

void command_MACRO_EDIT(struct console *console, const char *argument)
{
	struct macros *macros = &console->macros;
	const struct macro *macro = macro_named(console, argument);
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err;
	if (needs_name(console, argument) || may_not_change(console, macro))
		return;
	bool good = file_of(console, argument, &path, &err);
	const bool found = good && access(path.data, F_OK) == 0;
	if (good && !found) {
		write_out(macro, argument, &text);
		good = draft_file_put(path.data, &text, &err);
	}
	if (good) {
		free(macros->name);
		free(macros->file);
		free(macros->written);
		macros->name = alloc_copy(argument);
		macros->file = strbuf_detach(&path);
		macros->written = found ? NULL : strbuf_detach(&text);
		macros->changed = macro ? macro->id : 0;
		macros->changed_version = macro ? macro->version : 0;
		edit_file(console, macros->file, macro_editor_ended);
	} else {
		console_say(console, ROLE_ERROR, "%s", err.text);
	}
	strbuf_release(&path);
	strbuf_release(&text);
}

/* ---- throwing away ---------------------------------------------------------------------------------------------- */

static void thrown_away(void *context, const struct answer *answer, const struct error *err)
{
	struct keeping *keeping = context;
	struct console *console = keeping->console;
	console->dirty = true;
	if (err) {
		unlink(keeping->file);
		console_say(console, ROLE_ERROR, _("%s; the macro \"%s\" is as it was"), err->text,
		        keeping->name);
	} else {
		console_say(console, ROLE_SUCCESS,
		        _("the macro \"%s\" is thrown away; :macro edit %s brings it back"), keeping->name,
		        keeping->name);
		macros_ask(console, true);
	}
	keeping_free(keeping);
}

void command_MACRO_DELETE(struct console *console, const char *argument)
{
	const struct macro *macro = macro_named(console, argument);
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err;
	char id[24], version[16];
	if (needs_name(console, argument) || may_not_change(console, macro))
		return;
	if (!macro) {
		console_say(console, ROLE_ERROR, _("there is no macro \"%s\"; Tab completes"), argument);
		return;
	}
	write_out(macro, argument, &text);
	if (file_of(console, argument, &path, &err) && draft_file_put(path.data, &text, &err)) {
		snprintf(id, sizeof id, "%lld", (long long)macro->id);
		snprintf(version, sizeof version, "%d", macro->version);
		const char *values[] = {id, version};
		link_ask(console->link, ASK_MACRO_DELETE, values, thrown_away,
		        keeping_new(console, argument, path.data));
	} else {
		console_say(console, ROLE_ERROR, "%s", err.text);
	}
	strbuf_release(&path);
	strbuf_release(&text);
}
