#!/bin/sh
# Writes an assembler file that holds each file as bytes, and a table of them. An argument is a path, or NAME=PATH where
# the name in the table is another:
# { name, start, length } ..., { 0, 0, 0 } under the symbol embedded_files (see include/base/embedded.h).
set -eu
echo '	.section .rodata'
n=0
for f; do
	printf 'file_%d:\n\t.incbin "%s"\nfile_%d_end:\n\t.byte 0\nname_%d:\n\t.string "%s"\n' $n "${f#*=}" $n $n "${f%%=*}"
	n=$((n + 1))
done
echo '	.section .data.rel.ro,"aw"'
echo '	.balign 8'
echo '	.globl embedded_files'
echo 'embedded_files:'
i=0
while [ $i -lt $n ]; do
	printf '\t.quad name_%d, file_%d, file_%d_end - file_%d\n' $i $i $i $i
	i=$((i + 1))
done
echo '	.quad 0, 0, 0'
echo '	.section .note.GNU-stack,"",@progbits'
