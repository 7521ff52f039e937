#ifndef WEIR_UI_SIGNALS_H
#define WEIR_UI_SIGNALS_H
/*
 * signals: handlers that write a byte to a pipe, and for a crash one that
 * puts the terminal back and dies of the same signal.
 */
#include <stdbool.h>

/* fd to poll; read one signal number at a time with signals_next(). */
int signals_open(void);
void signals_close(void);	/* the handlers as they were */
int signals_next(void);		/* 0 = none */
/* Stop this process group as Ctrl-Z does; returns when continued. */
void signals_stop(void);

#endif
