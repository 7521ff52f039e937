// migrate-pg.cjs FOLDER URL [SCHEMA TABLE]: what an application does at
// start-up, nothing more. On failure one line, SQLSTATE and message.
const { Pool } = require('pg');
const { drizzle } = require('drizzle-orm/node-postgres');
const { migrate } = require('drizzle-orm/node-postgres/migrator');

const [folder, url, schema, table] = process.argv.slice(2);
const pool = new Pool({ connectionString: url, max: 1 });
const config = { migrationsFolder: folder };
if (schema) config.migrationsSchema = schema;
if (table) config.migrationsTable = table;
migrate(drizzle(pool), config)
	.catch((failure) => {
		const cause = failure.cause ?? failure;
		console.error(`${cause.code ?? '-'} ${cause.message}`);
		process.exitCode = 1;
	})
	.finally(() => pool.end());
