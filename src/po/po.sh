#!/bin/sh
# The catalogs and the sources.
#   po.sh update   writes sandglass.pot anew from the sources and merges it into each catalog; what has no
#                  translation then stands there with an empty one. Nothing is guessed (no fuzzy entries).
#   po.sh check    fails when sandglass.pot is not what the sources give, or a catalog has untranslated or fuzzy strings.
# No line numbers: they would change with every edit of a source.
set -eu
cd "$(dirname "$0")/../.."
pot=src/po/sandglass.pot

# The words of tables that are marked by their place in a row; "" is none.
rows() {
	xgettext --language=C --from-code=UTF-8 --output="$1" --join-existing --add-location=file --keyword "--keyword=$2" "$3" 2>/dev/null
}

extract() {
	LC_ALL=C ls src/*/*.c include/*/*.def | LC_ALL=C xgettext --files-from=- --language=C --from-code=UTF-8 --output="$1" \
		--add-location=file --add-comments=po: --package-name=sandglass \
		--keyword --keyword=_ --keyword=N_ --keyword=P_:1,2 --keyword=C_:1c,2 --keyword=NC_:1c,2 \
		--flag=_:1:pass-c-format --flag=C_:2:pass-c-format --flag=P_:1:pass-c-format --flag=P_:2:pass-c-format
	# The names of commands with two keys: the footer shows a word for the second one.
	sed -n 's/^COMMAND([A-Z_]*, \("[^"]*"\), "[^ "]\{1,\}-[^"]*",.*/N_(\1)/p' include/core/commands.def |
		xgettext --language=C --from-code=UTF-8 --output="$1" --join-existing --add-location=file --keyword --keyword=N_ -
	sed -i 's|^\(#: .*\)standard input|\1include/core/commands.def|' "$1"
	rows "$1" COMMAND:6 include/core/commands.def
	rows "$1" COMMAND:7 include/core/commands.def
	rows "$1" FILTER_KEY:7 include/core/filter_keys.def
	{
		echo '# What sandglass says. Made by "make po": not for editing.'
		sed -e '1,/^msgid ""/{/^#/d}' -e '/^"\(POT-Creation-Date\|Report-Msgid-Bugs-To\|PO-Revision-Date\|Last-Translator\|Language-Team\): /d' \
			-e 's/charset=CHARSET/charset=UTF-8/' -e 's/PACKAGE VERSION/sandglass/' "$1"
	} >"$1.made"
	mv "$1.made" "$1"
}

case $1 in
update)
	extract $pot
	for catalog in src/po/*.po; do
		msgmerge --quiet --update --backup=none --no-fuzzy-matching --add-location=file --width=100 "$catalog" $pot
		msgattrib --no-obsolete --width=100 --output-file="$catalog" "$catalog"
	done
	;;
check)
	made=$(mktemp)
	trap 'rm -f "$made" "$made.said"' EXIT
	extract "$made"
	for pair in "$pot $made" "$made $pot"; do # the same strings, however another version of xgettext writes them
		msgcmp --use-untranslated $pair 2>"$made.said" || { echo "$pot is not what the sources give: make po"; head -20 "$made.said"; exit 1; }
	done
	for catalog in src/po/*.po; do
		msgfmt --check --output-file=/dev/null "$catalog" || exit 1
		msgcmp "$catalog" $pot 2>"$made.said" || { echo "$catalog is not complete:"; head -20 "$made.said"; exit 1; }
	done
	;;
esac
