#include "base/clock.h"

#include <time.h>

int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_ms(void)
{
	return clock_us() / 1000;
}

int clock_utc_offset(int64_t at)
{
	time_t t = (time_t)at;
	struct tm local;
	return localtime_r(&t, &local) ? (int)local.tm_gmtoff : 0;
}
