#ifndef WEIR_BASE_HASH_H
#define WEIR_BASE_HASH_H
/* hash: SHA-256 (home of libcrypto) and CRC-32C for log records. */
#include <stdint.h>

#include "base/str.h"

#define SHA256_HEX 64

struct sha256 {
	uint8_t b[32];
};

struct sha256 sha256_of(struct str s);
void sha256_hex(const struct sha256 *h, char out[SHA256_HEX + 1]);
bool sha256_eq(const struct sha256 *a, const struct sha256 *b);
struct sha256_run;
struct sha256_run *sha256_open(void);
void sha256_feed(struct sha256_run *r, struct str s);
struct sha256 sha256_close(struct sha256_run *r);	/* frees r */

uint32_t crc32c(struct str s);

#endif
