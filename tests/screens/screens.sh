#!/bin/sh
# Every *.script here on the SQLite example at three sizes, in UTF-8 and in
# ASCII, equals its golden screens; at the first size also its styles, and the
# screens without colour are the same.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/screens/lib.sh"
learning_cards

prepare() {
	rm -rf "$HOME/.config/weir"
	[ "$name" = production ] || return 0
	mkdir -p "$HOME/.config/weir"
	printf '[environment "shop live"]\nmatch = *.db\nproduction = yes\n' \
		>"$HOME/.config/weir/config"
}

for script in "$top"/tests/screens/*.script; do
	name=${script##*/}
	name=${name%.script}
	case $name in
	readme | pg_*) continue ;;	# readme.sh, pg.sh
	esac
	sizes "$name" "$script"
	styles "$name" "$script"
	# no colour: the words and marks say it all
	colourless "$name" "$script"
done
shots_end
