import 'dotenv/config';
import { defineConfig } from 'drizzle-kit';
import type { Config } from 'drizzle-kit';
import { config } from 'dotenv';
config({ path: '.env.local' });
const url = process.env.DATABASE_URL!;
if (!url) throw new Error('DATABASE_URL is missing');
const { hostname: host, pathname } = new URL(url);
export default defineConfig({
	dialect: 'postgresql', schema: ['./src/**/*.schema.ts', "./x/{a,b}[0-9]?.ts"], out: `./${'drizzle'}`,
	dbCredentials: { url, host, ssl: process.env.NODE_ENV === 'production' ? { rejectUnauthorized: false } : false },
	migrations: { table: 'm', prefix: 'timestamp' as const }, casing: 'snake_case', breakpoints: true,
	tablesFilter: ['!a_*'], entities: { roles: { provider: 'supabase', exclude: [] } }, verbose: true, strict: !0,
}) satisfies Config;
