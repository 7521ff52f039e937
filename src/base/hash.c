/* hash.c: SHA-256 by libcrypto; CRC-32C (Castagnoli, reflected) by nibbles. */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/err.h"

struct sha256_run {
	EVP_MD_CTX *ctx;
};

struct sha256_run *sha256_open(void)
{
	struct sha256_run *r = xalloc(sizeof(*r));

	/* its configuration and its list of names cost a millisecond */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
	    NULL);
	r->ctx = EVP_MD_CTX_new();
	if (!r->ctx)
		oom_die();
	if (EVP_DigestInit_ex(r->ctx, EVP_sha256(), NULL) != 1)
		BUG("libcrypto has no SHA-256");
	return r;
}

void sha256_feed(struct sha256_run *r, struct str s)
{
	if (s.n > 0 && EVP_DigestUpdate(r->ctx, s.p, s.n) != 1)
		BUG("SHA-256 update failed");
}

struct sha256 sha256_close(struct sha256_run *r)
{
	struct sha256 h = { { 0 } };

	if (EVP_DigestFinal_ex(r->ctx, h.b, NULL) != 1)
		BUG("SHA-256 final failed");
	EVP_MD_CTX_free(r->ctx);
	xfree(r);
	return h;
}

struct sha256 sha256_of(struct str s)
{
	struct sha256_run *r = sha256_open();

	sha256_feed(r, s);
	return sha256_close(r);
}

void sha256_hex(const struct sha256 *h, char out[SHA256_HEX + 1])
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(h->b); i++) {
		out[2 * i] = digit[h->b[i] >> 4];
		out[2 * i + 1] = digit[h->b[i] & 15];
	}
	out[SHA256_HEX] = '\0';
}

bool sha256_eq(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

uint32_t crc32c(struct str s)
{
	static const uint32_t step[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < s.n; i++) {
		c ^= (unsigned char)s.p[i];
		c = c >> 4 ^ step[c & 15];
		c = c >> 4 ^ step[c & 15];
	}
	return ~c;
}
