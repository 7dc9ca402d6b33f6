/*
 * The demo's directory and its locks.
 *
 * Everything below BASE is made with mode 0700 and must belong to us: a directory that somebody else
 * prepared, or a symbolic link in its place, is refused. As root the server runs as another user, who has to
 * reach the cluster's directory, which a home of mode 0700 does not let him: BASE is below /var/lib then. BASE
 * stays root's (its group may pass through), so the server's user can put nothing in the way of root.
 */
#include "cmd/demo.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE_FOR_ROOT "/var/lib/sandglass-demo"

/* ---- whom the server runs as ------------------------------------------------------------------- */

static bool find_server_user(struct process_user *user, struct error *err)
{
	*user = (struct process_user){.change = geteuid() == 0, .uid = geteuid(), .gid = getegid()};
	if (!user->change)
		return true;
	const struct passwd *entry = getpwnam("postgres");
	if (!entry)
		entry = getpwnam("nobody");
	if (!entry || entry->pw_uid == 0)
		return error_set(err, ERROR_IO,
		        "PostgreSQL does not run as root, and there is no user postgres or nobody");
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	return true;
}

/* Whether that user could pass through `path`, or through what there is of it. */
static bool user_reaches(const struct process_user *user, const char *path)
{
	pid_t child = fork();
	if (child == 0) {
		if (setgroups(0, NULL) != 0 || setresgid(user->gid, user->gid, user->gid) != 0 ||
		        setresuid(user->uid, user->uid, user->uid) != 0)
			_exit(1);
		_exit(access(path, X_OK) == 0 || errno == ENOENT ? 0 : 1);
	}
	int status = 1;
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return child > 0 && status == 0;
}

/* ---- directories ------------------------------------------------------------------------------- */

static bool make_parents(const char *path, struct error *err)
{
	char *copy = alloc_copy(path);
	bool made = true;
	for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			made = error_errno(err, ERROR_IO, "cannot make the directory %s", copy);
		*slash = '/';
	}
	free(copy);
	return made;
}

/* A directory that is ours alone, or its server's: made when missing, checked when there. */
static bool own_directory(const char *path, mode_t mode, uid_t uid, gid_t gid, struct error *err)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return error_errno(err, ERROR_IO, "cannot make the directory %s", path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, ERROR_IO, "cannot use %s as the demo's directory", path);
	struct stat info;
	bool good = fstat(fd, &info) == 0;
	/* A start that was interrupted may have left it ours and not yet its server's. */
	if (good && info.st_uid != uid && info.st_uid != geteuid())
		good = error_set(err, ERROR_IO, "%s belongs to another user; the demo does not use it", path);
	else if (good)
		good = ((info.st_uid == uid && info.st_gid == gid) || fchown(fd, uid, gid) == 0) &&
		       ((info.st_mode & 07777) == mode || fchmod(fd, mode) == 0);
	if (!good && err->kind == ERROR_NONE)
		error_errno(err, ERROR_IO, "cannot use %s as the demo's directory", path);
	close(fd);
	return good;
}

/* Root's own home is no place: the server's user could not reach it, or another user could rename in it. */
static char *choose_base(const struct process_user *server)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	if (data && data[0] == '/') {
		char *base = alloc_format("%s/sandglass/demo", data);
		if (!server->change || user_reaches(server, base))
			return base;
		free(base);
	}
	if (server->change)
		return alloc_copy(PLACE_FOR_ROOT);
	return home && home[0] == '/' ? alloc_format("%s/.local/share/sandglass/demo", home) : NULL;
}

static bool make_base(struct demo *demo, struct error *err)
{
	gid_t group = demo->server.change ? demo->server.gid : getegid();
	char *lock = alloc_format("%s/lock", demo->base);
	bool made = make_parents(demo->base, err) &&
	            own_directory(demo->base, demo->server.change ? 0710 : 0700, geteuid(), group, err) &&
	            own_directory(lock, 0700, geteuid(), getegid(), err) &&
	            own_directory(demo->cluster, 0700, demo->server.uid, group, err);
	free(lock);
	return made;
}

/* ---- locks ------------------------------------------------------------------------------------- */

static int open_lock(const struct demo *demo, const char *name)
{
	char *path = alloc_format("%s/lock/%s", demo->base, name);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(path);
	return fd;
}

static bool flock_again(int fd, int how)
{
	while (flock(fd, how) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

int demo_lock(const struct demo *demo, const char *name, bool wait)
{
	int fd = open_lock(demo, name);
	if (fd >= 0 && !flock_again(fd, LOCK_EX | (wait ? 0 : LOCK_NB))) {
		close(fd);
		return -1;
	}
	return fd;
}

bool demo_locks_open(struct demo *demo, struct error *err)
{
	demo->turn = open_lock(demo, "turn");
	demo->users = open_lock(demo, "users");
	return (demo->turn >= 0 && demo->users >= 0) ||
	       error_errno(err, ERROR_IO, "cannot open the locks in %s/lock", demo->base);
}

bool demo_turn_take(struct demo *demo, struct error *err)
{
	return flock_again(demo->turn, LOCK_EX) ||
	       error_errno(err, ERROR_IO, "cannot lock %s/lock/turn", demo->base);
}

void demo_turn_leave(struct demo *demo)
{
	flock(demo->turn, LOCK_UN);
}

void demo_users_join(struct demo *demo)
{
	flock_again(demo->users, LOCK_SH);
}

bool demo_users_none(struct demo *demo)
{
	if (flock(demo->users, LOCK_EX | LOCK_NB) != 0)
		return false;
	flock(demo->users, LOCK_UN);
	return true;
}

/* ---- the mark of a complete filling --------------------------------------------------------------- */

int64_t demo_filled_at(const struct demo *demo)
{
	char *path = alloc_format("%s/filled", demo->base);
	struct stat info;
	int64_t at = lstat(path, &info) == 0 ? (int64_t)info.st_mtime : 0;
	free(path);
	return at;
}

bool demo_filled_set(const struct demo *demo, bool filled, struct error *err)
{
	char *path = alloc_format("%s/filled", demo->base);
	bool done = unlink(path) == 0 || errno == ENOENT;
	if (done && filled) {
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		done = fd >= 0 && close(fd) == 0;
	}
	if (!done)
		error_errno(err, ERROR_IO, "cannot write %s", path);
	free(path);
	return done;
}

/* ---- all of it ----------------------------------------------------------------------------------- */

bool demo_place_open(struct demo *demo, struct error *err)
{
	*demo = (struct demo){.turn = -1, .users = -1};
	error_clear(err);
	if (!find_server_user(&demo->server, err))
		return false;
	demo->base = choose_base(&demo->server);
	if (!demo->base)
		return error_set(err, ERROR_CONFIG,
		        "neither HOME nor XDG_DATA_HOME is an absolute path: no place for the demo");
	demo->cluster = alloc_format("%s/cluster", demo->base);
	if (!make_base(demo, err))
		return false;
	return demo_locks_open(demo, err);
}

void demo_place_close(struct demo *demo)
{
	if (demo->turn >= 0)
		close(demo->turn);
	if (demo->users >= 0)
		close(demo->users);
	free(demo->base);
	free(demo->cluster);
	free(demo->socket);
	free(demo->bin);
	*demo = (struct demo){.turn = -1, .users = -1};
}
