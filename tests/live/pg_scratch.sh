#!/bin/sh
# pg_scratch.sh: what weir does on a server to see what migrations make, and
# what it never does there (DESIGN 6).
. "${srcdir:-$(dirname -- "$0")/../..}/tests/lib/project.sh"
. "$top/tests/lib/pg.sh"
need_weir
pg_start

databases() {
	pg_sql postgres "SELECT coalesce(string_agg(datname, ' '
		ORDER BY datname), '') FROM pg_database
		WHERE datname LIKE 'weir_scratch%'"
}

# shared: what a scratch database shares with all others
shared() {
	pg_sql postgres 'TABLE pg_roles' 'TABLE pg_auth_members' \
		'SELECT oid, spcname FROM pg_tablespace' \
		'SELECT sourcefile, name, setting FROM pg_file_settings' \
		'SELECT oid, datname, datconnlimit, datacl FROM pg_database' \
		'TABLE pg_db_role_setting' 'TABLE pg_shseclabel' \
		'TABLE pg_subscription'
}

no_scratch_left() {
	expect_eq "scratch databases after $1" "$(databases)" ''
}

# --- statements that reach beyond their database ----------------------------
pg_sql postgres 'CREATE ROLE victim' "CREATE ROLE other LOGIN PASSWORD 'x'" \
	'CREATE DATABASE bystander'
mkdir "$pg_dir/space"
chown --reference="$pg_dir/data" "$pg_dir/space" 2>/dev/null ||
	chmod 777 "$pg_dir/space"
pg_sql postgres "CREATE TABLESPACE victim_space LOCATION '$pg_dir/space'"
pg_new app
shared >"$T/before"
pg_project "$T/reach" app \
	"CREATE TABLE a (id integer PRIMARY KEY);
	DROP ROLE victim;
	ALTER ROLE other SUPERUSER;
	ALTER ROLE other SET search_path = pg_catalog;
	CREATE ROLE made_here;
	GRANT other TO weir;
	DROP OWNED BY other;" \
	"CREATE TABLE b (id integer PRIMARY KEY);
	ALTER SYSTEM SET work_mem = '123MB';
	ALTER DATABASE bystander CONNECTION LIMIT 3;
	ALTER DATABASE bystander SET work_mem = '12MB';
	CREATE DATABASE another;
	DROP DATABASE bystander;
	DROP TABLESPACE victim_space;
	COPY b FROM PROGRAM 'touch $T/program && echo 1';
	COPY b TO '$T/copied';
	DO \$\$ BEGIN EXECUTE 'DROP ROLE victim'; END \$\$;
	DO \$\$ BEGIN DROP ROLE victim; END \$\$;
	CREATE EXTENSION dblink;
	CREATE FUNCTION sly() RETURNS void LANGUAGE plpgsql AS
		\$\$ BEGIN DROP ROLE victim; END \$\$;
	SELECT sly();
	VACUUM;
	CREATE TABLE c (id integer PRIMARY KEY);"
expect_weir 0 "$T/reach" diff empty migrations:0001_m1
expect_out '^[+] (public\.)?a$' '^[+] (public\.)?b$' '^[+] (public\.)?c$'
expect_weir 0 "$T/reach" diff
expect_out '^[+] (public\.)?c$'
weir_in "$T/reach" review
expect_out 'not executed on scratch, it reaches beyond its database'
weir_in "$T/reach" status --drift
expect_rc 0
shared >"$T/after"
expect_files_equal "$T/after" "$T/before"
[ ! -e "$T/program" ] || fail 'COPY FROM PROGRAM ran'
[ ! -e "$T/copied" ] || fail 'COPY TO a file ran'
no_scratch_left 'looking'
expect_eq 'objects in the database looked at' "$(pg_sql app \
	"SELECT count(*) FROM pg_class WHERE oid >= 16384")" 0

