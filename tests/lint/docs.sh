#!/bin/sh
# The manual pages and the tables in the source say the same: commands,
# options with their arguments and commands, hazards, differences, keys, script
# words, exit status, environment. Both ways: nothing stands in a page that does not exist.
cd "$srcdir" || exit 1
bad=0

# told FILE TEXT…: a fault
told() {
	file=$1
	shift
	echo "$file: $*"
	bad=1
}

# same FILE WHAT: $tmp/page and $tmp/code are equal
same() {
	diff "$tmp/page" "$tmp/code" >"$tmp/diff" && return
	told "$1" "$2 differ (< page, > source)"
	cat "$tmp/diff"
}

# section FILE NAME: the lines of one .Sh
section() {
	awk -v name="$2" '/^\.Sh / { on = substr($0, 5) == name; next } on' \
		"man/$1"
}

# definitions NAME FILE: each NAME(…) of a table on one line, fields by tabs
definitions() {
	awk -v word="$1(" 'index($0, word) == 1 {
		line = substr($0, length(word) + 1)
		sub(/\)[^)"]*$/, "", line)
		gsub(/\\"/, "\001", line)
		out = ""; quoted = 0
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (c == "\"") { quoted = !quoted; continue }
			if (!quoted && (c == "\t" || c == " ")) continue
			out = out (!quoted && c == "," ? "\t" : c)
		}
		gsub(/\001/, "\"", out)
		print out
	}' "$2"
}

# ---- commands --------------------------------------------------------------
sed -n 's/^\t\.name = "\([a-z]*\)", \.bit = .*/\1/p' src/cmd/*.c |
	LC_ALL=C sort >"$tmp/code"
section weir.1 COMMANDS | sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' |
	LC_ALL=C sort >"$tmp/page"
same man/weir.1 'the commands of COMMANDS and of src/cmd'

# ---- options ---------------------------------------------------------------
# NAME TAB ARGUMENT TAB COMMANDS, "all" for those of every command
definitions OPT src/cmd/opts.def | awk -F '\t' '
	function commands(bits,   n, v, i, out) {
		if (bits ~ /C_ALL/) return "all"
		n = split(tolower(bits), v, "|")
		for (i = 1; i <= n; i++) {
			sub(/^c_/, "", v[i])
			out = out (i > 1 ? " " : "") v[i]
		}
		return out
	}
	{ print $2 "\t" ($3 == "NULL" ? "" : $3) "\t" commands($5) }' |
	LC_ALL=C sort >"$tmp/code"
echo 'version		all' >>"$tmp/code"
LC_ALL=C sort -o "$tmp/code" "$tmp/code"
section weir.1 OPTIONS | awk '
	function flush(   i) {
		for (i = 1; i <= n; i++)
			print name[i] "\t" arg[i] "\t" (cmds ? cmds : "all")
		n = 0; cmds = ""
	}
	/^\.It / {
		flush()
		for (i = 2; i <= NF; i++) {
			if ($i ~ /^-/) {
				name[++n] = substr($i, 2); arg[n] = ""
			} else if ($(i - 1) == "Ar") {
				arg[n] = arg[n] $i
			} else if ($i == ":") {
				arg[n] = arg[n] $i
			}
		}
	}
	/^\.Pq Cm / {
		gsub(/,/, ""); sub(/^\.Pq Cm /, "")
		cmds = cmds (cmds ? " " : "") $0
	}
	END { flush() }' >"$tmp/list"
# the order of commands is the page's
awk -F '\t' '{
	n = split($3, v, " ")
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && v[k] < v[k - 1]; k--) {
			t = v[k]; v[k] = v[k - 1]; v[k - 1] = t
		}
	out = ""
	for (i = 1; i <= n; i++) out = out " " v[i]
	print $1 "\t" $2 "\t" out
}' "$tmp/list" | LC_ALL=C sort >"$tmp/page"
awk -F '\t' '{
	n = split($3, v, " ")
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && v[k] < v[k - 1]; k--) {
			t = v[k]; v[k] = v[k - 1]; v[k - 1] = t
		}
	out = ""
	for (i = 1; i <= n; i++) out = out " " v[i]
	print $1 "\t" $2 "\t" out
}' "$tmp/code" | LC_ALL=C sort >"$tmp/list"
mv "$tmp/list" "$tmp/code"
same man/weir.1 'the options of OPTIONS and of src/cmd/opts.def'

# wherever a page names an option, it exists
cut -f1 "$tmp/code" >"$tmp/known"
grep -no 'Fl -[a-z-]*' man/*.[15] | while IFS=: read -r file line word; do
	grep -Fxq -e "${word#Fl -}" "$tmp/known" ||
		echo "$file:$line: ${word#Fl } is no option"
done >"$tmp/list"
if [ -s "$tmp/list" ]; then
	cat "$tmp/list"
	bad=1
fi

# ---- hazards ---------------------------------------------------------------
definitions HAZARD src/plan/hazards.def | awk -F '\t' '{
	print ".It " $2; print ".Li " $3 " :"; print $5 "." }' >"$tmp/code"
section weir.1 HAZARDS | sed '/^\.Ss Without a code/,$d' |
	awk '/^\.Bl / { on = 1; next } /^\.El/ { on = 0 } on' >"$tmp/page"
same man/weir.1 'the hazards of HAZARDS and of src/plan/hazards.def'

# ---- differences -----------------------------------------------------------
for dialect in both postgresql sqlite; do
	definitions DIFFERENCE src/decl/differences.def |
		awk -F '\t' -v dialect=$dialect '$3 == dialect {
			print ".It " $2; print $4 "."
			print "drizzle-kit: " $5 ";"; print "weir: " $6 "." }'
done >"$tmp/code"
section weir.1 DIFFERENCES |
	awk '/^\.Bl / { on = 1; next } /^\.El/ { on = 0 } on' >"$tmp/page"
same man/weir.1 'the rows of DIFFERENCES and of src/decl/differences.def'

# ---- keys ------------------------------------------------------------------
# One list a group of ui/actions.def, in its order.
groups=$(definitions ACTION ui/actions.def | cut -f3 | awk '!seen[$0]++')
definitions ACTION ui/actions.def | awk -F '\t' '{
	n = split($4, key, " "); keys = ""
	for (i = 1; i <= n; i++)
		keys = keys (i > 1 ? " , " : "") \
			(key[i] ~ /^[][|?,.;:()!]$/ ? "\\&" : "") key[i]
	print "." $3; print ".It Ic " keys; print $6 "." }' >"$tmp/all"
for group in $groups; do
	awk -v group=".$group" '/^\.[A-Z]+$/ { on = $0 == group; next } on' \
		"$tmp/all" >"$tmp/code"
	awk -v group="$group" '$0 == ".\\\" keys " group { seen = 1; next }
		seen && /^\.Bl / { on = 1; next }
		on && /^\.El/ { exit } on' man/weir-studio.1 >"$tmp/page"
	same man/weir-studio.1 "the keys of group $group and of ui/actions.def"
done

# ---- the script language ---------------------------------------------------
sed -n 's/^\t{ "\(:*[a-z-]*\)", do_[a-z_]* },$/\1/p' ui/script.c >"$tmp/code"
section weir-studio.1 SCRIPTS | sed -n 's/^\.It Ic \([^ ]*\).*/\1/p' \
	>"$tmp/page"
