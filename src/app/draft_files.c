/* The files beside a draft. Names in the directory are made safe when they are put there (core/filename.h), so nothing in it
 * is a path. */
#include "app/attach.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "….txt" of the draft becomes "….files". */
static char *directory_of(const char *draft_path)
{
	return alloc_format("%.*s.files", (int)(strlen(draft_path) - strlen(".txt")), draft_path);
}

static int by_number(const void *a, const void *b)
{
	return ((const struct attached_copy *)a)->number - ((const struct attached_copy *)b)->number;
}

/* "01 report.pdf"; 0 for anything else: ".", and a copy that is not whole. */
static int parse_name(const char *entry, const char **name)
{
	char *end;
	const long number = entry[0] >= '0' && entry[0] <= '9' ? strtol(entry, &end, 10) : 0;
	if (number < 1 || number > INT_MAX || *end != ' ' || !end[1])
		return 0;
	*name = end + 1;
	return (int)number;
}

void draft_files_read(const struct draft *draft, struct attached_files *out)
{
	*out = (struct attached_files){0};
	if (!draft->path)
		return;
	char *directory = directory_of(draft->path);
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;) {
		const char *name;
		struct stat st;
		const int number = parse_name(entry->d_name, &name);
		if (!number)
			continue;
		char *path = alloc_format("%s/%s", directory, entry->d_name);
		if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
			free(path);
			continue;
		}
		out->list = alloc_grow(out->list, out->count + 1, sizeof *out->list);
		out->list[out->count++] = (struct attached_copy){.number = number,
		        .path = path,
		        .name = alloc_copy(name),
		        .size = st.st_size,
		        .node = (uint64_t)st.st_ino,
		        .changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
	}
	if (opened)
		closedir(opened);
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_number);
	free(directory);
}

void draft_files_release(struct attached_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].path);
		free(files->list[i].name);
	}
	free(files->list);
	*files = (struct attached_files){0};
}

static char *read_whole(const struct attached_copy *file, struct error *err)
{
	char *bytes = alloc_bytes((size_t)file->size + 1);
	const int fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 0;
	size_t at = 0;
	while (fd >= 0 && at < (size_t)file->size &&
	        (got = read(fd, bytes + at, (size_t)file->size - at)) != 0) {
		if (got < 0 && errno != EINTR)
			break;
		at += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (at == (size_t)file->size && fd >= 0)
		return bytes;
	error_errno(err, ERROR_IO, _("cannot read the attached file %s"), file->path);
	free(bytes);
	return NULL;
}

bool draft_files_load(const struct draft *draft, struct attached **out, struct error *err)
{
	struct attached_files files;
	bool good = true;
	*out = NULL;
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count && good; i++) {
		const struct attached_copy *file = &files.list[i];
		char *bytes = read_whole(file, err);
		good = bytes != NULL;
		if (!*out)
			*out = attached_new();
		if (good)
			attached_add(*out, file->name, attached_type(file->name), bytes, (size_t)file->size);
	}
	if (!good) {
		attached_drop(*out);
		*out = NULL;
	}
	draft_files_release(&files);
	return good;
}

static bool put_file(const char *directory, size_t number, const struct attached_file *file)
{
	char *path = alloc_format("%s/%02zu %s", directory, number, file->name);
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t at = 0;
	ssize_t put = 0;
	while (fd >= 0 && at < file->size && (put >= 0 || errno == EINTR)) {
		put = write(fd, file->bytes + at, file->size - at);
		at += put > 0 ? (size_t)put : 0;
	}
	bool good = fd >= 0 && at == file->size;
	if (fd >= 0 && close(fd))
		good = false;
	if (fd >= 0 && !good)
		unlink(path);
	free(path);
	return good;
}

bool draft_files_put(const char *draft_path, const struct attached *attached, struct error *err)
{
	if (!attached || !attached->count)
		return true;
	char *directory = directory_of(draft_path);
	bool good = mkdir(directory, 0700) == 0 || errno == EEXIST;
	for (size_t i = 0; i < attached->count && good; i++)
		good = put_file(directory, i + 1, &attached->files[i]);
	if (!good)
		error_errno(
		        err, ERROR_IO, _("cannot put the attached files beside the draft (%s)"), directory);
	free(directory);
	return good;
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
	return (hash ^ number) * UINT64_C(0x100000001b3);
}

static uint64_t hash_files(const struct draft *draft, bool exactly)
{
	struct attached_files files;
	uint64_t hash = 0;
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct attached_copy *file = &files.list[i];
		hash = add_number(hash, (uint64_t)file->size ^ (uint64_t)file->number << 48);
		for (const char *c = file->name; *c; c++)
			hash = add_number(hash, (unsigned char)*c);
		if (exactly)
			hash = add_number(add_number(hash, file->node), (uint64_t)file->changed_ns);
	}
	draft_files_release(&files);
	return hash;
}

uint64_t draft_files_hash(const struct draft *draft)
{
	return hash_files(draft, false);
}

uint64_t draft_files_print(const struct draft *draft)
{
	return hash_files(draft, true);
}

int draft_files_next(const char *directory)
{
	int last = 0;
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;) {
		const char *name;
		const int number = parse_name(entry->d_name, &name);
		if (number > last)
			last = number;
	}
	if (opened)
		closedir(opened);
	return last + 1;
}

void draft_files_drop(const char *draft_path)
{
	char *directory = directory_of(draft_path);
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;)
		unlinkat(dirfd(opened), entry->d_name, 0); /* not "." and "..": they are directories */
	if (opened)
		closedir(opened);
	rmdir(directory);
	free(directory);
}

void draft_files_follow(const char *old_draft_path, const char *draft_path)
{
	char *from = directory_of(old_draft_path), *to = directory_of(draft_path);
	draft_files_drop(draft_path);
	if (rename(from, to) != 0 && errno != ENOENT)
		draft_files_drop(old_draft_path);
	free(from);
	free(to);
}
