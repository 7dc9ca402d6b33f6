#!/bin/bash
# run.sh BUILD KIND: runs the tests that make built into BUILD. KIND is unit, db, screen, e2e, fuzz or all.
# Criterion says "passed" on a leak, on a filter that matches nothing and on exit(0) inside a test, so this script also
# looks for sanitizer reports and counts the tests.
set -u
build=$1
kind=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sandglass-check.XXXXXX")
chmod 711 "$work"
failed=0
total=0

finish() {
	[ -d "$work/pg" ] && sh "$here/cluster.sh" stop "$work/pg"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

export SANDGLASS_TEST_PROGRAM="$root/$build/sandglass"
export SANDGLASS_TEST_ROOT="$root"
export SANDGLASS_TEST_WORK="$work"
export XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" HOME="$work/home"
export LC_ALL=C.UTF-8 TZ=UTC
unset LANG LANGUAGE LC_MESSAGES PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD NO_COLOR COLORFGBG EDITOR VISUAL TMUX
mkdir -p "$XDG_STATE_HOME" "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$HOME"
export ASAN_OPTIONS="log_path=$work/sanitizer:detect_leaks=1:strict_string_checks=1"
export UBSAN_OPTIONS="log_path=$work/sanitizer:print_stacktrace=1"
export LSAN_OPTIONS="suppressions=$here/lsan.supp:print_suppressions=0"

start_cluster() {
	[ -d "$work/pg" ] && return 0
	sh "$here/cluster.sh" start "$work/pg" || exit 1
	export SANDGLASS_TEST_PGHOST="$work/pg"
}

# One Criterion binary; its summary line gives the count.
criterion() {
	local name=$1
	echo "== $name tests"
	"$root/$build/tests/$name-tests" --jobs "${JOBS:-4}" --timeout 120 ${FILTER:+--filter "$FILTER"} </dev/null >"$work/$name.log" 2>&1
	local code=$?
	sed -e 's/\x1b\[[0-9;]*m//g' "$work/$name.log" | grep -v '^\[RUN\|^\[PASS' | tail -n 200
	local ran
	ran=$(sed -e 's/\x1b\[[0-9;]*m//g' "$work/$name.log" | sed -n 's/.*Synthesis: Tested: \([0-9]*\).*/\1/p' | tail -n 1)
	total=$((total + ${ran:-0}))
	if [ $code != 0 ]; then
		echo "$name tests failed"
		failed=$((failed + 1))
	elif [ "${ran:-0}" = 0 ]; then
		echo "$name tests: none ran"
		failed=$((failed + 1))
	fi
}

case $kind in unit | all) criterion unit ;; esac
case $kind in db | all)
	start_cluster
	criterion db
	;;
esac
case $kind in screen | all) criterion screen ;; esac
case $kind in e2e | all)
	start_cluster
	for script in "$root"/tests/e2e/*.sh; do
		[ -e "$script" ] || continue
		case $script in */lib.sh) continue ;; esac
		total=$((total + 1))
		echo "== $(basename "$script" .sh)"
		timeout 300 bash "$script" </dev/null || {
			echo "$(basename "$script") failed"
			failed=$((failed + 1))
		}
	done
	;;
esac
case $kind in fuzz | all)
	if [ -e "$root/tests/fuzz/run.sh" ]; then
		total=$((total + 1))
		sh "$root/tests/fuzz/run.sh" "${FUZZ_SECONDS:-5}" || failed=$((failed + 1))
	fi
	;;
esac

for report in "$work"/sanitizer.*; do
	[ -e "$report" ] || continue
	echo "sanitizer report:"
	head -n 60 "$report"
	failed=$((failed + 1))
done

echo "$((total - failed)) passed, $failed failed"
[ $failed = 0 ]
