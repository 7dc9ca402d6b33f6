/*
 * Monotonic time for deadlines and measurements. It has nothing to do with the reply clocks, which
 * run on the server's time (core/timeline.h). And the zone in which the agent reads instants.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void); /* milliseconds since an arbitrary point; never goes back */
int64_t clock_us(void); /* the same in microseconds */

/* Seconds by which the zone of this process (TZ) is ahead of UTC at that instant (seconds since 1970). */
int clock_utc_offset(int64_t at);

#endif
