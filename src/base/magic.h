#ifndef WEIR_BASE_MAGIC_H
#define WEIR_BASE_MAGIC_H
/* magic: what bytes are, by how they begin; the formats' own documents are
 * the source of each signature. */
#include "base/str.h"

/* "PNG image", "gzip"; NULL: nothing that is known here. */
const char *magic_name(struct str head);

#endif
