// migrate.cjs FOLDER DB: what an application does at start-up, nothing more.
const Database = require('better-sqlite3');
const { drizzle } = require('drizzle-orm/better-sqlite3');
const { migrate } = require('drizzle-orm/better-sqlite3/migrator');

const [folder, file] = process.argv.slice(2);
const client = new Database(file);
migrate(drizzle(client), { migrationsFolder: folder });
client.close();
