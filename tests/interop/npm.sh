# shellcheck shell=sh disable=SC2154
# npm.sh: gives $packages, a node_modules with the real tools; source it after
# project.sh. Kept outside the tree: WEIR_NPM_CACHE, else $TMPDIR/weir-interop,
# and used again while the versions are the same. Skips, with the reason, where
# npm or the network is absent.
kit=0.31.11
orm=0.45.4
driver=12.11.1
pg=8.16.3

need node npm

npm_cache=${WEIR_NPM_CACHE:-${TMPDIR:-/tmp}/weir-interop}
npm_dir=$npm_cache/kit-$kit-orm-$orm-sqlite-$driver-pg-$pg
packages=$npm_dir/node_modules

# the user's own settings say where packages come from
real_home=$(getent passwd "$(id -u)" | cut -d: -f6)

npm_install() {
	[ ! -e "$npm_dir/complete" ] || return 0
	printf '{"name":"weir-interop","private":true}\n' \
		>"$npm_dir/package.json" &&
	# the driver may have to be compiled: its makefiles read variables of
	# these names, and nobody waits for an optimiser
	(cd "$npm_dir" && unset builddir srcdir CC &&
		HOME=${real_home:-/} CFLAGS=-O0 CXXFLAGS=-O0 \
		npm install --no-audit --no-fund --no-package-lock \
		--fetch-retries=0 --fetch-timeout=30000 \
		"drizzle-kit@$kit" "drizzle-orm@$orm" "better-sqlite3@$driver" \
		"pg@$pg" \
		</dev/null >"$T/npm.out" 2>&1) &&
	(cd "$npm_dir" && node -e \
		'new (require("better-sqlite3"))(":memory:").close()' \
		>>"$T/npm.out" 2>&1) &&
	: >"$npm_dir/complete"
}

mkdir -p "$npm_dir" || skip "cannot write $npm_cache"
# several tests start together: one installs, the others wait
exec 9>"$npm_cache/lock"
! command -v flock >/dev/null || flock 9
npm_install || skip "npm cannot install the packages: $(
	sed -n 's/^npm error \(.*failed.*\)/\1/p' "$T/npm.out" | head -n 1)"
exec 9>&-

# orm_migrate DIR DB: Drizzle's own migrator on better-sqlite3
orm_migrate() {
	(cd "$npm_dir" && exec node "$npm_dir/migrate.cjs" \
		"$1/drizzle" "$2") </dev/null >"$T/out" 2>"$T/err"
}

# pg_orm_migrate DIR URL: the same on node-postgres; status in rc
pg_orm_migrate() {
	rc=0
	(cd "$npm_dir" && exec node "$npm_dir/migrate-pg.cjs" \
		"$1/drizzle" "$2") </dev/null >"$T/out" 2>"$T/err" || rc=$?
}
for npm_script in migrate.cjs migrate-pg.cjs; do
	cp "$top/tests/interop/$npm_script" "$npm_dir/$npm_script.$$" &&
		mv "$npm_dir/$npm_script.$$" "$npm_dir/$npm_script"
done

# kit_migrate DIR: drizzle-kit migrate in a project folder
kit_migrate() {
	[ -e "$1/node_modules" ] || ln -s "$packages" "$1/node_modules"
	(cd "$1" && exec "$packages/.bin/drizzle-kit" migrate) \
		</dev/null >"$T/out" 2>"$T/err"
}
