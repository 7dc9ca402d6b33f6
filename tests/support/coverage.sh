#!/bin/bash
# coverage.sh BUILD: runs the unit, database and screen tests of a build with --coverage and prints, for each source file,
# how many of its lines they ran, least first, and all together.
set -u
build=$1
cd "$(dirname "$0")/../.." || exit 1
failed=
for kind in unit db screen; do
	bash tests/support/run.sh "$build" $kind || failed="$failed $kind"
done
find "$build/src" -name '*.gcda' | while read -r data; do
	gcov -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk '
	/^File / { file = $2; gsub(/\047/, "", file) }
	/^Lines executed:/ && file ~ /^src\// {
		split($0, part, /[:% ]+/)
		lines = $NF
		run[file] = part[3] * lines / 100
		all[file] = lines
	}
	/^$/ { file = "" }
	END {
		for (name in all) {
			printf "%6.1f %%  %5d lines  %s\n", 100 * run[name] / all[name], all[name], name
			sum += run[name]
			total += all[name]
		}
		if (total)
			printf "%6.1f %%  %5d lines  all that was loaded\n", 100 * sum / total, total
	}' | sort -n
# Far above by now is what failed in them.
[ -z "$failed" ] || { echo "coverage: tests failed:$failed; the numbers are those of what ran" >&2; exit 1; }
