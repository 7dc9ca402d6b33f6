#!/bin/sh
# run.sh SECONDS: builds every tests/fuzz/*.c with libFuzzer and the sanitizers and runs each for SECONDS, from the seeds in
# tests/fuzz/corpus/NAME (and a dictionary NAME.dict beside it) where there are any. What it finds on the way is kept
# in build/fuzz/corpus/NAME for the next run, what crashes in build/fuzz/crashes. A crash makes it fail.
set -u
seconds=${1:-5}
cd "$(dirname "$0")/../.." || exit 1
command -v clang >/dev/null || {
	echo "fuzz: clang is missing; make deps installs it"
	exit 1
}
make -s MODE=fuzz build/fuzz/libsandglass.a || exit 1
flags=$(sed -n 's/^PKG_CFLAGS := //p' build/packages.mk)
libraries=$(sed -n 's/^PKG_LIBS := //p' build/packages.mk)
crashes=build/fuzz/crashes
mkdir -p $crashes build/fuzz/bin
export LC_ALL=C.UTF-8
export LSAN_OPTIONS="suppressions=tests/support/lsan.supp:print_suppressions=0"
unset ASAN_OPTIONS UBSAN_OPTIONS
failed=0

for source in tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	program=build/fuzz/bin/$name
	if [ ! -e "$program" ] || [ -n "$(find "$source" build/fuzz/libsandglass.a -newer "$program")" ]; then
		# shellcheck disable=SC2086
		clang -std=gnu17 -D_GNU_SOURCE -O1 -g -Iinclude -Itests $flags -Wall -Wextra \
			-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -pthread \
			-o "$program" "$source" build/fuzz/libsandglass.a $libraries || exit 1
	fi
	grown=build/fuzz/corpus/$name
	mkdir -p "$grown"
	seeds=tests/fuzz/corpus/$name
	[ -d "$seeds" ] || seeds=
	dictionary=tests/fuzz/corpus/$name.dict
	[ -e "$dictionary" ] && dictionary=-dict=$dictionary || dictionary=
	log=build/fuzz/$name.log
	# shellcheck disable=SC2086
	if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$crashes/$name-" \
		-print_final_stats=1 $dictionary "$grown" $seeds >"$log" 2>&1 </dev/null; then
		echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, no crash"
	else
		echo "fuzz $name: failed; the input is in $crashes, the report:"
		grep -v '^#' "$log" | tail -n 60
		failed=1
	fi
done
exit $failed
