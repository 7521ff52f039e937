/*
 * scan: the tokens of a text by PostgreSQL's own scanner, which libpg_query
 * has with it.  It hands them over as a protocol buffer (pg_query.proto,
 * ScanResult); only varints and one kind of message stand in it.
 *
 * Offsets that do not follow each other within the text end the reading: the
 * caller has a tokenizer that never fails.
 */
#include "dialect/pg/internal.h"
#include "dialect/pg/words.h"

/* pg_query.proto, enum Token */
enum { IDENT = 258, UIDENT, FCONST, SCONST, USCONST, BCONST, XCONST, OP,
	ICONST, PARAM, SQL_COMMENT = 275, C_COMMENT };

enum { TYPE_VARINT, TYPE_BYTES = 2 };

struct buf {
	struct str s;
	size_t at;
	bool bad;
};

static uint64_t varint(struct buf *b)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && b->at < b->s.n; shift += 7) {
		unsigned char c = (unsigned char)b->s.p[b->at++];

		v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return v;
	}
	b->bad = true;
	return 0;
}

struct scanned {
	uint64_t from, to, token, keyword;
};

/* message ScanToken { start = 1; end = 2; token = 4; keyword_kind = 5 } */
static struct scanned read_token(struct str s)
{
	struct buf b = { .s = s };
	struct scanned t = { 0 };

	while (b.at < s.n && !b.bad) {
		uint64_t field = varint(&b), v = varint(&b);

		if ((field & 7) != TYPE_VARINT)
			break;
		if (field >> 3 == 1)
			t.from = v;
		else if (field >> 3 == 2)
			t.to = v;
		else if (field >> 3 == 4)
			t.token = v;
		else if (field >> 3 == 5)
			t.keyword = v;
	}
	return t;
}

/* A word that is a keyword only in its place often names a column. */
static enum token_kind word_kind(const struct scanned *t, struct str text)
{
	return t->keyword > 1 || pg_is_keyword(text) ? TOKEN_KEYWORD :
	    TOKEN_WORD;
}

static enum token_kind kind_of(const struct scanned *t, struct str text)
{
	static const struct {
		uint64_t token;
		enum token_kind kind;
	} kinds[] = {
		{ UIDENT, TOKEN_IDENT }, { FCONST, TOKEN_NUMBER },
		{ SCONST, TOKEN_STRING }, { USCONST, TOKEN_STRING },
		{ BCONST, TOKEN_BLOB }, { XCONST, TOKEN_BLOB },
		{ OP, TOKEN_PUNCT }, { ICONST, TOKEN_NUMBER },
		{ PARAM, TOKEN_VARIABLE }, { SQL_COMMENT, TOKEN_COMMENT },
		{ C_COMMENT, TOKEN_COMMENT },
	};

	if (t->keyword)
		return word_kind(t, text);
	if (t->token == IDENT)
		return text.n && text.p[0] == '"' ? TOKEN_IDENT : TOKEN_WORD;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].token == t->token)
			return kinds[i].kind;
	return TOKEN_PUNCT;
}

bool pg_scan(struct str sql, struct arena *a, struct tokens *out)
{
	VEC(struct token) v = { 0 };
	struct buf b = { 0 };

	if (!pg_scan_raw(sql, a, &b.s))
		return false;
	while (b.at < b.s.n && !b.bad) {
		uint64_t field = varint(&b), n = varint(&b);
		struct scanned t;

		if ((field & 7) != TYPE_BYTES)
			continue;
		if (n > b.s.n - b.at)
			return false;
		t = read_token(str_sub(b.s, b.at, b.at + (size_t)n));
		b.at += (size_t)n;
		if (t.to <= t.from || t.to > sql.n ||
		    t.from < (v.n ? v.v[v.n - 1].to : 0))
			return false;
		vec_push(a, &v, (struct token){ kind_of(&t, str_sub(sql,
		    (size_t)t.from, (size_t)t.to)), (size_t)t.from,
		    (size_t)t.to });
	}
	*out = (struct tokens){ v.v, v.n };
	return !b.bad;
}
