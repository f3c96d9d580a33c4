import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore, type Store } from "../store/store.ts";
import { formatKeyText, makeKeyText, parseKeyText } from "./key-text.ts";
import { Keys } from "./keys.ts";

const PEPPER = "a pepper of many characters";
let folder = "";
let path = "";
let store: Store;
let now = Date.parse("2026-03-01T12:00:00Z");
const open = (options: Partial<ConstructorParameters<typeof Keys>[0]> = {}): Keys =>
  new Keys({ store, pepper: PEPPER, now: () => now, ...options });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-keys-"));
  path = join(folder, "tessera.db");
  store = openStore(path);
  now = Date.parse("2026-03-01T12:00:00Z");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the text of a key", () => {
  test("has an id of eight characters without I, L, O, U, and 32 bytes of secret", () => {
    for (let i = 0; i < 100; i += 1) {
      const text = makeKeyText();
      expect(formatKeyText(text)).toMatch(/^tk_[0-9A-HJKMNP-TV-Z]{8}_[\w-]{43}$/);
      expect(Buffer.from(text.secret, "base64url")).toHaveLength(32);
      expect(parseKeyText(formatKeyText(text))).toEqual(text);
    }
  });

  test.each([
    "",
    "tk_",
    "sk-abc",
    "tk_ABCDEFGH_short",
    `tk_abcdefgh_${"a".repeat(43)}`,
    `tk_ABCDEFGH_${"a".repeat(44)}`,
  ])("%j is none", (text) => expect(parseKeyText(text)).toBeUndefined());
});

describe("authentication", () => {
  test("finds the record of a key with its policy; every other text finds nothing", () => {
    const keys = open();
    const { key, record } = keys.create({ label: "team", tenant: "acme", allowedModels: ["gpt-*"], rpm: 10 });
    expect(keys.authenticate(key)).toEqual(record);
    expect(record).toMatchObject({ tenant: "acme", label: "team", allowedModels: ["gpt-*"], rpm: 10 });
    const { id, secret } = makeKeyText();
    for (const wrong of [
      "",
      "tk_",
      "nonsense",
      formatKeyText({ id, secret }),
      formatKeyText({ id: record.id, secret }),
    ]) {
      expect(keys.authenticate(wrong)).toBeUndefined();
    }
  });

  test("a key that is rotated keeps its id and policy, and its former secret is refused at once", () => {
    const keys = open();
    const { key, record } = keys.create({ label: "team", rpm: 10, mayTrace: true });
    expect(keys.authenticate(key)).toEqual(record);
    const rotated = keys.rotate(record.id);
    expect(rotated.record).toEqual(record);
    expect(keys.authenticate(rotated.key)).toMatchObject({ id: record.id, rpm: 10, mayTrace: true });
    expect(keys.authenticate(key)).toBeUndefined();
    expect(keys.list()).toHaveLength(1);
    expect(() => keys.rotate("ABCDEFGH")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    keys.revoke(record.id);
    expect(() => keys.rotate(record.id)).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
  });

  test("an expired key is refused, although it was accepted a moment ago", () => {
    const keys = open();
    const { key } = keys.create({ expiresAt: now + 1000 });
    expect(keys.authenticate(key)).toBeDefined();
    now += 1000;
    expect(keys.authenticate(key)).toBeUndefined();
  });

  test("a key revoked in this process is refused at once", () => {
    const keys = open();
    const { key, record } = keys.create();
    expect(keys.authenticate(key)).toBeDefined();
    expect(keys.revoke(record.id)).toBe(true);
    expect(keys.authenticate(key)).toBeUndefined();
    expect(keys.revoke(record.id)).toBe(false);
    expect(() => keys.revoke("ABCDEFGH")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
  });

  test("a key revoked by another process is refused after 30 seconds, and not before a new look", () => {
    const keys = open();
    const { key, record } = keys.create();
    expect(keys.authenticate(key)).toBeDefined();
    const beside = openStore(path, { access: "share" });
    open({ store: beside }).revoke(record.id);
    beside.close();
    now += 29_999;
    expect(keys.authenticate(key)).toBeDefined();
    now += 1;
    expect(keys.authenticate(key)).toBeUndefined();
  });

  test("a key revoked by another process is refused at once after `forget`", () => {
    const keys = open();
    const { key, record } = keys.create();
    keys.authenticate(key);
    const beside = openStore(path, { access: "share" });
    open({ store: beside }).revoke(record.id);
    beside.close();
    keys.forget();
    expect(keys.authenticate(key)).toBeUndefined();
  });

  test("without a key there is the tenant local in the open mode, and nobody else in either", () => {
    expect(open({ mode: "open" }).authenticate("")).toMatchObject({ id: "local", tenant: "local" });
    expect(open({ mode: "open" }).authenticate("tk_wrong")).toBeUndefined();
    expect(open().authenticate("")).toBeUndefined();
  });

  test("keeps the day of the last use", () => {
    const keys = open();
    const { key } = keys.create();
    expect(keys.list()[0]?.lastUsedDay).toBeUndefined();
    keys.authenticate(key);
    expect(keys.list()[0]?.lastUsedDay).toBe("2026-03-01");
  });
});

describe("secrets", () => {
  test("no file holds a part of a secret, a whole key, a provider's key or the pepper", () => {
    const keys = open();
    const texts = Array.from({ length: 20 }, () => keys.create({ label: "x" }).key);
    for (const text of texts) keys.authenticate(text);
    const credential = "sk-provider-0123456789abcdef";
    const fingerprint = keys.fingerprint(credential);
    store.close();
    const bytes = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name)).toString("latin1"))
      .join("\n");
    expect(bytes.length).toBeGreaterThan(1000);
    for (const text of texts) {
      const secret = parseKeyText(text)?.secret ?? "";
      // Eight characters in a row of any secret would be found.
      for (let at = 0; at + 8 <= secret.length; at += 1) expect(bytes.includes(secret.slice(at, at + 8))).toBe(false);
    }
    for (const secret of [credential, fingerprint, PEPPER]) expect(bytes.includes(secret)).toBe(false);
  });

  test("a provider's key is known by 16 digits that change with the pepper", () => {
    const first = open().fingerprint("sk-1");
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(open().fingerprint("sk-1")).toBe(first);
    expect(open().fingerprint("sk-2")).not.toBe(first);
  });

  test("another pepper than that of the keys is told, since none of them would be accepted", () => {
    open();
    expect(() => open({ pepper: "another pepper entirely" })).toThrow(/made with another pepper/);
  });
});

test("only keys that may be used are counted", () => {
  const keys = open();
  keys.create({ expiresAt: now + 10 });
  const { record } = keys.create();
  expect(keys.countUsable()).toBe(2);
  keys.revoke(record.id);
  now += 10;
  expect(keys.countUsable()).toBe(0);
});
