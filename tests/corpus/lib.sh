# shellcheck shell=sh disable=SC2154
# lib.sh: the generate cases, recorded from drizzle-kit 0.31.11 (drizzle-orm
# 0.45.4); source it after project.sh, it is no test.  A case is one file of
# sections, "=== WORD ARGUMENT…" and the text up to the next; "no-newline" ends
# the head where the text's last line has no end:
#
#   notes                one line: what the case is about
#   root FILE            a file of the project that all steps share
#   before               SQL that must run on a database before the migrations
#   step NN OPTION…      opens a step: generate --name sNN OPTION…
#   answers              its renames, as --answers takes them
#   file FILE            a schema file; the tree of each step is complete
#   writes FILE          the SQL file that the step wrote
#   nothing | fails      no schema changes; drizzle-kit ended with an error
#   journal              after the last step, "when" as 0; absent: no entry.
#                        (drizzle-kit may leave a journal without entries where
#                        it failed: nothing is written is what is asked for)
#   sums                 sha256sum of each snapshot, id and prevId as ""
#   snapshot FILE        the last one in full
#   dump                 a SQLite database after all migrations (.schema);
#                        PostgreSQL's are pg-dumps/CASE.sql
#   refused              the migrations fail on a real database

# Thousands of files are written and synced: in memory, where that is possible.
corpus_work=$(mktemp -d /dev/shm/weir-corpus.XXXXXX 2>/dev/null) ||
	corpus_work=$T
corpus_end() {
	st=$?
	[ "$corpus_work" = "$T" ] || rm -rf "$corpus_work"
	(exit $st)
	project_end
}
trap corpus_end EXIT

cases() {
	find "$top/tests/corpus" -name '*.case' | LC_ALL=C sort
}

# case_name FILE: sqlite/views
case_name() {
	cn=${1%.case}
	echo "${cn#"$top/tests/corpus/"}"
}

# case_unpack FILE DIR: DIR/steps/NN/ (a whole project each), DIR/NN.answers,
# DIR/want/ (SQL files, meta/_journal.json, meta/<last>), DIR/sums, and DIR/plan,
# a line a step: NN, FILE or - (nothing) or ! (fails), OPTION…
case_unpack() {
	rm -rf "$2"
	mkdir -p "$2/want/meta"
	LC_ALL=C awk -v dir="$2" '
	function folder(path) {
		sub(/\/[^\/]*$/, "", path)
		if (!(path in made)) print path
		made[path] = 1
	}
	/^=== step / { step = $3 }
	/^=== file / { folder(dir "/steps/" step "/" $3) }
	' "$1" | xargs mkdir -p
	LC_ALL=C awk -v dir="$2" '
	function flush() {
		if (out != "") {
			printf "%s", (cut ? substr(text, 1, length(text) - 1) \
				: text) > out
			close(out)
		}
		out = ""; text = ""; cut = 0
	}
	function outcome(word) { print step " " word args > (dir "/plan") }
	/^=== / {
		flush()
		cut = $NF == "no-newline"
		if ($2 == "root") { root[++nroot] = $3; at = "root" }
		else at = ""
		if ($2 == "step") {
			step = $3; args = ""
			for (i = 4; i <= NF; i++) args = args " " $i
			for (i = 1; i <= nroot; i++) {
				file = dir "/steps/" step "/" root[i]
				printf "%s", shared[i] > file
				close(file)
			}
		}
		if ($2 == "answers") out = dir "/" step ".answers"
		if ($2 == "file") out = dir "/steps/" step "/" $3
		if ($2 == "writes") { out = dir "/want/" $3; outcome($3) }
		if ($2 == "nothing") outcome("-")
		if ($2 == "fails") outcome("!")
		if ($2 == "journal") out = dir "/want/meta/_journal.json"
		if ($2 == "snapshot") out = dir "/want/meta/" $3
		if ($2 == "sums") out = dir "/sums"
		if ($2 == "dump") out = dir "/dump.sql"
		if ($2 == "refused") printf "" > (dir "/refused")
		if ($2 == "before") out = dir "/before.sql"
		next
	}
	at == "root" { shared[nroot] = shared[nroot] $0 "\n"; next }
	out != "" { text = text $0 "\n" }
	END { flush() }
	' "$1"
}

# case_first_line WANT GOT: the first line in which two files differ
case_first_line() {
	LC_ALL=C awk -v want="$1" -v got="$2" 'BEGIN {
		for (;;) {
			n++
			w = (getline x < want) > 0
			g = (getline y < got) > 0
			if (!w && !g) { print "the last line'\''s end"; exit }
			if (w && g && x == y) continue
			print "line " n
			print "#   want " (w ? x : "(end)")
			print "#   got  " (g ? y : "(end)")
			exit
		}
	}'
}

# case_step DIR NN ANSWERS OPTION…: one generate in DIR/steps/NN; rc, $T/out,
# $T/err
case_step() {
	cs_dir=$1/steps/$2 cs_nn=$2 cs_answers=$3
	shift 3
	rc=0
	(cd "$cs_dir" && exec "$WEIR" generate --name "s$cs_nn" \
		--answers "$cs_answers" "$@") \
		</dev/null >"$T/out" 2>"$T/err" || rc=$?
}

# case_out DIR: the folder below DIR that has the journal, "" for none
case_out() {
	for co in "$1/drizzle" "$1/drizzle/migrations" "$1/migrations" \
		"$1/sql" "$1/src/db/migrations"; do
		if [ -e "$co/meta/_journal.json" ]; then
			echo "${co#"$1/"}"
			return
		fi
	done
}

# case_carry DIR FROM TO: the migrations of one step go on in the next
case_carry() {
	cc=$(case_out "$1/steps/$2")
	[ -n "$cc" ] || return 0
	mkdir -p "$1/steps/$3/$cc"
	rmdir "$1/steps/$3/$cc"
	mv "$1/steps/$2/$cc" "$1/steps/$3/$cc"
}

# case_plain META: takes id, prevId and when out of a folder's meta, having
# looked that each prevId is the id of the one before; says what is wrong
case_plain() {
	LC_ALL=C awk '
	FNR == 1 { id = prev = "" }
	/^  "id": / { id = $2 }
	/^  "prevId": / { prev = $2 }
	FNR > 1 && /^  "tables": / {
		if (length(id) != 39) print FILENAME ": id " id
		if (last != "" && prev != last) print FILENAME ": prevId " prev
		last = id
	}' "$1"/*_snapshot.json
	sed -i -e 's/^  "\(id\|prevId\)": "[0-9a-f-]*"/  "\1": ""/' \
		-e 's/^      "when": [0-9]*/      "when": 0/' "$1"/*.json
}

# case_folder DIR OUT: the folder OUT is the one that DIR/want and DIR/sums
# tell of, SQL apart; says the first difference
case_folder() {
	ls "$2/meta" >"$T/got"
	{
		echo _journal.json
		sed 's/^[0-9a-f]*  //' "$1/sums"
	} | LC_ALL=C sort >"$T/want"
	cmp -s "$T/want" "$T/got" || {
		echo "meta: $(tr '\n' ' ' <"$T/got")"
		return
	}
	case_plain "$2/meta"
	for cf in "$1"/want/meta/*; do
		cmp -s "$cf" "$2/meta/${cf##*/}" || {
			echo "${cf##*/} $(case_first_line "$cf" \
				"$2/meta/${cf##*/}")"
			return
		}
	done
	(cd "$2/meta" && sha256sum --quiet -c "$1/sums" 2>&1)
}
