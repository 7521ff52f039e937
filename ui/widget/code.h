#ifndef WEIR_UI_WIDGET_CODE_H
#define WEIR_UI_WIDGET_CODE_H
/* code: TypeScript as tokens to be drawn like those of SQL; judges nothing. */
#include "dialect/dialect.h"

/* Without the space between them; what cannot be read has none. */
void code_tokens(struct str text, struct arena *a, struct tokens *out);

#endif
