#ifndef WEIR_CMD_STOP_H
#define WEIR_CMD_STOP_H
/*
 * stop: SIGINT, SIGTERM and SIGHUP while a change is running.
 *
 * The handler only notes the signal; a thread tells the engine to stop, from
 * ordinary code that may take locks.  The change then rolls its open
 * transaction back and the process ends with 128 + the signal.
 */
#include "drv/drv.h"

struct stop;

struct stop *stop_open(void);
/* The connection that a signal shall interrupt; NULL before it is closed. */
void stop_connection(struct stop *s, struct drv *d);
/* Further connections to interrupt: from now on, or no more. */
void stop_also(struct stop *s, struct drv *d, bool on);
int stop_signal(const struct stop *s);	/* the first one caught, or 0 */
void stop_close(struct stop *s);	/* signals do again what they did */

#endif
