#ifndef WEIR_UI_SIGNALS_H
#define WEIR_UI_SIGNALS_H
/*
 * signals: handlers that write a byte to a pipe, and for a crash one that
 * puts the terminal back and dies of the same signal.
 */
#include <stdbool.h>

/* Before term_open(): curses leaves SIGTSTP alone only where it is handled
 * already, else it ignores it while it draws and one that comes then is lost. */
void signals_open(void);
int signals_fd(void);		/* to poll; read with signals_next() */
void signals_close(void);	/* the handlers as they were */
int signals_next(void);		/* 0 = none */
/* Stop this process group as Ctrl-Z does; returns when continued. */
void signals_stop(void);

#endif
