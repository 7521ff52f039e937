#ifndef WEIR_TESTS_LIB_VT_H
#define WEIR_TESTS_LIB_VT_H
/*
 * vt: a program in a pseudo-terminal, its output read by a terminal emulator
 * (libvterm), with a job-control parent so that it can be stopped and
 * continued.  Waiting is for a text or an event, with a deadline of 20 s.
 */
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "base/sbuf.h"

struct vt;

/* env: NULL-terminated "NAME=value" added to a small fixed environment. */
struct vt *vt_start(char *const argv[], char *const env[], int w, int h);
void vt_stop(struct vt *v);		/* kills what is left, frees */
void vt_send(struct vt *v, struct str bytes);
void vt_resize(struct vt *v, int w, int h);
void vt_signal(struct vt *v, int sig);	/* to the program */
void vt_continue(struct vt *v);		/* as a shell's fg */
void vt_hang_up(struct vt *v);		/* close the terminal */

/* Read until the screen shows text; false at the deadline (screen printed). */
bool vt_wait(struct vt *v, const char *text);
bool vt_wait_gone(struct vt *v, const char *text);
/* Send keys again and again until the screen shows text: where a key may come
 * too early to do anything. */
bool vt_send_until(struct vt *v, struct str bytes, const char *text);
/* Read until nothing has come for that many ms: keys were answered, for what
 * may be known.  false: the program has stopped or ended (vt_wait_status). */
bool vt_settle(struct vt *v, int ms);
/* Forget the bytes that came out so far: long runs write more than is kept. */
void vt_forget(struct vt *v);
/* Wait until the program stops (WIFSTOPPED) or ends; its wait status. */
int vt_wait_status(struct vt *v);
struct str vt_screen(struct vt *v);	/* valid until the next call */
struct str vt_bytes(const struct vt *v);	/* all that came out so far */
/* Does the screen show text now?  Did these bytes ever come out? */
bool vt_shows(struct vt *v, const char *text);
bool vt_wrote(const struct vt *v, const char *bytes);
bool vt_alternate(const struct vt *v);	/* on the alternate screen? */
/* Is the terminal's line discipline as it was before the program began? */
bool vt_line_as_before(const struct vt *v);
pid_t vt_pid(const struct vt *v);

#endif
