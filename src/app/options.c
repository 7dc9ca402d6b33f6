/*
 * `:set` and `:theme` change a setting until the console ends: the file is the agent's own.
 */
#include "app/complete.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/trace.h"
#include "conf/theme.h"

#include <stdio.h>
#include <string.h>

enum { THEMES_MOST = 64 };

/* ---- :set ------------------------------------------------------------------------------------------ */

/* Of "auto" the terminal's answer is a part. */
static bool load_theme(struct console *console, const char *name, struct error *err)
{
	struct theme theme;
	if (!theme_load(console->light && theme_is_guess(name) ? "light" : name, &theme, err))
		return false;
	console->theme = theme;
	terminal_theme(console->terminal, &console->theme);
	return true;
}

void theme_follow_terminal(struct console *console)
{
	struct error err;
	if (!terminal_background(console->terminal, &console->light))
		return;
	trace("the terminal says that its background is %s", console->light ? "light" : "dark");
	if (console->light && theme_is_guess(console->settings.theme)) {
		if (!load_theme(console, console->settings.theme, &err))
			console_say(console, ROLE_ERROR, "%s", err.text);
		console->dirty = true;
	}
}

static bool theme_changed(struct console *console, const struct settings *to, struct error *err)
{
	if (strcmp(console->settings.theme, to->theme) == 0)
		return true;
	return load_theme(console, to->theme, err);
}

/* What it is now: asked by "warn?", and said after "warn 20m" or "noascii". */
static void show_setting(struct console *console, const char *assignment)
{
	char name[64];
	struct strbuf value = STRBUF_INIT;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(assignment, "? ="), assignment);
	const char *bare = strncmp(name, "no", 2) == 0 && !settings_value(&console->settings, name, &value)
	                           ? name + 2
	                           : name;
	strbuf_clear(&value);
	if (settings_value(&console->settings, bare, &value))
		console_say(console, ROLE_HINT, _("%s is %s"), bare, value.length ? value.data : "\"\"");
	else
		console_say(console, ROLE_ERROR, _("there is no setting \"%s\"; :set and Tab show them all"),
		        name);
	strbuf_release(&value);
}

void language_follow(struct console *console)
{
	settings_speak(&console->settings);
	for (size_t i = 0; i < CONVERSATIONS_KEPT; i++) /* its lines hold words of ours, too */
		console->kept[i].revision = ++console->conversation_counter;
}

static void set(struct console *console, const char *assignment)
{
	struct settings changed = console->settings;
	struct error err;
	if (strchr(assignment, '?')) {
		show_setting(console, assignment);
		return;
	}
	if (!settings_set(&changed, assignment, &err) || !theme_changed(console, &changed, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		return;
	}
	const bool sorted = changed.sort != console->settings.sort;
	console->settings = changed;
	views_columns(console, "", NULL);
	if (sorted)
		views_sort(console, sort_order_of(changed.sort));
	language_follow(console);
	terminal_mouse(console->terminal, console->settings.mouse);
	terminal_ascii(console->terminal, console->settings.ascii);
	console->counts_at = INSTANT_NONE;
	views_follow_desk(console);
	terminal_repaint(console->terminal);
	show_setting(console, assignment);
}

/* The names of themes that begin with `beginning`, each behind `lead`. */
static size_t complete_themes(
        struct console *console, const char *lead, const char *beginning, struct candidate *out, size_t room)
{
	char names[THEMES_MOST][THEME_NAME_SIZE];
	const size_t known = theme_list(names, THEMES_MOST);
	struct strbuf words = STRBUF_INIT;
	strbuf_adds(&words, "auto");
	for (size_t i = 0; i < known; i++)
		strbuf_addf(&words, " %s", names[i]);
	const size_t count = complete_words(&console->completions, lead, words.data, beginning, out, room);
	strbuf_release(&words);
	return count;
}

/* Behind the name of a setting its values. */
size_t complete_setting(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	char lead[64];
	const size_t length = strcspn(text, " =");
	if (text[length] && length + 2 < sizeof lead) {
		snprintf(lead, sizeof lead, "%.*s", (int)length, text);
		if (strcmp(lead, "columns") == 0)
			return complete_column_names(console, length + 1, text, out, room);
		const bool theme = strcmp(lead, "theme") == 0;
		const char *words = theme ? NULL : settings_words(lead);
		snprintf(lead, sizeof lead, "%.*s", (int)length + 1, text);
		return theme ? complete_themes(console, lead, text + length + 1, out, room)
		             : complete_words(
		                       &console->completions, lead, words, text + length + 1, out, room);
	}
	const char *names[32];
	const size_t most = room < 32 ? room : 32, found = settings_complete(text, names, most);
	for (size_t i = 0; i < found && i < most; i++)
		out[i] = (struct candidate){.text = names[i], .help = ""};
	return found < most ? found : most;
}

void command_SET(struct console *console, const char *argument)
{
	if (*argument)
		set(console, argument);
	else
		prompt_ask(console, "set ", "", complete_setting, NULL, set);
}

/* ---- :theme ---------------------------------------------------------------------------------------- */

size_t complete_theme(void *context, const char *text, struct candidate *out, size_t room)
{
	return complete_themes(context, "", text, out, room);
}

static void set_theme(struct console *console, const char *name)
{
	struct strbuf assignment = STRBUF_INIT;
	strbuf_addf(&assignment, "theme %s", name);
	set(console, assignment.data);
	strbuf_release(&assignment);
}

void command_THEME(struct console *console, const char *argument)
{
	if (*argument)
		set_theme(console, argument);
	else
		prompt_ask(console, "theme ", "", complete_theme, NULL, set_theme);
}
