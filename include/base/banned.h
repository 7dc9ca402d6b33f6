/*
 * Functions that this project does not call, each a compile error: they overflow, they keep hidden
 * state, or they start a shell. The build includes this file before every source file.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok system popen tmpnam mktemp     \
        atoi atol atof
#pragma GCC poison rand srand

#endif
