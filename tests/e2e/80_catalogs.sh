#!/bin/bash
# Every string that the console shows is in the catalogs, and translated: none is missing, empty or fuzzy, and formats agree.
. "$(dirname "$0")/lib.sh"
sh "$SANDGLASS_TEST_ROOT/src/po/po.sh" check || fail "make po takes new strings into src/po; then translate what is empty there"

echo "a string without translation is found"
mkdir -p "$here/tree/src/po"
cp -r "$SANDGLASS_TEST_ROOT/src" "$SANDGLASS_TEST_ROOT/include" "$here/tree"
cd "$here/tree" || fail "no copy"
echo 'const char *stray(void) { return _("nobody has said this in Russian"); }' >>src/app/help.c
sh src/po/po.sh check >"$here/said" 2>&1 && fail "a new string was not noticed"
grep -q 'make po' "$here/said" || fail "it says $(cat "$here/said")"
sh src/po/po.sh update || fail "update"
sh src/po/po.sh check >"$here/said" 2>&1 && fail "an untranslated string was not noticed"
grep -q 'ru.po is not complete' "$here/said" || fail "it says $(cat "$here/said")"
sed -i '/nobody has said this in Russian/{n;s/.*/msgstr "%s этого никто не говорил"/}' src/po/ru.po src/po/uk.po
sh src/po/po.sh check || fail "a translated string is missed"
sed -i 's/%lld теперь ваш/%s теперь ваш/' src/po/ru.po
sh src/po/po.sh check >"$here/said" 2>&1 && fail "a wrong format was not noticed"
grep -q 'format specifications' "$here/said" || fail "it says $(cat "$here/said")"
exit 0
