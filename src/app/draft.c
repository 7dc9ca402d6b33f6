/*
 * The draft's file. Everything is done with the directory's descriptor held, names are made of a number and a word, and
 * what the place is called is reduced to letters, digits and a few signs: nothing from outside becomes a path.
 */
#include "app/draft.h"
#include "app/attach.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/action.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DRAFT_MOST = 4 * 1024 * 1024 };

const char draft_cut_line[] = "------------------------ >8 ------------------------";

static const char *kind_word(bool internal)
{
	return internal ? "note" : "reply";
}

/* "48213-reply.txt" */
static char *file_name(int64_t ticket_id, bool internal)
{
	if (ticket_id == DRAFT_OF_NEW)
		return alloc_format("new-%s.txt", kind_word(internal));
	if (ticket_id == DRAFT_OF_MARKED)
		return alloc_format("marked-%s.txt", kind_word(internal));
	return alloc_format("%lld-%s.txt", (long long)ticket_id, kind_word(internal));
}

/* ---- where ---------------------------------------------------------------------------------------- */

static bool add_state_directory(struct strbuf *path, struct error *err)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	if (state && state[0] == '/')
		strbuf_adds(path, state);
	else if (home && home[0] == '/')
		strbuf_addf(path, "%s/.local/state", home);
	else
		return error_set(err, ERROR_CONFIG,
		        _("no place for drafts: set HOME or XDG_STATE_HOME to an absolute path"));
	return true;
}

static void add_safe(struct strbuf *path, const char *place)
{
	for (; *place; place++)
		strbuf_addc(path, isalnum((unsigned char)*place) || strchr("@.-", *place) ? *place : '_');
}

static bool make_directories(const char *path, struct error *err)
{
	char *copy = alloc_copy(path);
	bool made = true;
	for (char *slash = strchr(copy + 1, '/'); made; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			made = error_errno(err, ERROR_IO, _("cannot make the directory for drafts %s"), copy);
		if (!slash)
			break;
		*slash = '/';
	}
	free(copy);
	return made;
}

static bool state_directory(const char *folder, const char *place, struct strbuf *path, struct error *err)
{
	if (!add_state_directory(path, err))
		return false;
	strbuf_addf(path, "/sandglass/%s/", folder);
	add_safe(path, place);
	return true;
}

static bool draft_directory(const char *place, struct strbuf *path, struct error *err)
{
	return state_directory("drafts", place, path, err);
}

/* ---- files ---------------------------------------------------------------------------------------- */

/* The reason before the path, which may be longer than the line that shows it. */
static bool cannot_keep(struct error *err, const char *path)
{
	return error_set(err, ERROR_IO, _("cannot keep the draft (%s): %s"), strerror(errno), path);
}

static bool cannot_read(struct error *err, const char *path)
{
	return error_set(err, ERROR_IO, _("cannot read the draft (%s): %s"), strerror(errno), path);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* Writes a file beside the old one and puts it in its place: whatever happens to the program, one of the two is whole.
 * `sync` waits until it is on the disk, which may take long: only where the editor has the terminal anyway. */
static bool replace_file(const char *path, const char *bytes, size_t length, bool sync, struct error *err)
{
	char *new_path = alloc_format("%s.new", path);
	unlink(new_path);
	int fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool written = fd >= 0 && write_all(fd, bytes, length) && (!sync || fsync(fd) == 0);
	if (fd >= 0 && close(fd))
		written = false;
	if (!written || rename(new_path, path)) {
		cannot_keep(err, path);
		unlink(new_path);
		written = false;
	}
	free(new_path);
	return written;
}

static bool read_file(const char *path, struct strbuf *out, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return cannot_read(err, path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(
		        err, ERROR_IO, _("cannot read the draft: %s is no file; move it away"), path);
	}
	char chunk[8192];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof chunk)) > 0 && out->length < DRAFT_MOST)
		strbuf_add(out, chunk, (size_t)got);
	close(fd);
	if (got < 0)
		return cannot_read(err, path);
	if (got > 0)
		return error_set(err, ERROR_INPUT, _("the draft %s is larger than %d MiB; shorten it"), path,
		        DRAFT_MOST >> 20);
	return true;
}

bool draft_file_path(
        const char *folder, const char *place, const char *name, struct strbuf *path, struct error *err)
{
	if (!state_directory(folder, place, path, err) || !make_directories(path->data, err))
		return false;
	strbuf_addc(path, '/');
	strbuf_adds(path, name);
	return true;
}

bool draft_file_put(const char *path, const struct strbuf *text, struct error *err)
{
	return replace_file(path, text->data, text->length, true, err);
}

