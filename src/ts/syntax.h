#ifndef WEIR_TS_SYNTAX_H
#define WEIR_TS_SYNTAX_H
/*
 * syntax: the tree of one TypeScript file, types dropped.
 *
 * Rules.  X.1 annotations, generics, `as`, `satisfies`, `!`, interfaces, type
 * aliases, overloads and ambient declarations are read by their grammar and
 * leave no node.  X.2 a pattern to bind is written with the nodes of the
 * literal that it looks like: TS_OBJECT, TS_ARRAY, TS_SPREAD for the rest and
 * TS_ASSIGN for a default; so declarations and assignments share one reader.
 * X.3 what is not understood is RC_PARSE with its place; decorators alone are
 * read over.  X.4 nesting ends at TS_DEPTH_MAX, files at TS_FILE_MAX.
 *
 * Nodes live in the arena given and borrow the file's text.
 */
#include "ts/lex.h"

#define TS_DEPTH_MAX 256
#define TS_CHAIN_MAX 2500	/* a.b().c …, a + b + c …: nodes in a row */
#define TS_FILE_MAX ((size_t)64 << 20)
#define TS_PARSE_BYTES ((size_t)512 << 20)	/* of all files together */

enum ts_kind {
	/* expressions */
	TS_NUMBER,	/* number */
	TS_BIGINT,	/* text: digits, 0x… */
	TS_STRING,	/* text; number: 1 where it holds half a character */
	TS_TEMPLATE,	/* chunks; list: an expression between two chunks */
	TS_TAGGED,	/* a `b` */
	TS_REGEX,	/* text, alias = flags */
	TS_NAME,	/* text */
	TS_THIS, TS_SUPER, TS_NULL,
	TS_BOOL,	/* number 0, 1 */
	TS_HOLE,	/* [ , ] */
	TS_ARRAY,	/* list */
	TS_OBJECT,	/* list of TS_PROP, TS_SPREAD */
	TS_PROP,	/* text, or a (COMPUTED); b value; flags */
	TS_SPREAD,	/* ...a */
	TS_FUNCTION,	/* text name; list params (patterns); a body: TS_BLOCK,
			 * or an expression of an arrow */
	TS_CLASS,	/* text; a superclass; list of TS_PROP */
	TS_UNARY,	/* op a */
	TS_UPDATE,	/* ++ --; PREFIX */
	TS_BINARY,	/* a op b */
	TS_LOGICAL,	/* && || ?? */
	TS_ASSIGN,	/* a op= b; op TS_OP_NONE: plain */
	TS_COND,	/* a ? b : c */
	TS_CALL,	/* a(list); OPTIONAL */
	TS_NEW,		/* new a(list) */
	TS_MEMBER,	/* a.text; OPTIONAL, PRIVATE */
	TS_INDEX,	/* a[b]; OPTIONAL */
	TS_CHAIN,	/* a: where an optional chain ends */
	TS_SEQUENCE,	/* list */
	TS_AWAIT, TS_YIELD,	/* a */
	TS_IMPORT_CALL,	/* import(a) */
	TS_IMPORT_META,
	/* statements */
	TS_VAR,		/* list of TS_DECL; CONST, LET */
	TS_DECL,	/* a = b */
	TS_ENUM,	/* text; list of TS_PROP (b may be NULL) */
	TS_NAMESPACE,	/* text; list of statements */
	TS_BLOCK,	/* list */
	TS_EXPR,	/* a */
	TS_EMPTY,
	TS_RETURN, TS_THROW,	/* a */
	TS_IF,		/* a b c */
	TS_FOR,		/* a; b; c) d */
	TS_FOR_OF, TS_FOR_IN,	/* a (TS_VAR of one, or a target) of b) d */
	TS_WHILE, TS_DO,	/* a condition, d body */
	TS_BREAK, TS_CONTINUE,	/* text: label or "" */
	TS_LABELED,	/* text: a */
	TS_SWITCH,	/* a; list of TS_CASE */
	TS_CASE,	/* a (NULL: default); list of statements */
	TS_TRY,		/* a; b parameter (NULL: none), c handler; d finally */
	/* modules; text = the specifier */
	TS_IMPORT,	/* list of TS_SPEC; only for effects: none */
	TS_EXPORT,	/* a: declaration */
	TS_EXPORT_DEFAULT,	/* a: expression, TS_FUNCTION or TS_CLASS */
	TS_EXPORT_LIST,	/* list of TS_SPEC; text.p NULL: own names */
	TS_EXPORT_ALL,	/* alias: as that name, or "" */
	TS_SPEC,	/* text there, alias here; text "*": the namespace */
	TS_MODULE,	/* list */
	TS_KIND_N
};

enum ts_op {
	TS_OP_NONE,
	TS_OP_ADD, TS_OP_SUB, TS_OP_MUL, TS_OP_DIV, TS_OP_MOD, TS_OP_POW,
	TS_OP_SHL, TS_OP_SHR, TS_OP_USHR, TS_OP_AND, TS_OP_OR, TS_OP_XOR,
	TS_OP_EQ, TS_OP_NE, TS_OP_EQ_STRICT, TS_OP_NE_STRICT,
	TS_OP_LT, TS_OP_GT, TS_OP_LE, TS_OP_GE, TS_OP_IN, TS_OP_INSTANCEOF,
	TS_OP_LOGICAL_AND, TS_OP_LOGICAL_OR, TS_OP_COALESCE,
	TS_OP_NOT, TS_OP_BIT_NOT, TS_OP_PLUS, TS_OP_MINUS, TS_OP_TYPEOF,
	TS_OP_VOID, TS_OP_DELETE,
	TS_OP_N
};

enum ts_flag {
	TS_F_COMPUTED = 1, TS_F_SHORTHAND = 2, TS_F_METHOD = 4, TS_F_GET = 8,
	TS_F_SET = 16, TS_F_STATIC = 32, TS_F_PRIVATE = 64,
	TS_F_ARROW = 128, TS_F_ASYNC = 256, TS_F_GENERATOR = 512,
	TS_F_CONST = 1024, TS_F_LET = 2048,
	TS_F_OPTIONAL = 4096, TS_F_PREFIX = 8192,
	TS_F_FIELD = 16384,	/* of a class; b may be NULL */
	TS_F_BLOCK = 32768,	/* static { } of a class: b is a function */
	TS_F_PARENS = 65536,	/* stood in parentheses */
	TS_F_PARAM = 1 << 17,	/* parameter property: constructor(private x) */
};

/* Small, for a file has many: what no kind has together shares its place. */
struct ts_node {
	enum ts_kind kind : 8;
	enum ts_op op : 8;
	unsigned flags;
	size_t at, end;		/* in the file */
	struct str text;
	union {
		struct str alias;		/* REGEX, SPEC, EXPORT_ALL */
		double number;			/* NUMBER, BOOL */
		const struct ts_chunk *chunks;	/* TEMPLATE */
	};
	struct ts_node *a, *b;
	union {
		struct {
			struct ts_node **list;
			size_t n;
		};
		struct {
			struct ts_node *c, *d;	/* ts_forks() */
		};
	};
};

/* COND, IF, TRY and loops have a c and a d, the others a list. */
bool ts_forks(const struct ts_node *n);

struct ts_file {
	struct str name;	/* in messages */
	struct str text;
	const struct ts_node *module;
};

/* RC_PARSE, where = file:line:col. */
enum rc ts_parse(struct str name, struct str text, struct arena *a,
    struct ts_file *out, struct err *e) MUST_CHECK;
extern const char *const ts_kind_word[TS_KIND_N];	/* for dumps */

#endif
