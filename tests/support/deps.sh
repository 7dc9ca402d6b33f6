#!/bin/sh
# deps.sh install: installs what is missing on Debian and asks nothing; elsewhere prints the names.
# deps.sh check:   only says whether everything is there (exit 0 or 1).
set -eu

libraries='ncursesw libpq libconfig gmime-3.0 libxml-2.0 libutf8proc jansson libcurl criterion vterm'
commands='gcc make tmux clang clang-format python3 pgrep openssl llvm-symbolizer xgettext msgmerge msgfmt'
debian='gcc make pkg-config libncurses-dev libpq-dev libconfig-dev libgmime-3.0-dev libxml2-dev libutf8proc-dev libjansson-dev
  libcurl4-openssl-dev libcriterion-dev libvterm-dev postgresql postgresql-contrib tmux clang llvm libclang-rt-dev clang-format python3 procps openssl gettext'

missing() {
	command -v pkg-config >/dev/null 2>&1 || { echo pkg-config; return; }
	for c in $commands; do command -v "$c" >/dev/null 2>&1 || echo "$c"; done
	pkg-config --exists $libraries 2>/dev/null ||
		for l in $libraries; do pkg-config --exists "$l" || echo "$l"; done
	for d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/bin /usr/local/bin; do
		[ -x "$d/initdb" ] && return 0
	done
	echo 'a PostgreSQL server'
}

lack=$(missing)
if [ -z "$lack" ]; then
	[ "${1:-check}" = install ] && [ -n "${DEPS_SAY:-}" ] && echo "everything that sandglass needs is here"
	exit 0
fi
[ "${1:-check}" = install ] || exit 1

echo "sandglass needs: $(echo $lack)"
if command -v apt-get >/dev/null 2>&1; then
	sudo=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null 2>&1 || { echo "run as root: apt-get install" $debian; exit 1; }
		sudo=sudo
	fi
	echo "installing with apt-get:" $debian
	export DEBIAN_FRONTEND=noninteractive
	# Only programs and libraries are wanted: the package must not start a cluster of its own.
	if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		$sudo mkdir -p /etc/postgresql-common
		echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
	fi
	$sudo apt-get update -qq
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $debian >/dev/null
	exit 0
fi
cat <<'END'
No apt-get here. Install these and run make again:
  dnf:    gcc make pkgconf ncurses-devel libpq-devel libconfig-devel gmime30-devel libxml2-devel utf8proc-devel jansson-devel
          libcurl-devel criterion-devel libvterm-devel postgresql-server postgresql-contrib tmux clang llvm compiler-rt clang-tools-extra procps-ng gettext
  pacman: gcc make pkgconf ncurses postgresql libconfig gmime3 libxml2 libutf8proc jansson curl criterion libvterm tmux clang llvm gettext
  brew:   make pkg-config ncurses libpq libconfig gmime libxml2 utf8proc jansson curl criterion libvterm postgresql tmux clang-format gettext
END
exit 1