bool draft_file_get(const char *path, struct strbuf *out, struct error *err)
{
	return read_file(path, out, err);
}

/* ---- the state beside it --------------------------------------------------------------------------- */

static char *path_beside(const struct draft *draft, const char *ending)
{
	size_t length = strlen(draft->path) - strlen(".txt");
	return alloc_format("%.*s%s", (int)length, draft->path, ending);
}

static char *state_path(const struct draft *draft)
{
	return path_beside(draft, ".state");
}

/* "VERSION MESSAGES REQUEST HASH SEEN"; a state that cannot be read is that of a new draft. */
static void read_state(struct draft *draft)
{
	char *path = state_path(draft);
	struct strbuf text = STRBUF_INIT;
	int version, messages;
	char request_id[37];
	uint64_t sent_hash;
	long long seen_at = 0;
	if (access(path, F_OK) == 0 && read_file(path, &text, NULL) &&
	        sscanf(text.data, "%d %d %36s %" SCNx64 " %lld", &version, &messages, request_id, &sent_hash,
	                &seen_at) >= 4 &&
	        strlen(request_id) == 36) {
		draft->version = version;
		draft->messages = messages;
		draft->sent_hash = sent_hash;
		draft->seen_at = seen_at;
		memcpy(draft->request_id, request_id, sizeof request_id);
	}
	strbuf_release(&text);
	free(path);
}

static bool write_state(const struct draft *draft, struct error *err)
{
	char *path = state_path(draft);
	struct strbuf text = STRBUF_INIT;
	strbuf_addf(&text, "%d %d %s %" PRIx64 " %lld\n", draft->version, draft->messages, draft->request_id,
	        draft->sent_hash, (long long)draft->seen_at);
	bool written = replace_file(path, text.data, text.length, false, err);
	strbuf_release(&text);
	free(path);
	return written;
}

void draft_read_macro(struct draft *draft)
{
	char *path = path_beside(draft, ".macro");
	struct strbuf text = STRBUF_INIT;
	macro_actions_release(&draft->macro);
	if (access(path, F_OK) == 0 && read_file(path, &text, NULL))
		macro_actions_read(text.data, &draft->macro);
	strbuf_release(&text);
	free(path);
}

static bool write_macro(const struct draft *draft, struct error *err)
{
	char *path = path_beside(draft, ".macro"), *json = macro_actions_json(&draft->macro);
	const bool written = replace_file(path, json, strlen(json), true, err);
	free(json);
	free(path);
	return written;
}

bool draft_add_macro(struct draft *draft, const struct macro_actions *actions, struct error *err)
{
	macro_actions_add(&draft->macro, actions);
	return write_macro(draft, err);
}

void draft_drop_macro(struct draft *draft)
{
	char *path = path_beside(draft, ".macro");
	unlink(path);
	free(path);
	macro_actions_release(&draft->macro);
}

/* FNV-1a of the body, and what goes along; never 0. */
static uint64_t hash_body(const struct draft *draft)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < draft->body.length; i++)
		hash = (hash ^ (unsigned char)draft->body.data[i]) * UINT64_C(0x100000001b3);
	hash ^= draft_files_hash(draft);
	return hash ? hash : 1;
}

/* ---- the life of a draft ------------------------------------------------------------------------- */

/* The words behind the cut line's sign, and what is put below it: the file beside says later what somebody added. First
 * that one is written: if the draft's own is not, what stood below it is taken for added, and nothing is lost. */
static bool write_text(const struct draft *draft, const char *body, const char *below, struct error *err)
{
	struct strbuf text = STRBUF_INIT, known = STRBUF_INIT;
	const char *words = _("what is below is not sent");
	char *path = path_beside(draft, ".below");
	strbuf_addf(&known, "%s\n%s", words, below);
	strbuf_addf(&text, "%s\n\n%s %s\n", body, draft_cut_line, words);
	if (draft->added)
		strbuf_addf(&text, "\n%s\n", draft->added);
	strbuf_adds(&text, below);
	const bool written = replace_file(path, known.data, known.length, false, err) &&
	                     replace_file(draft->path, text.data, text.length, true, err);
	strbuf_release(&text);
	strbuf_release(&known);
	free(path);
	return written;
}

/* False: nothing was put below the line, or nobody knows what. */
static bool read_below(const struct draft *draft, struct strbuf *below)
{
	char *path = path_beside(draft, ".below");
	const bool known = access(path, F_OK) == 0 && read_file(path, below, NULL);
	free(path);
	return known;
}

