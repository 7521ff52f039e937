#!/bin/sh
# Rows of the tracking table are those that Drizzle's migrator writes, and each
# tool takes the other's work as done.
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/interop/npm.sh"

example_copy "$T/p"
p=$T/p
example=$p/data/app.db

# the example's own script stands in for the migrator: it must do the same
mkdir -p "$T/five/drizzle/meta"
cp "$p"/drizzle/000[0-4]_*.sql "$T/five/drizzle/"
awk '/"idx": 5,/ { exit } { line[NR] = $0 }
	END { for (i = 1; i < NR - 2; i++) print line[i]; print "    }\n  ]\n}" }' \
	"$p/drizzle/meta/_journal.json" >"$T/five/drizzle/meta/_journal.json"
orm_migrate "$T/five" "$T/five.db" || fail "drizzle-orm: five migrations"
tracking "$T/five.db" >"$T/want"
tracking "$example" >"$T/got"
expect_files_equal "$T/got" "$T/want"
schema_of "$T/five.db" >"$T/want"
schema_of "$example" >"$T/got"
expect_files_equal "$T/got" "$T/want"
rm -f "$T/again.db"
apply_first "$p" "$T/again.db" 5
schema_of "$T/again.db" >"$T/got"
expect_files_equal "$T/got" "$T/want"

cp "$example" "$T/orm.db"
orm_migrate "$p" "$T/orm.db" || fail "drizzle-orm: four pending ones"
orm_migrate "$p" "$T/orm-new.db" || fail "drizzle-orm: a new database"
expect_eq 'rows by drizzle-orm' "$(tracking "$T/orm.db" | wc -l)" 9

have_weir || skip "the migrator's side holds; $WEIR cannot migrate"

# rows and the stored text of the table, on a used and on a new database
cp "$example" "$T/weir.db"
expect_weir 0 "$p" migrate --db "$T/weir.db" --allow drop-column:users.bio \
	--allow undo-skipped:users.bio
expect_weir 0 "$p" migrate --db "$T/weir-new.db"
for kind in '' -new; do
	tracking "$T/orm$kind.db" >"$T/want"
	tracking "$T/weir$kind.db" >"$T/got"
	expect_files_equal "$T/got" "$T/want"
	for name in orm weir; do
		schema_of "$T/$name$kind.db" |
			sed -n '/^table|__drizzle_migrations|/,/)$/p' >"$T/$name.ddl"
	done
	expect_files_equal "$T/weir.ddl" "$T/orm.ddl"
done

# weir after drizzle-orm: nothing is pending, nothing is done
for db in "$T/orm.db" "$T/orm-new.db"; do
	was=$(file_sum "$db")
	expect_weir 0 "$p" status --db "$db" --json
	expect_no_any '"state": ?"(pending|out of order|edited)"'
	expect_any '"state": ?"applied"'
	expect_weir 0 "$p" migrate --db "$db"
	expect_eq 'the database' "$(file_sum "$db")" "$was"
done

# drizzle-orm and drizzle-kit after weir: nothing is done
for db in "$T/weir.db" "$T/weir-new.db"; do
	was=$(db_sum "$db")
	orm_migrate "$p" "$db" || fail "drizzle-orm after weir"
	expect_eq 'after drizzle-orm' "$(db_sum "$db")" "$was"
done
cp "$T/weir.db" "$example"
was=$(db_sum "$example")
kit_migrate "$p" || fail "drizzle-kit migrate after weir"
expect_eq 'after drizzle-kit' "$(db_sum "$example")" "$was"