same man/weir-studio.1 'the words of SCRIPTS and of ui/script.c'

# ---- exit status -----------------------------------------------------------
sed -n '/^enum exit_code/,/;/p' src/cmd/cmd.h | tr ',' '\n' |
	sed -n 's/.*EXIT_[A-Z]* = \([0-9]*\).*/\1/p' >"$tmp/code"
section weir.1 'EXIT STATUS' | sed -n 's/^\.It \([0-9]*\)$/\1/p' >"$tmp/page"
same man/weir.1 'EXIT STATUS and enum exit_code'

# ---- environment -----------------------------------------------------------
{
	grep -rhoE 'env_(get|has)\([^"()]*(\([^()]*\))?[^"()]*"[A-Z_]+"' src ui |
		sed 's/.*"\(.*\)"/\1/'
	grep -rhoE 'xdg_dir\([a-z]+, "[A-Z_]+"' src ui | sed 's/.*"\(.*\)"/\1/'
} | LC_ALL=C sort -u | grep -vx HOME >"$tmp/code"
for file in weir.1 weir-studio.1; do
	section $file ENVIRONMENT
done | sed -n 's/^\.It Ev //p' | tr -d ',' | sed 's/ Ev / /g' | tr ' ' '\n' |
	grep . | LC_ALL=C sort -u | grep -Evx 'HOME|LC_ALL|LC_CTYPE|LANG' >"$tmp/page"
same man/weir.1 'ENVIRONMENT and what src and ui read'

# ---- configuration ---------------------------------------------------------
for word in $(sed -n 's/^\.It Ic \([a-z]*\).*/\1/p' man/weir.conf.5); do
	grep -rqF "\"$word\"" src ui ||
		told man/weir.conf.5 "$word is read nowhere"
done
exit $bad
