import { sqliteTable, text, integer, real, blob, index, uniqueIndex, check,
	primaryKey, foreignKey, sqliteView, numeric, sqliteTableCreator } from "drizzle-orm/sqlite-core";
import { sql, eq } from "drizzle-orm";

const table = sqliteTableCreator((n) => `app_${n}`);
export const a = table("a", {
	id: integer({ mode: "number" }).primaryKey({ autoIncrement: true }),
	t: text({ length: 9, enum: ["x", "y"] }).default("x").notNull(),
	j: text({ mode: "json" }).default({ k: [1] }), n: numeric().default("1.5"),
	d: integer({ mode: "timestamp" }).default(sql`(unixepoch())`),
	b: blob(), r: real().default(-0.5e-7),
	g: text().generatedAlwaysAs(sql`lower(${"x"})`, { mode: "stored" }),
}, (t) => [index("i").on(t.t, sql`lower(${t.t})`), uniqueIndex("u").on(t.n).where(eq(t.t, "x")),
	check("c", sql`${t.r} > 0`)]);
export const b = sqliteTable("b", { 2: text(), 1: text("one"), x: integer() },
	(t) => [primaryKey({ columns: [t.x, t[2]], name: "pk" }),
	foreignKey({ columns: [t.x], foreignColumns: [a.id] }).onUpdate("set null")]);
export const v = sqliteView("v", { id: integer() }).as(sql`select ${a.id} from ${a}`);
export const w = sqliteView("w").as((qb) => qb.select().from(a).where(eq(a.id, 1)).limit(3));
