import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../store/store.ts";
import { AdminKeys } from "./admin-keys.ts";
import { formatKeyText, makeKeyText } from "./key-text.ts";
import { Keys } from "./keys.ts";

const pepper = "a pepper of many characters";
let folder = "";
let store: Store;
let now = Date.parse("2026-03-01T12:00:00Z");
let admins: AdminKeys;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-admin-"));
  store = openStore(join(folder, "tessera.db"));
  admins = new AdminKeys({ store, pepper, now: () => now });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a role may do what it and those before it may", () => {
  const allowed = (["viewer", "operator", "admin"] as const).map((role) => {
    const { key } = admins.create({ role });
    expect(key).toMatch(/^ta_[0-9A-HJKMNP-TV-Z]{8}_[\w-]{43}$/);
    return (["viewer", "operator", "admin"] as const).map((needed) => admins.authorize(key, needed) !== undefined);
  });
  expect(allowed).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
});

test("every other text, a key that is over, and one that was taken back, may do nothing", () => {
  const { key, record } = admins.create({ role: "admin", label: "ops", expiresAt: now + 1000 });
  expect(admins.authorize(key, "viewer")).toEqual(record);
  const other = makeKeyText();
  for (const wrong of [
    "",
    "ta_",
    key.slice(0, -1),
    formatKeyText({ ...other, id: record.id }, "ta"),
    key.replace("ta_", "tk_"),
  ])
    expect(admins.authorize(wrong, "viewer")).toBeUndefined();
  now += 1000;
  expect(admins.authorize(key, "viewer")).toBeUndefined();
  now -= 1000;
  expect([admins.revoke(record.id), admins.revoke(record.id)]).toEqual([true, false]);
  expect(admins.authorize(key, "viewer")).toBeUndefined();
  expect(admins.list()).toEqual([{ ...record, revokedAt: now }]);
  expect(() => admins.revoke("ABCDEFGH")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
});

test("it is no key for requests, nor the other way round, and no secret is on disk", () => {
  const keys = new Keys({ store, pepper, now: () => now });
  const admin = admins.create({ role: "admin" }).key;
  const { key } = keys.create();
  expect(keys.authenticate(admin)).toBeUndefined();
  expect(keys.authenticate(admin.replace("ta_", "tk_"))).toBeUndefined();
  expect(admins.authorize(key.replace("tk_", "ta_"), "viewer")).toBeUndefined();
  store.close();
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name), "latin1")).not.toContain(admin.slice(12, 40));
});
