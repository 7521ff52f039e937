#!/bin/sh
# 10,000 values are written as node's JSON.stringify writes them: numbers by
# the shortest digits that read back, \u00xx in lower case, keys like integers
# first. What node confirmed is kept as a sum, for where there is no node.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"

want=19624abbc38d2ea0006569bc67e2824585ef1c88a788ef8ff5384f7445e4ab01

"${builddir:-.}/tests/tool/json-values" >"$T/values" || fail 'no values'
[ "$(wc -l <"$T/values")" -eq 10000 ] || fail 'not 10,000 lines'
if command -v node >/dev/null; then
	node - "$T/values" >"$T/out" 2>"$T/err" <<'JS' || fail 'node differs'
const lines = require('fs').readFileSync(process.argv[2], 'utf8').split('\n');
const text = (hex) => Buffer.from(hex, 'hex').toString('utf8');
let bad = 0;
lines.pop();
for (const line of lines) {
	const tab = line.indexOf('\t');
	const what = line.slice(1, tab);
	let value;
	if (line[0] === 'n')
		value = new DataView(BigUint64Array.of(BigInt('0x' + what)).buffer)
			.getFloat64(0, true);
	else if (line[0] === 's')
		value = text(what);
	else {
		value = {};
		what.split(',').forEach((key, i) => { value[text(key)] = i; });
	}
	if (JSON.stringify(value) !== line.slice(tab + 1) && bad++ < 5)
		console.log(line, JSON.stringify(value));
}
process.exit(bad ? 1 : 0);
JS
fi
got=$(sha256sum <"$T/values" | cut -d' ' -f1)
[ "$got" = "$want" ] || fail "other bytes: $got"
