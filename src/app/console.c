/*
 * The console's life: connect, open the terminal, loop, close.
 *
 * The loop is one poll over the terminal, the link's descriptors and a signalfd; its timeout is the nearest of
 * three instants: the link's next deadline, the next visible change of a countdown, the end of a debounce. Each
 * turn drains all input, lets the link decode what came, and draws at most one frame. Nothing in it waits: the terminal
 * takes a frame only when the last one is out, the link never waits by contract, and the editor is a child whose
 * end is a SIGCHLD.
 *
 * The first connection is made before the screen is opened, so that a wrong password or a missing server is one line on
 * the shell's screen. After that the console survives the server.
 */
#include "app/console.h"

#include "app/editor.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/trace.h"
#include "base/worker.h"
#include "conf/theme.h"
#include "store/password.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKER_MS = 2000 }; /* at the end a file that is being written is waited for so long */

/* ---- signals ------------------------------------------------------------------------------------ */

static int open_signals(sigset_t *before)
{
	sigset_t set;
	sigemptyset(&set);
	static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD, SIGTTOU};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		sigaddset(&set, wanted[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void child_ended(struct console *console)
{
	int status;
	pid_t pid = console->editor ? waitpid(console->editor, &status, WNOHANG | WUNTRACED) : 0;
	if (pid <= 0)
		return;
	if (WIFSTOPPED(status)) {
		editor_continue(pid);
		return;
	}
	console->editor = 0;
	editor_take_terminal_back();
	terminal_take_back(console->terminal);
	console->editor_ended(console, status);
}

static void take_signals(struct console *console, int fd)
{
	struct signalfd_siginfo info;
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
		trace("signal %u", info.ssi_signo);
		switch (info.ssi_signo) {
		case SIGWINCH:
			if (!terminal_lent(console->terminal))
				terminal_resized(console->terminal);
			console->dirty = true;
			break;
		case SIGCHLD:
			copy_ended(console);
			child_ended(console);
			break;
		case SIGHUP:
			console->lost = console->left = true;
			break;
		case SIGTERM:
		case SIGQUIT:
			console->left = true;
			break;
		default:
			break;
		}
	}
}

/* ---- the loop ----------------------------------------------------------------------------------- */

/* Milliseconds until something is to be done without any event. -1: never. */
static int poll_timeout(const struct console *console)
{
	int64_t now = clock_ms();
	int64_t until = link_deadline(console->link);
	if (console->rest_ms < until)
		until = console->rest_ms;
	if (connection_silent_at(console) < until)
		until = connection_silent_at(console);
	if (presence_deadline(console) < until)
		until = presence_deadline(console);
	if (drafts_deadline(console) < until)
		until = drafts_deadline(console);
	if (console->next_tick != INSTANT_NONE && !terminal_lent(console->terminal)) {
		int64_t tick = now + (console->next_tick * 1000000 - console_now_us(console)) / 1000 + 1;
		if (tick < until)
			until = tick;
	}
	if (until == INT64_MAX)
		return -1;
	if (until <= now)
		return 0;
	return until - now > 60000 ? 60000 : (int)(until - now);
}

static void take_keys(struct console *console)
{
	key k;
	while (!console->left && !console->editor && terminal_key(console->terminal, &k)) {
		char name[16];
		key_name(k, name, sizeof name);
		console->presence.key_ms = clock_ms();
		trace("key %s", console->prompt.active ? "(typed)" : name);
		dispatch_key(console, k);
	}
	if (terminal_gone(console->terminal))
		console->lost = console->left = true;
	theme_follow_terminal(console);
}

/* What time alone changes. */
static void take_time(struct console *console)
{
	show_what_keys_act_on(console);
	conversation_want(console);
	customer_want(console);
	presence_turn(console);
	drafts_turn(console);
	if (console->next_tick != INSTANT_NONE && console_now(console) >= console->next_tick) {
		console->dirty = true;
		if (console->filter)
			list_refresh(console); /* a row may come or go by itself */
	}
	if (connection_is_silent(console) != console->silent)
		console->dirty = true;
}

static void draw(struct console *console)
{
	if (!terminal_ready(console->terminal) || !console->dirty)
		return;
	console->dirty = false;
	screen_draw(console);
	attention_check(console);
	terminal_ready(console->terminal);
	conversation_mark_read(console);
	thread_want(console);
}

/* The answer to a key goes out before anything else is looked at. */
static void turn(struct console *console, int signals)
{
	struct pollfd fds[8] = {{.fd = signals, .events = POLLIN}};
	int count = 1, typed = 0;
	if (!console->editor)
		count += terminal_poll_fds(console->terminal, fds + count);
	const int terminal_end = count;
	count += link_poll_fds(console->link, fds + count);
	fds[count++] = (struct pollfd){.fd = worker_fd(console->worker), .events = POLLIN};
	if (poll(fds, (nfds_t)count, poll_timeout(console)) < 0 && errno != EINTR) {
		error_errno(&console->fatal, ERROR_INTERNAL, "poll failed");
		console->left = true;
		return;
	}
	if (fds[0].revents)
		take_signals(console, signals);
	for (int i = 1; i < terminal_end; i++)
		typed |= fds[i].revents;
	if (typed && !console->editor) {
		take_keys(console);
		draw(console);
	}
	connection_news(console, link_run(console->link));
	worker_reap(console->worker);
	take_time(console);
	if (console->leaving && actions_waiting(console) == 0)
		console->left = true;
	draw(console);
}

/* ---- start and end ------------------------------------------------------------------------------ */

/* Waits for the first connection; the screen is not open yet, so the shell's ^C still works. */
static bool first_connection(struct console *console, struct error *err)
{
	for (;;) {
		enum link_state state = link_state(console->link);
		if (state == LINK_OFFLINE) {
			*err = *link_error(console->link);
			return false;
		}
		if (state == LINK_LIVE || state == LINK_LOADING) {
			unsigned news = link_run(console->link);
			if (news & NEWS_FIRST)
				return true;
		}
		struct pollfd fds[4];
		int count = link_poll_fds(console->link, fds);
		int64_t wait = link_deadline(console->link) - clock_ms();
		poll(fds, (nfds_t)count, wait < 0 ? 0 : wait > 1000 ? 1000 : (int)wait);
		if (link_run(console->link) & NEWS_FIRST)
			return true;
	}
}

/* A connection string with the password that the agent types; NULL when there is nobody to ask. */
static char *ask_password(const char *conninfo, struct error *err)
{
	char *password = password_can_ask() ? password_ask(_("Password: "), err) : NULL;
	char *with = password ? password_into(conninfo, password, err) : NULL;
	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
	return with;
}

static bool connect_first(struct console *console, const struct link_model *model, struct error *err)
{
	const char *conninfo = console->options->conninfo;
	console->link = link_open(conninfo, model);
	if (first_connection(console, err))
		return true;
	char *with = link_wants_password(console->link) ? ask_password(conninfo, err) : NULL;
	if (!with)
		return false;
	link_close(console->link);
	console->link = link_open(with, model);
	free(with);
	return first_connection(console, err);
}

void console_release(struct console *console)
{
	worker_free(console->worker, WORKER_MS);
	files_release(console);
	attach_release(console);
	fetch_release(console);
	draft_keep(&console->draft);
	call_release(&console->call);
	customers_release(&console->customers);
	actions_release(console);
	undo_release(console);
	marks_release(&console->marks);
	marks_release(&console->awaited_marks);
	aim_release(&console->aim);
	aim_release(&console->guarded);
	bulk_release(&console->bulk);
	circular_release(&console->circular);
	for (size_t i = 0; i < CONVERSATIONS_KEPT; i++)
		conversation_release(&console->kept[i].conversation);
	for (size_t i = 0; i < console->log_count; i++)
		free(console->log[i].text);
	free(console->log);
	free(console->message.text);
	free(console->search);
	prompt_close(&console->prompt);
	picker_close(&console->pick.picker);
	macros_release(&console->macros);
	history_release(&console->command_history);
	history_release(&console->search_history);
	history_release(&console->filter_history);
	filter_free(console->filter);
	free(console->filter_shown);
	sorter_release(&console->sorter);
	saved_release(&console->saved);
	find_release(&console->find);
	filter_candidates_release(&console->filter_candidates);
	completions_clear(&console->completions);
	contacts_release(&console->contacts);
	completions_clear(&console->line_completions);
	pager_release(&console->page);
	pager_release(&console->preview);
	pager_release(&console->guard);
	recall_release(&console->recall);
	presence_release(&console->presence);
	drafts_release(&console->drafts);
	kept_row_release(&console->selected_row);
	action_release(&console->asked);
	ticket_view_free(console->ticket_view);
	listing_free(console->listing);
	attention_release(console);
	mentions_release(console);
	copy_release(&console->copying);
	directory_release(&console->directory);
	queue_free(console->queue);
}

void console_prepare(struct console *console)
{
	console->worker = worker_new();
	console->queue = queue_new();
	console->listing = listing_new(console->queue);
	attention_init(console);
	mentions_init(console);
	console->ticket_view = ticket_view_new();
	directory_init(&console->directory);
	strbuf_init(&console->prompt.text);
	strbuf_init(&console->draft.body);
	strbuf_init(&console->call.draft.body);
	strbuf_init(&console->circular.sent.body);
	pager_init(&console->page, "");
	pager_init(&console->preview, "");
	pager_init(&console->guard, "");
	presence_init(&console->presence);
	drafts_init(&console->drafts);
	console->rest_ms = INT64_MAX;
	console->next_tick = INSTANT_NONE;
	console->places[0] = PLACE_QUEUE;
}

/* Waits for the names of the saved views; false when the connection breaks or the server refuses. The link waits for no answer for
 * ever, and the shell's ^C still works. */
static bool know_views(struct console *console, struct error *err)
{
	saved_ask(console);
	while (!console->saved.known) {
		if (link_state(console->link) == LINK_OFFLINE) {
			*err = *link_error(console->link);
			return false;
		}
		if (console->saved.refused.kind != ERROR_NONE) {
			*err = console->saved.refused;
			return error_prefix(err, "--view");
		}
		struct pollfd fds[4];
		int count = link_poll_fds(console->link, fds);
		poll(fds, (nfds_t)count, 1000);
		link_run(console->link);
	}
	return true;
}

/* What --view says: the name of a saved view, or else a filter. A word alone is rather a mistake than a search. Names are known
 * only now, and the screen is not open yet: a mistake is a line for the shell. */
static bool first_view(struct console *console, struct error *err)
{
	struct filter_mistake mistake;
	const char *text = console->options->view;
	char names[300];
	if (!text)
		return true;
	if (!know_views(console, err))
		return false;
	const struct saved_view *view = saved_find(console, text);
	if (view) {
		console->saved.awaited = alloc_copy(text);
		return saved_show(console, view, err) || error_prefix(err, "--view");
	}
	saved_names(console, names, sizeof names);
	if (!strpbrk(text, ":<>\" "))
		return error_set(err, ERROR_USAGE,
		        _("--view takes all, mine, unassigned, a saved view (there is %s) or a filter such as status:new, not \"%s\""),
		        names, text);
	if (filter_set(console, text, &mistake))
		return true;
	return error_set(err, ERROR_USAGE, "--view: %s", mistake.text);
}

static bool run_on_terminal(struct console *console, struct error *err)
{
	const struct terminal_options options = {.theme = &console->theme,
	        .ascii = console->settings.ascii,
	        .ask_background = theme_is_guess(console->settings.theme)};
	sigset_t before;
	int signals = open_signals(&before);
	console->terminal = terminal_open(&options, err);
	bool opened = console->terminal != NULL;
	if (opened) {
		alloc_on_failure(terminal_restore_now);
		terminal_mouse(console->terminal, console->settings.mouse);
		views_columns(console, "", NULL);
		views_sort(console, sort_order_of(console->settings.sort));
		show_view(console, (enum view_setting)console->settings.view);
		if (console->saved.awaited) {
			command_VIEW(console, console->saved.awaited);
			free(console->saved.awaited);
			console->saved.awaited = NULL;
		}
		if (console->options->notice)
			console_say(console, ROLE_HINT, "%s", console->options->notice);
		connection_news(console, NEWS_QUEUE | NEWS_DIRECTORY | NEWS_STATE);
		console->dirty = true;
		while (!console->left)
			turn(console, signals);
		presence_leave(console);
		editor_end(console->editor);
		terminal_close(console->terminal);
		alloc_on_failure(NULL);
	}
	close(signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return opened;
}

bool console_run(const struct console_options *options, struct error *err)
{
	struct console *console = alloc_bytes(sizeof *console);
	console->options = options;
	console->settings = *options->settings;
	language_follow(console);
	console_prepare(console);
	const struct link_model model = {
	        .queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us,
	};
	bool done = theme_load(console->settings.theme, &console->theme, err);
	if (done) {
		done = connect_first(console, &model, err) && first_view(console, err) &&
		       run_on_terminal(console, err);
		link_close(console->link);
	}
	if (done && console->fatal.kind != ERROR_NONE) {
		*err = console->fatal;
		done = false;
	}
	if (done && console->lost)
		done = error_set(err, ERROR_IO, _("the terminal is gone; drafts are kept"));
	console_release(console);
	free(console);
	return done;
}
