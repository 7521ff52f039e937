#!/bin/sh
# An outside witness: in tmux the studio starts, follows the window, keeps its
# columns, leaves the mouse alone, and the shell is afterwards as it was.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
need_weir
"$WEIR" studio --help >/dev/null 2>&1 || skip "$WEIR has no studio"
command -v tmux >/dev/null 2>&1 || skip 'tmux is not installed'

socket=weir-$$
in_tmux() {
	tmux -L $socket -f /dev/null "$@"
}
witness_end() {
	st=$?
	in_tmux kill-server 2>/dev/null
	(exit $st)
	project_end
}
trap witness_end EXIT

# shows TEXT…: within a few seconds the screen has each of them
shows() {
	for text; do
		tries=0
		until in_tmux capture-pane -p -t w | grep -qF -- "$text"; do
			tries=$((tries + 1))
			if [ $tries -gt 1000 ]; then
				echo "not on the screen: $text" >&2
				in_tmux capture-pane -p -t w >&2
				exit 1
			fi
		done
	done
}
# is FORMAT VALUE: what tmux knows of the pane
is() {
	got=$(in_tmux display-message -p -t w "$1")
	[ "$got" = "$2" ] && return
	echo "$1 is '$got', not '$2'" >&2
	exit 1
}

sqlite3 "$T/app.db" "CREATE TABLE names(id INTEGER PRIMARY KEY, name, word);
INSERT INTO names(name, word) VALUES('plain', 'one'), ('図書館', 'two'),
('é' || char(769, 803), 'three'), ('👩' || char(8205) || '👧', 'four'),
('🇩🇪', 'five'), ('שלום', 'six'), ('a' || char(9, 10, 27) || 'b', 'seven')"
in_tmux new-session -d -s w -x 120 -y 36 "PS1='ready> ' ENV= exec sh" ||
	skip 'tmux does not start here'
in_tmux resize-window -t w -x 120 -y 36 2>/dev/null
in_tmux send-keys -t w "stty -g >$T/before; echo above" Enter
shows above 'ready> '
in_tmux send-keys -t w "'$WEIR' studio --fresh --db '$T/app.db'; \
echo ended \$?; stty -g >$T/after" Enter
shows 'Browse' 'names' 'plain' 'seven'
is '#{alternate_on} #{mouse_any_flag} #{cursor_flag}' '1 0 0'

# the words stand in one column, whatever stands before them
in_tmux capture-pane -p -t w >"$T/screen"
for word in one two three four five six seven; do
	grep -E " $word( |\$)" "$T/screen" | head -n 1
done | python3 -c '
import sys, unicodedata as u
at = set()
for line in sys.stdin.read().splitlines():
    for word in "one two three four five six seven".split():
        head, sep, rest = line.partition(" " + word + " ")
        if sep:
            at.add(sum(0 if u.combining(c) or u.category(c) in ("Mn", "Cf")
                else 2 if u.east_asian_width(c) in "WF" else 1 for c in head))
print(*at)
sys.exit(len(at) != 1)' >"$T/columns" || {
	echo "columns: $(cat "$T/columns")" >&2
	cat "$T/screen" >&2
	exit 1
}

in_tmux resize-window -t w -x 80 -y 24
shows '1 Browse' 'names'
in_tmux resize-window -t w -x 50 -y 10
shows 'needs 60x16, now 50x10'
in_tmux resize-window -t w -x 100 -y 30
shows 'plain' 'seven' 'q quit'
in_tmux send-keys -t w q
shows 'ended 0' 'above'
is '#{alternate_on} #{mouse_any_flag} #{cursor_flag}' '0 0 1'
in_tmux send-keys -t w 'echo still here' Enter
shows 'still here'
until [ -s "$T/after" ]; do :; done
cmp "$T/before" "$T/after" || exit 1