static void forget_added(struct draft *draft)
{
	free(draft->added);
	draft->added = NULL;
	draft->added_lines = 0;
	draft->moved_up = false;
}

/* Of what stands behind the cut line's sign. */
static void read_added(struct draft *draft, const char *behind)
{
	struct strbuf below = STRBUF_INIT, added = STRBUF_INIT;
	forget_added(draft);
	if (behind && read_below(draft, &below))
		draft->added_lines = draft_added(below.data, behind + strspn(behind, " "), &added);
	if (draft->added_lines)
		draft->added = strbuf_detach(&added);
	strbuf_release(&below);
	strbuf_release(&added);
}

/* A new draft begins with the signature; one that is continued keeps its body above the conversation as it is now. */
static bool begin(struct draft *draft, const struct draft_request *request, bool found, struct error *err)
{
	if (found) {
		read_state(draft);
		draft_read_macro(draft);
		return draft_read(draft, err) &&
		       (draft->cut_missing || write_text(draft, draft->body.data, request->below, err));
	}
	struct strbuf body = STRBUF_INIT;
	if (*request->signature)
		strbuf_addf(&body, "\n\n%s", request->signature);
	bool begun = write_text(draft, body.data, request->below, err) && write_state(draft, err);
	strbuf_release(&body);
	return begun;
}

bool draft_open(struct draft *draft, const struct draft_request *request, bool *found, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	draft_keep(draft);
	if (!draft_directory(request->place, &path, err) || !make_directories(path.data, err)) {
		strbuf_release(&path);
		return false;
	}
	char *name = file_name(request->ticket_id, request->internal);
	strbuf_addf(&path, "/%s", name);
	free(name);
	*found = access(path.data, F_OK) == 0;
	draft->ticket_id = request->ticket_id;
	draft->internal = request->internal;
	draft->version = request->version;
	draft->messages = request->messages;
	draft->seen_at = request->now;
	draft->path = strbuf_detach(&path);
	action_make_id(draft->request_id);
	if (begin(draft, request, *found, err))
		return true;
	draft_keep(draft);
	return false;
}

static const char *find_cut(const struct strbuf *text)
{
	const char *at = text->data;
	while ((at = strstr(at, draft_cut_line)) && at != text->data && at[-1] != '\n')
		at++;
	return at;
}

bool draft_read(struct draft *draft, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	bool read = read_file(draft->path, &text, err);
	if (read && strlen(text.data) != text.length)
		read = error_set(
		        err, ERROR_INPUT, _("the draft %s holds a NUL byte; it must be text"), draft->path);
	if (!read) {
		strbuf_release(&text);
		return false;
	}
	const char *cut = find_cut(&text);
	draft->cut_missing = !cut;
	size_t length = cut ? (size_t)(cut - text.data) : text.length;
	while (length && isspace((unsigned char)text.data[length - 1]))
		length--;
	size_t start = 0;
	while (start < length && (text.data[start] == '\n' || text.data[start] == '\r'))
		start++;
	strbuf_clear(&draft->body);
	strbuf_add(&draft->body, text.data + start, length - start);
	read_added(draft, cut ? cut + strlen(draft_cut_line) : NULL);
	strbuf_release(&text);
	return true;
}

bool draft_write(struct draft *draft, const char *body, const char *below, struct error *err)
{
	return write_text(draft, body, below, err) && draft_read(draft, err);
}

bool draft_restore(struct draft *draft, const char *body, struct error *err)
{
	return draft_write(draft, body, "", err);
}

bool draft_move_up(struct draft *draft, const char *body, struct error *err)
{
	struct strbuf below = STRBUF_INIT;
	char *added = draft->added;
	read_below(draft, &below);
	draft->added = NULL; /* it is in the body now */
	const char *line = strchr(below.data, '\n');
	const bool moved = write_text(draft, body, line ? line + 1 : "", err);
	draft->added = added;
	strbuf_release(&below);
	if (!moved || !draft_read(draft, err))
		return false;
	draft->moved_up = true;
	return true;
}

bool draft_make(const struct draft_request *request, const char *body, const struct macro_actions *macro,
        struct error *err)
{
	struct draft draft = {.ticket_id = 0};
	bool found;
	strbuf_init(&draft.body);
	if (!draft_open(&draft, request, &found, err))
		return false;
	bool made = !found || error_set(err, ERROR_REFUSED, _("there is a newer draft of this ticket"));
	if (made && (!draft_restore(&draft, body, err) ||
	                    (macro && macro->name && !draft_add_macro(&draft, macro, err)))) {
		draft_discard(&draft);
		return false;
	}
	draft_keep(&draft);
	return made;
}

