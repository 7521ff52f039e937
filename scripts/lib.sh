# lib.sh: what check and demo share.  Sourced, POSIX sh; sets no options.
#
#	weir_need_packages [test|long|server]…
#	                                  install the Debian packages that are
#	                                  missing; returns 1 when it cannot
#	weir_build DIR [CONFIGURE-ARG…]   build the tree in DIR
#
# $top is the top of the tree.

weir_packages_build='gcc make autoconf automake pkg-config libc6-dev
libncurses-dev libpq-dev libsqlite3-dev libpcre2-dev libjansson-dev libssl-dev
libutf8proc-dev libinih-dev libpg-query-dev sqlite3'
weir_packages_test='binutils jq libcmocka-dev libvterm-dev mandoc pgbouncer procps tmux
strace util-linux xz-utils'
weir_packages_long='clang libclang-rt-dev valgrind'

weir_say() {
	printf '%s\n' "$*" >&2
}

weir_has_package() {
	case $(dpkg-query -W -f '${db:Status-Status} ' "$1" 2>/dev/null) in
	*installed*) return 0 ;;
	esac
	return 1
}

weir_has_server() {
	for weir_initdb in /usr/lib/postgresql/*/bin/initdb; do
		test ! -x "$weir_initdb" || return 0
	done
	command -v initdb >/dev/null
}

# weir_install [SUDO]: $weir_missing.  Debian's server package makes a cluster
# and starts it; the tests and the demo have servers of their own, so that one
# is not wanted.  Clusters that a machine already has are left alone.
weir_install() {
	# a fresh machine has no lists yet, an old one stale ones
	$1 apt-get -qq update >&2 || weir_say 'apt-get update failed'
	# shellcheck disable=SC2016,SC2086
	$1 env DEBIAN_FRONTEND=noninteractive sh -c '
		conf=/etc/postgresql-common/createcluster.d
		case " $* " in
		*" postgresql "*)
			mkdir -p $conf
			echo "create_main_cluster = false" >$conf/weir.conf
			trap "rm -f $conf/weir.conf; rmdir $conf \
				2>/dev/null || :" EXIT
			trap "exit 130" INT
			trap "exit 143" TERM HUP
			;;
		esac
		apt-get -qq install --yes --no-install-recommends "$@"
		status=$?
		# nor is a pooler wanted that runs by itself
		case " $* " in
		*" pgbouncer "*)
			systemctl -q disable --now pgbouncer 2>/dev/null
			;;
		esac
		exit $status
	' install $weir_missing >&2
}

# Nothing is asked of apt when all is there: an offline machine must do.
weir_need_packages() {
	weir_wanted=$weir_packages_build
	for weir_group; do
		case $weir_group in
		test)
			weir_wanted="$weir_wanted $weir_packages_test"
			# the other tool's side of tests/interop; often there
			# already and not from Debian
			command -v node >/dev/null ||
				weir_wanted="$weir_wanted nodejs"
			command -v npm >/dev/null ||
				weir_wanted="$weir_wanted npm"
			;;
		long) weir_wanted="$weir_wanted $weir_packages_long" ;;
		server)
			# any version will do, from Debian or not
			weir_has_server ||
				weir_wanted="$weir_wanted postgresql"
			;;
		esac
	done
	if ! command -v dpkg-query >/dev/null; then
		weir_say 'not Debian: configure will name what is missing'
		return 0
	fi
	weir_missing=
	for weir_package in $weir_wanted; do
		weir_has_package "$weir_package" ||
			weir_missing="$weir_missing $weir_package"
	done
	test -n "$weir_missing" || return 0

	weir_say "missing packages:$weir_missing"
	weir_sudo=
	if test "$(id -u)" -ne 0; then
		weir_sudo=sudo
		if ! test -t 0 || ! command -v sudo >/dev/null; then
			weir_say "run as root: apt-get install$weir_missing"
			return 1
		fi
		printf 'Install them with sudo apt-get? [y/N] ' >&2
		read -r weir_answer || weir_answer=
		case $weir_answer in
		y | Y | yes) ;;
		*) return 1 ;;
		esac
	fi
	weir_install "$weir_sudo"
}

weir_jobs() {
	nproc 2>/dev/null || echo 1
}

# configure is made again when what it is made of is newer.
weir_autogen() {
	if test -x "$top/configure" && test -z "$(find "$top/configure.ac" \
		"$top/Makefile.am" "$top/autogen.sh" -newer "$top/configure")"
	then
		return 0
	fi
	"$top/autogen.sh"
}

# Silent unless it fails; then the end of the log is shown.
weir_build() {
	weir_dir=$1
	shift
	mkdir -p "$weir_dir" || return 1
	weir_log=$weir_dir/build.log
	weir_say "building in $weir_dir"
	if weir_autogen >"$weir_log" 2>&1 &&
		(cd "$weir_dir" &&
			{ test -f config.status || "$top/configure" "$@"; } &&
			make -j"$(weir_jobs)") >>"$weir_log" 2>&1
	then
		return 0
	fi
	tail -n 40 "$weir_log" >&2
	weir_say "the build failed; $weir_log has all of it"
	return 1
}