# --- SQL put together on the way ----------------------------------------------
# Roles and files that it makes would outlive the scratch database.
pg_new sly
shared >"$T/before"
pg_project "$T/sly" sly \
	"CREATE TABLE a (id integer PRIMARY KEY);" \
	"DO \$\$ BEGIN EXECUTE 'cre'||'ate ro'||'le sneak_do'; END \$\$;
	DO \$\$ DECLARE r text := 'sneak_format';
		BEGIN EXECUTE format('%s ROLE %I', 'CREATE', r); END \$\$;
	DO \$\$ BEGIN EXECUTE 'cop'||'y (select 1) to pro'||
		'gram ''touch $T/sneaked''' ; END \$\$;
	DO \$\$ BEGIN EXECUTE E'\\x63reate role sneak_escape'; END \$\$;
	DO \$\$ BEGIN EXECUTE 'create /* */ role sneak_comment'; END \$\$;
	DO \$\$ BEGIN CREATE /* x */ ROLE sneak_static; END \$\$;
	DO \$\$ BEGIN COPY (SELECT 1) TO '$T/sneaked'; END \$\$;
	DO \$\$ BEGIN GRANT victim TO other; END \$\$;
	UPDATE pg_authid SET rolsuper = true WHERE rolname = 'other';" \
	"CREATE FUNCTION f1() RETURNS integer LANGUAGE plpgsql AS \$\$ BEGIN
		EXECUTE 'cre'||'ate ro'||'le sneak_function'; RETURN 1; END \$\$;
	SELECT f1();
	CREATE FUNCTION f2() RETURNS integer LANGUAGE plpgsql AS
		\$\$ BEGIN PERFORM f1(); RETURN 1; END \$\$;
	SELECT f2();
	DO \$\$ BEGIN PERFORM f2(); END \$\$;
	ALTER FUNCTION f1() RENAME TO f3;
	SELECT f3();
	CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
		EXECUTE 'cre'||'ate ro'||'le sneak_trigger'; RETURN new;
		END \$\$;
	CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW
		EXECUTE FUNCTION tf();
	INSERT INTO a VALUES (1);
	ALTER TABLE a ADD COLUMN b integer DEFAULT f3();
	CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS \$\$
		BEGIN EXECUTE 'cre'||'ate ro'||'le sneak_event'; END \$\$;
	CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION ef();
	DO \$\$ BEGIN EXECUTE 'CREATE TABLE plain (x integer)'; END \$\$;
	CREATE TABLE last (id integer PRIMARY KEY);"
weir_in "$T/sly" review
expect_out 'it puts SQL together while it runs' '[+] .*last' 'trigger .*tr' \
	'[+] .*plain'
expect_weir 0 "$T/sly" diff empty migrations:0002_m2
expect_out '^[+] (public\.)?last$'
shared >"$T/after"
expect_files_equal "$T/after" "$T/before"
[ ! -e "$T/sneaked" ] || fail 'a body wrote a file'
no_scratch_left 'assembled SQL'

# A role that owns no more than databases runs it: what gets out all the same
# is told.
pg_sql postgres 'CREATE ROLE owner LOGIN CREATEDB' \
	'CREATE DATABASE owned OWNER owner'
pg_project "$T/owned" owned \
	"DO \$\$ BEGIN EXECUTE 'CREATE TABLE ' || 'made (x integer)'; END
	\$\$;"
owner="postgresql://owner@/owned?host=$PGHOST&port=$PGPORT"
expect_weir 0 "$T/owned" diff empty migrations:0000_m0 --db "$owner"
expect_out '^[+] (public\.)?made$'
pg_project "$T/outside" owned \
	"DO \$\$ BEGIN EXECUTE 'alter ro'||'le owner set work_mem = ''9MB''';
	END \$\$;"
expect_weir 5 "$T/outside" review --db "$owner"
expect_err 'role owner changed while the migrations ran'
no_scratch_left 'a role that was changed'
pg_sql postgres 'ALTER ROLE owner RESET work_mem'

# --- it is a database of its own, with the settings of the one looked at ------
pg_sql app "ALTER DATABASE app SET TimeZone = 'Asia/Tokyo'" \
	"ALTER DATABASE app SET search_path = one, \"Two two\", public" \
	"ALTER DATABASE app SET my.setting = 'it''s'"
pg_project "$T/settings" app \
	"CREATE SCHEMA \"Two two\";
	CREATE TABLE \"z \$here\" (x text DEFAULT current_setting('my.setting'));
	DO \$\$ BEGIN
	IF current_setting('TimeZone') <> 'Asia/Tokyo' OR
		current_setting('my.setting') <> 'it''s' OR
		current_database() NOT LIKE 'weir\\_scratch\\_%' OR
		has_database_privilege('victim', current_database(), 'CONNECT')
		OR (SELECT datconnlimit <> 2 FROM pg_database
			WHERE datname = current_database())
		OR (SELECT s.datcollate <> a.datcollate OR s.datctype <>
			a.datctype OR s.encoding <> a.encoding FROM pg_database s,
			pg_database a WHERE s.datname = current_database()
			AND a.datname = 'app')
		OR shobj_description((SELECT oid FROM pg_database WHERE datname
			= current_database()), 'pg_database')
			NOT LIKE 'weir scratch: host %, pid %'
	THEN
		RAISE EXCEPTION 'not like the database looked at';
	END IF;
	END \$\$;"
expect_weir 0 "$T/settings" diff empty migrations:0000_m0
# the path has the schema that this file makes before public
expect_out 'Two two'
no_scratch_left 'a look with settings'

# --- failures leave none behind -----------------------------------------------
pg_project "$T/broken" app 'CREATE TABLE t (x no_such_type);'
expect_weir 1 "$T/broken" diff empty migrations:0000_m0
expect_err '0000_m0\.sql:1:[0-9]+.*no_such_type'
no_scratch_left 'a failure'

