/* SPDX-License-Identifier: GPL-2.0 */
/* Time that passes, and waiting. */
#ifndef NSINFO_CLOCK_H
#define NSINFO_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in ms. */
int64_t clock_ms(void);

/* Sleep for that long, signals or not. */
void clock_pause(unsigned int ms);

#endif
