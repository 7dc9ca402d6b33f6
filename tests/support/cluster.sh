#!/bin/sh
# A throwaway PostgreSQL cluster: `cluster.sh start DIR`, `cluster.sh stop DIR`, `cluster.sh restart DIR [fast|immediate]`.
# The socket is in DIR, there is no TCP, the superuser is postgres and everybody on the machine is trusted; nothing is
# synced to disk. PostgreSQL refuses to run as root, so root runs it as the owner of an unprivileged account.
set -eu

find_bin() {
	for d in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/bin /usr/bin; do
		[ -n "$d" ] && [ -x "$d/initdb" ] && { echo "$d"; return; }
	done
	echo "cluster.sh: no initdb found; make deps installs PostgreSQL" >&2
	exit 1
}

as_server() {
	if [ "$(id -u)" = 0 ]; then
		user=nobody
		id postgres >/dev/null 2>&1 && user=postgres
		setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$dir" "$@"
	else
		"$@"
	fi
}

action=$1
dir=$2
bin=$(find_bin)

case $action in
start)
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	if [ "$(id -u)" = 0 ]; then
		user=nobody
		id postgres >/dev/null 2>&1 && user=postgres
		chown "$user" "$dir"
	fi
	as_server "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
		{ cat "$dir/initdb.log" >&2; exit 1; }
	cat >>"$dir/data/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$dir'
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		max_connections = 200
		shared_buffers = 64MB
		timezone = 'UTC'
	END
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >"$dir/pg_ctl.log" 2>&1 ||
		{ cat "$dir/pg_ctl.log" "$dir/log" >&2; exit 1; }
	;;
restart)
	dir=$(cd "$dir" && pwd)
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -m "${3:-fast}" -w -t 60 restart >"$dir/pg_ctl.log" 2>&1 </dev/null ||
		{ cat "$dir/pg_ctl.log" "$dir/log" >&2; exit 1; }
	;;
restart)
	dir=$(cd "$dir" && pwd)
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -m "${3:-fast}" -w -t 60 restart >"$dir/pg_ctl.log" 2>&1 </dev/null ||
		{ cat "$dir/pg_ctl.log" "$dir/log" >&2; exit 1; }
	;;
restart)
	dir=$(cd "$dir" && pwd)
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -m "${3:-fast}" -w -t 60 restart >"$dir/pg_ctl.log" 2>&1 </dev/null ||
		{ cat "$dir/pg_ctl.log" "$dir/log" >&2; exit 1; }
	;;
stop)
	dir=$(cd "$dir" && pwd)
	as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$dir"
	;;
*)
	echo "usage: cluster.sh start|stop|restart DIR" >&2
	exit 64
	;;
esac
