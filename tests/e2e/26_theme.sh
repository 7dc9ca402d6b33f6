#!/bin/bash
# The console begins with the theme that fits the terminal's background, and :theme changes it, with the names completed.
. "$(dirname "$0")/lib.sh"
fresh_database

colours() { tm capture-pane -e -p -t "$1" | grep -qF "38;5;$2m"; }
wait_colour() { until_true "colour $2 on $1" colours "$1" "$2"; }

echo "a terminal that says that its background is light gets the light theme, unless it is told otherwise"
tm start-server \; set -g exit-empty off \; set -g window-style 'bg=#ffffff' || fail "tmux"
console dark anna 80 24 TERM=screen-256color COLORFGBG='15;0'
wait_for dark 'QUEUE all'
wait_colour dark 117
# An answer later than a tenth of a second does not count, and this machine may be busy.
for try in 1 2 3 4 5; do
	console "light$try" anna 80 24 TERM=screen-256color
	wait_for "light$try" 'live'
	until_true "colours on light$try" eval "colours light$try 18 || colours light$try 117"
	read -rt 0.3 <> <(:) || true
	colours "light$try" 18 && break
done
wait_colour "light$try" 18

echo "a theme by its name, and what is wrong is said"
type_text dark ':theme co'
wait_for dark 'colourblind'
wait_for dark 'contrast'
type_text dark 'ntr'
keys dark Tab
wait_for dark ':theme contrast'
keys dark Enter
wait_for dark 'theme is contrast'
wait_colour dark 231
type_text dark ':theme nosuch'
keys dark Enter
wait_for dark 'there is no theme "nosuch"'
wait_colour dark 231
type_text dark ':theme'
keys dark Enter
wait_for dark '  mono'
type_text dark 'colourb'
keys dark Tab Enter
wait_for dark 'theme is colourblind'
keys dark Q
wait_for dark 'exit 0'
restored dark