# --- --read-only, --scratch ------------------------------------------------------
expect_weir 0 "$T/settings" status --drift --read-only
expect_out 'Drift +unknown \(not executed: --read-only makes no database'
expect_weir 1 "$T/settings" diff empty migrations:0000_m0 --read-only
expect_err 'not executed: --read-only'
pg_sql postgres 'CREATE ROLE poor LOGIN'
pg_sql app 'GRANT ALL ON SCHEMA public TO poor'
poor="postgresql://poor@/app?host=$PGHOST&port=$PGPORT"
expect_weir 1 "$T/settings" diff empty migrations:0000_m0 --db "$poor"
expect_err 'role poor may not create a database' '--scratch URL'
expect_weir 0 "$T/settings" diff empty migrations:0000_m0 --db "$poor" \
	--scratch "$(pg_url postgres)"
expect_out 'Two two'
expect_weir 0 "$T/settings" status --drift --db "$poor" \
	--scratch "$(pg_url postgres)"
no_scratch_left '--scratch URL'
# a database that is labelled production is not written beside, unasked
mkdir -p "$T/home/.config/weir"
cat >"$T/home/.config/weir/config" <<END
[environment "live"]
match = *app
production = yes
END
expect_weir 0 "$T/settings" status --drift
expect_out 'LIVE$' 'Drift +unknown \(not executed: .*labelled production'
pg_project "$T/plain" app 'CREATE TABLE plain (x integer);'
expect_weir 1 "$T/plain" migrate --target app
expect_err 'not executed' '--scratch=server'
expect_weir 0 "$T/settings" status --drift --scratch=server
expect_out 'Drift +none'
rm "$T/home/.config/weir/config"

# --- signals ------------------------------------------------------------------------
# slow SIGNAL: one comes while a statement runs on scratch
slow() {
	(cd "$T/slow" && exec "$WEIR" diff empty migrations:0000_m0) \
		>"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	until [ "$(pg_sql postgres "SELECT count(*) FROM pg_stat_activity
		WHERE datname LIKE 'weir_scratch%' AND query LIKE '%600)%'
		AND wait_event = 'PgSleep'")" = 1 ]; do
		kill -0 $pid 2>/dev/null || fail 'it ended by itself'
	done
	kill "-$1" $pid
	rc=0
	wait $pid || rc=$?
}
pg_project "$T/slow" app 'SELECT pg_sleep(600);'
for signal in INT:130 TERM:143 HUP:129; do
	slow ${signal%:*}
	expect_rc ${signal#*:}
	no_scratch_left "SIG${signal%:*}"
done
slow KILL
[ -n "$(databases)" ] || fail 'SIGKILL left none'
pg_sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE datname LIKE 'weir_scratch%'" >/dev/null
until [ "$(pg_sql postgres "SELECT count(*) FROM pg_stat_activity
	WHERE datname LIKE 'weir_scratch%'")" = 0 ]; do :; done
expect_weir 0 "$T/slow" scratch list
expect_out 'its process is gone'
expect_weir 0 "$T/slow" scratch drop
no_scratch_left 'scratch drop'

# --- whose number another process has by now; killed before it said whose ---------
pg_sql postgres "CREATE DATABASE weir_scratch_$(date -u +%Y%m%d%H%M%S)_00000001" \
	"CREATE DATABASE weir_scratch_$(date -u -d '20 minutes ago' \
		+%Y%m%d%H%M%S)_00000002"
pg_sql postgres "COMMENT ON DATABASE $(databases | tr ' ' '\n' |
	grep 00000001) IS 'weir scratch: host $(uname -n), pid $$, since 7'"
expect_weir 0 "$T/settings" status
expect_out '^Left +2 scratch databases of processes that are gone: weir scratch drop'
expect_weir 0 "$T/settings" scratch list
expect_out '_00000001 .*its process is gone' '_00000002 .*its process is gone'
expect_weir 0 "$T/settings" scratch drop
no_scratch_left 'scratch drop'
expect_weir 0 "$T/settings" status
expect_no_any '^Left '

# --- left behind by a process that is gone ---------------------------------------
pg_sql postgres 'CREATE DATABASE weir_scratch_20200102030405_0123abcd' \
	'CREATE DATABASE weir_scratch_mine' \
	"CREATE DATABASE weir_scratch_$(date -u +%Y%m%d%H%M%S)_89abcdef" \
	"COMMENT ON DATABASE weir_scratch_20200102030405_0123abcd IS
		'weir scratch: host elsewhere, pid 1'"
expect_weir 0 "$T/settings" scratch list
expect_out '^weir_scratch_20200102030405_0123abcd +2020-01-02 03:04 +older' \
	'_89abcdef .*may be running'
expect_no_any 'weir_scratch_mine'
expect_weir 0 "$T/settings" scratch drop
expect_out 'dropped weir_scratch_20200102030405_0123abcd'
expect_no_any '89abcdef'
expect_weir 0 "$T/settings" scratch drop "$(databases | tr ' ' '\n' |
	grep 89abcdef)"
expect_eq 'what stays' "$(databases)" weir_scratch_mine
expect_weir 1 "$T/settings" scratch drop weir_scratch_mine
expect_weir 0 "$T/settings" scratch list
expect_out 'No scratch database is left'
expect_weir 2 "$T/settings" scratch bury