void draft_seen(struct draft *draft, int32_t version, int messages, int64_t now)
{
	draft->version = version;
	draft->messages = messages;
	draft->seen_at = now;
	write_state(draft, NULL);
}

/* The path of a draft's file; NULL: there is no place for drafts. The caller frees it. */
static char *draft_path(const char *place, int64_t ticket_id, bool internal)
{
	struct strbuf path = STRBUF_INIT;
	if (!draft_directory(place, &path, NULL)) {
		strbuf_release(&path);
		return NULL;
	}
	char *name = file_name(ticket_id, internal);
	strbuf_addf(&path, "/%s", name);
	free(name);
	return strbuf_detach(&path);
}

void draft_own_change(const char *place, int64_t ticket_id, int32_t version)
{
	for (int internal = 0; internal < 2; internal++) {
		struct draft draft = {.ticket_id = ticket_id, .internal = internal};
		draft.path = draft_path(place, ticket_id, internal);
		if (draft.path && access(draft.path, F_OK) == 0)
			read_state(&draft);
		if (draft.version && draft.version == version - 1)
			draft_seen(&draft, version, draft.messages, draft.seen_at);
		free(draft.path);
	}
}

/* The draft's files get this name, which is taken over. */
static bool move_files(struct draft *draft, char *path, struct error *err)
{
	static const char *const endings[] = {".state", ".macro", ".below"};
	const struct draft moved = {.path = path};
	if (rename(draft->path, path)) {
		error_errno(err, ERROR_IO, _("cannot rename the draft to %s"), path);
		free(path);
		return false;
	}
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char *from = path_beside(draft, endings[i]), *to = path_beside(&moved, endings[i]);
		if (rename(from, to))
			unlink(to); /* there is none: what lies there belongs to no draft */
		free(from);
		free(to);
	}
	draft_files_follow(draft->path, path);
	free(draft->path);
	draft->path = path;
	return true;
}

bool draft_make_internal(struct draft *draft, struct error *err)
{
	const char *slash = strrchr(draft->path, '/');
	char *name = file_name(draft->ticket_id, !draft->internal);
	char *path = alloc_format("%.*s/%s", (int)(slash - draft->path), draft->path, name);
	free(name);
	if (access(path, F_OK) == 0) {
		error_set(err, ERROR_REFUSED,
		        draft->internal
		                ? _("there is a reply draft of this ticket already; send or discard it first")
		                : _("there is a note draft of this ticket already; send or discard it first"));
		free(path);
		return false;
	}
	if (!move_files(draft, path, err))
		return false;
	draft->internal = !draft->internal;
	draft->sent_hash = 0;
	action_make_id(draft->request_id);
	return write_state(draft, err) && (!draft->macro.name || write_macro(draft, err));
}

bool draft_move(struct draft *draft, int64_t ticket_id, struct error *err)
{
	const char *slash = strrchr(draft->path, '/');
	char *name = file_name(ticket_id, draft->internal);
	char *path = alloc_format("%.*s/%s", (int)(slash - draft->path), draft->path, name);
	free(name);
	if (access(path, F_OK) == 0) {
		error_set(err, ERROR_REFUSED,
		        _("%lld has a draft of its own: send or discard that first; nothing was moved"),
		        (long long)ticket_id);
		free(path);
		return false;
	}
	if (!move_files(draft, path, err))
		return false;
	draft->ticket_id = ticket_id;
	draft->sent_hash = 0;
	action_make_id(draft->request_id);
	return write_state(draft, err);
}

void draft_know_sent(struct draft *draft)
{
	char *path = path_beside(draft, ".state");
	struct draft now = {.path = draft->path};
	if (access(path, F_OK) == 0)
		read_state(&now);
	else
		draft->sent_hash = 1; /* another console has sent it, nobody knows which text */
	if (*now.request_id) {
		memcpy(draft->request_id, now.request_id, sizeof draft->request_id);
		draft->sent_hash = now.sent_hash;
	}
	free(path);
}

bool draft_sending(struct draft *draft, struct error *err)
{
	draft_know_sent(draft);
	uint64_t before = draft->sent_hash;
	if (!draft->sent_hash)
		draft->sent_hash = hash_body(draft);
	if (write_state(draft, err))
		return true;
	draft->sent_hash = before;
	return false;
}

bool draft_changed_since_sent(const struct draft *draft)
{
	return draft->sent_hash && draft->sent_hash != hash_body(draft);
}

void draft_sent_not(struct draft *draft)
{
	draft->sent_hash = 0;
	action_make_id(draft->request_id);
	write_state(draft, NULL);
}

