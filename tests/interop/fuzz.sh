#!/bin/sh
# Random schemas and random changes of them: what weir generates with --compat
# exact from the TypeScript is what drizzle-kit makes of it, SQL and snapshots,
# byte for byte. WEIR_FUZZ pairs a dialect (40), from WEIR_FUZZ_SEED (1) on.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"
. "$top/tests/corpus/lib.sh"

pairs=${WEIR_FUZZ:-40} seed=${WEIR_FUZZ_SEED:-1}
cp "$top/tests/interop/fuzz.cjs" "$npm_dir/fuzz.$$.cjs"

# differs DIALECT I: what weir makes of pair I
differs() {
	p=$corpus_work/pair
	rm -rf "$p"
	mkdir -p "$p"
	printf '{"dialect":"%s","schema":"./schema.ts","out":"./drizzle"}\n' \
		"$1" >"$p/drizzle.config.json"
	for nn in 1 2; do
		cp "$corpus_work/$1/$2/$nn.ts" "$p/schema.ts"
		weir_in "$p" generate --compat exact --name "s$nn"
		if [ $rc -ne 0 ]; then
			echo "$nn: $(grep -v '^note: ' "$T/err" | head -n 1)"
			return
		fi
		want=$corpus_work/$1/$2/$nn.sql got=
		for file in "$p"/drizzle/*_s$nn.sql; do
			got=$file
		done
		[ -e "$got" ] || : >"$got"
		cmp -s "$want" "$got" || {
			echo "$nn.sql $(case_first_line "$want" "$got")"
			return
		}
		[ -s "$want" ] || {
			rm -f "$got"
			return
		}
		got=$p/drizzle/meta/000$((nn - 1))_snapshot.json
		sed '/^  "\(id\|prevId\)": "/d' "$got" >"$T/got"
		want=$corpus_work/$1/$2/$nn.json
		cmp -s "$want" "$T/got" || {
			echo "$nn.json $(case_first_line "$want" "$T/got")"
			return
		}
	done
}

bad=0
for dialect in sqlite postgresql; do
	mkdir "$corpus_work/$dialect"
	(cd "$npm_dir" && exec node "fuzz.$$.cjs" "$dialect" "$seed" "$pairs" \
		"$corpus_work/$dialect") >"$T/out" 2>"$T/err" ||
		fail "drizzle-kit: $(tail -n 3 "$T/err")"
	equal=0 dies=0 i=0
	while [ "$i" -lt "$pairs" ]; do
		if [ -e "$corpus_work/$dialect/$i/fails" ]; then
			dies=$((dies + 1)) said=
		else
			said=$(differs "$dialect" "$i")
			[ -n "$said" ] || equal=$((equal + 1))
		fi
		if [ -n "$said" ]; then
			echo "not ok - $dialect, pair $i of seed $seed: $said"
			mkdir -p "$T/pairs"
			cp -R "$corpus_work/$dialect/$i" "$T/pairs/$dialect-$i"
			bad=1
		fi
		i=$((i + 1))
	done
	echo "$dialect: $equal of $pairs pairs equal, in $dies drizzle-kit fails"
done
rm -f "$npm_dir/fuzz.$$.cjs"
exit $bad
