#ifndef WEIR_CMD_STOP_H
#define WEIR_CMD_STOP_H
/*
 * stop: SIGINT, SIGTERM and SIGHUP while a change is running.
 *
 * A thread of its own waits for them, so that the engine is told to stop from
 * ordinary code and not from a signal handler; the change then rolls its open
 * transaction back and the process ends with 128 + the signal.
 */
#include "drv/drv.h"

struct stop;

struct stop *stop_open(void);
/* The connection that a signal shall interrupt; NULL before it is closed. */
void stop_connection(struct stop *s, struct drv *d);
int stop_signal(struct stop *s);	/* the first one caught, or 0 */
void stop_close(struct stop *s);	/* signals do again what they did */

#endif