void draft_discard(struct draft *draft)
{
	if (!draft->path)
		return;
	char *state = state_path(draft), *below = path_beside(draft, ".below");
	unlink(draft->path);
	unlink(state);
	unlink(below);
	free(state);
	free(below);
	draft_files_drop(draft->path);
	draft_drop_macro(draft);
	draft_keep(draft);
}

char *draft_set_aside(struct draft *draft, struct error *err)
{
	const char *name = strrchr(draft->path, '/') + 1;
	char id[sizeof draft->request_id];
	action_make_id(id);
	if (!move_files(draft,
	            alloc_format("%.*sdiscarded-%s-%s", (int)(name - draft->path), draft->path, id, name),
	            err))
		return NULL;
	char *aside = alloc_copy(draft->path);
	draft_keep(draft);
	return aside;
}

bool draft_bring_back(
        const char *aside, const char *place, int64_t ticket_id, bool internal, struct error *err)
{
	struct draft draft = {.path = alloc_copy(aside)};
	char *path = draft_path(place, ticket_id, internal);
	bool back = path && access(path, F_OK) != 0;
	if (back)
		back = move_files(&draft, path, err);
	else {
		error_set(err, ERROR_REFUSED, _("there is a newer draft of this ticket"));
		free(path);
	}
	free(draft.path);
	return back;
}

void draft_delete_aside(const char *aside)
{
	struct draft draft = {.path = alloc_copy(aside)};
	strbuf_init(&draft.body);
	draft_discard(&draft);
}

void draft_keep(struct draft *draft)
{
	free(draft->path);
	strbuf_release(&draft->body);
	forget_added(draft);
	macro_actions_release(&draft->macro);
	*draft = (struct draft){.ticket_id = 0};
	strbuf_init(&draft->body);
}

bool draft_load(struct draft *draft, const char *place, int64_t ticket_id, bool internal, struct error *err)
{
	*draft = (struct draft){.ticket_id = ticket_id, .internal = internal};
	strbuf_init(&draft->body);
	draft->path = draft_path(place, ticket_id, internal);
	if (draft->path && access(draft->path, F_OK) == 0) {
		read_state(draft);
		draft_read_macro(draft);
		if (draft_read(draft, err))
			return true;
	} else {
		error_set(err, ERROR_IO, _("there is no such draft"));
	}
	draft_keep(draft);
	return false;
}

/* "48213-reply.txt", and nothing else of what lies there. */
static bool parse_name(const char *name, struct draft_file *file)
{
	char *end;
	file->ticket_id = strtoll(name, &end, 10);
	file->internal = strcmp(end, "-note.txt") == 0;
	return file->ticket_id > 0 && (file->internal || strcmp(end, "-reply.txt") == 0);
}

struct draft_file *draft_files(const char *place, size_t *count)
{
	struct strbuf path = STRBUF_INIT;
	struct draft_file *files = NULL, file;
	DIR *directory = draft_directory(place, &path, NULL) ? opendir(path.data) : NULL;
	*count = 0;
	for (const struct dirent *item; directory && (item = readdir(directory));)
		if (parse_name(item->d_name, &file)) {
			files = alloc_grow(files, *count + 1, sizeof *files);
			files[(*count)++] = file;
		}
	if (directory)
		closedir(directory);
	strbuf_release(&path);
	return files;
}

/* Two consoles that start at once agree: one of them makes the file, both read it. */
bool draft_place_id(char *out, size_t size, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	char id[37];
	bool read = add_state_directory(&path, err);
	strbuf_adds(&path, "/sandglass");
	read = read && make_directories(path.data, err);
	strbuf_adds(&path, "/place");
	const int fd =
	        read ? open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd >= 0) {
		action_make_id(id);
		if (!write_all(fd, id, strlen(id)))
			read = cannot_keep(err, path.data);
		if (close(fd) || !read)
			unlink(path.data);
	}
	read = read && read_file(path.data, &text, err);
	if (read && text.length != sizeof id - 1)
		read = error_set(err, ERROR_IO, _("%s is not what sandglass wrote; move it away"), path.data);
	if (read)
		snprintf(out, size, "%s", text.data);
	strbuf_release(&text);
	strbuf_release(&path);
	return read;
}

const char *draft_exists(const char *place, int64_t ticket_id)
{
	const char *found = NULL;
	for (int internal = 0; internal < 2 && !found; internal++) {
		char *path = draft_path(place, ticket_id, internal);
		if (path && access(path, F_OK) == 0)
			found = kind_word(internal);
		free(path);
	}
	return found;
}
