#!/bin/sh
# examples/ci: every command of the workflow runs, in its order, with the
# program that was built in place of one built from a checkout.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cli/lib.sh"
need jq

workflow=$top/examples/ci/github-actions.yml
project
printf '{"dialect":"sqlite","out":"./drizzle"}\n' >"$P/drizzle.config.json"

# what the checkout of weir brings: here it installs the program at hand
mkdir "$P/.weir-source" "$T/bin"
cat >"$P/.weir-source/autogen.sh" <<'END'
#!/bin/sh
printf '#!/bin/sh\nprintf "%%s\\n" "${1#--prefix=}" >prefix\n' >configure
chmod +x configure
printf 'install:\n\tmkdir -p "$$(cat prefix)/bin"\n\t%s\n' \
	'ln -s "$(WEIR)" "$$(cat prefix)/bin/weir"' >Makefile
END
chmod +x "$P/.weir-source/autogen.sh"
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/sudo"\n' "$T" >"$T/bin/sudo"
chmod +x "$T/bin/sudo"
PATH=$T/bin:$PATH

# the commands of the steps, a file each: "run: |" and the lines that stand
# deeper, or the text behind "run: "
awk -v dir="$T" '
	/^ *(- )?run: / {
		n++
		match($0, /^ *(- )?/)
		deep = RLENGTH
		sub(/^ *(- )?run: /, "")
		open = $0 == "|"
		if (!open) print > (dir "/step" n)
		next
	}
	open {
		match($0, /^ */)
		if (RLENGTH <= deep) { open = 0; next }
		print > (dir "/step" n)
	}' "$workflow"
expect_eq 'steps that run commands' "$(ls "$T"/step? | wc -l)" 5

# step N STATUS: as the runner does it
step() {
	rc=0
	(cd "$P" && exec bash -e "$T/step$1") <"/dev/null" >"$T/out" \
		2>"$T/err" || rc=$?
	[ $rc -eq "$2" ] || fail "step $1: exit $rc, not $2"
}
need bash
step 1 0
grep -q '^apt-get install -qy autoconf' "$T/sudo" || fail 'no packages'
step 2 0
[ -x "$P/.weir/bin/weir" ] || fail 'weir is not where the next step has it'
step 3 0
expect_out '^::error file=drizzle/0007_profiles_cleanup.sql,line=2,col=1,title=SL19::'
step 4 0
jq -e '.version == "2.1.0"' <"$P/weir.sarif" >/dev/null || fail 'no SARIF'
DATABASE_URL=data/app.db
export DATABASE_URL
step 5 3
weir_in "$P" review --approve --quiet
expect_rc 0
step 5 0

# a folder that is broken fails the job
rm "$P/drizzle/0008_lesson_minutes.sql"
unset DATABASE_URL
step 3 5
expect_out '^::error file=drizzle/0008_lesson_minutes.sql'

# weir comes from a checkout, and nothing else from anywhere
! grep -E 'https?://|docker|npm |npx |pip ' "$workflow" ||
	fail 'the workflow fetches something'
