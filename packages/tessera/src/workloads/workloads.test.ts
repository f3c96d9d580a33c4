import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeyRecord } from "../keys/key-record.ts";
import type { WorkloadQuery } from "../ports.ts";
import { openStore, type Store } from "../store/store.ts";
import type { Workload } from "./workload.ts";
import { Workloads, type WorkloadsOptions } from "./workloads.ts";

let folder = "";
let store: Store;
let warnings: string[] = [];
const KEY: KeyRecord = { id: "ABCDEFGH", tenant: "acme", label: "", createdAt: 0 };
const UPSTREAM = { id: "openai", kind: "openai", baseURL: "https://api.openai.com/v1" } as const;
const system = (text: string) => (): unknown => ({ messages: [{ role: "system", content: text }] });

function open(options: Partial<WorkloadsOptions> = {}): Workloads {
  return new Workloads({ store, warn: (text) => warnings.push(text), ...options });
}

function ask(workloads: Workloads, query: Partial<WorkloadQuery> = {}): Workload {
  const found = workloads.resolve({
    key: KEY,
    upstream: UPSTREAM,
    dialect: "openai",
    body: system("You plan."),
    ...query,
  });
  if ("refused" in found) throw new Error(`refused ${found.refused}`);
  return found;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-workloads-"));
  store = openStore(join(folder, "tessera.db"));
  warnings = [];
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the workload of a request", () => {
  test("is that of the header, else of the key, else of the feature tag, else of the fingerprint, else default", () => {
    const workloads = open();
    const bound = { ...KEY, boundWorkload: "bound" };
    const all = { key: bound, header: "said", featureTag: "feature" };
    expect(ask(workloads, all).name).toBe("said");
    expect(ask(workloads, { ...all, header: undefined }).name).toBe("bound");
    expect(ask(workloads, { featureTag: "feature" }).name).toBe("feature");
    expect(ask(workloads).name).toMatch(/^auto:[0-9a-f]{10}$/);
    expect(ask(workloads, { body: () => undefined }).name).toBe("default");
  });

  test("a body is not read when something else names the workload; a feature tag that can be no name names none", () => {
    const workloads = open();
    const body = (): never => {
      throw new Error("read");
    };
    expect(ask(workloads, { header: "said", body }).name).toBe("said");
    expect(ask(workloads, { featureTag: "not a name" }).name).toMatch(/^auto:/);
  });

  test("belongs to the tenant of the key, and is the same object every time", () => {
    const workloads = open();
    expect(ask(workloads, { header: "a" })).toBe(ask(workloads, { header: "a" }));
    expect(ask(workloads, { header: "a" }).tenant).toBe("acme");
    expect(ask(workloads, { header: "a", key: { ...KEY, tenant: "other" } }).tenant).toBe("other");
  });

  test("one key with two system prompts has two workloads", () => {
    const workloads = open();
    const first = ask(workloads, { body: system("You plan.") }).name;
    expect(ask(workloads, { body: system("You write.") }).name).not.toBe(first);
    expect(ask(workloads, { body: system("You plan.") }).name).toBe(first);
  });

  test("a name outside of the key's list is refused, never changed, wherever it comes from", () => {
    const workloads = open();
    const key = { ...KEY, allowedWorkloads: ["team/*"] };
    const query = { key, upstream: UPSTREAM, dialect: "openai", body: system("x") };
    expect(ask(workloads, { key, header: "team/planner" }).name).toBe("team/planner");
    expect(workloads.resolve({ ...query, header: "other" })).toEqual({ refused: "other" });
    expect(workloads.resolve({ ...query, featureTag: "other" })).toEqual({ refused: "other" });
    expect(workloads.resolve(query)).toEqual({ refused: expect.stringMatching(/^auto:/) });
  });
});

describe("workloads by fingerprint", () => {
  test("the 201st of a key counts for default, with one warning; those before stay, also after a new start", () => {
    const workloads = open();
    const names = Array.from({ length: 200 }, (_, n) => ask(workloads, { body: system(words(n)) }).name);
    expect(new Set(names).size).toBe(200);
    expect(warnings).toEqual([]);
    const again = open();
    expect(ask(again, { body: system(words(200)) }).name).toBe("default");
    expect(ask(again, { body: system(words(201)) }).name).toBe("default");
    expect(ask(again, { body: system(words(7)) }).name).toBe(names[7]);
    expect(warnings).toEqual([expect.stringContaining("ABCDEFGH has sent requests of more than 200 kinds")]);
    // Another key has its own.
    expect(ask(again, { key: { ...KEY, id: "OTHERKEY" }, body: system("x") }).name).toMatch(/^auto:/);
  });

  test("can be merged into a named one, with its settings, also while another process runs the gateway", () => {
    const workloads = open({ configured: { planner: { cache: { ttlSeconds: 60 } } } });
    const auto = ask(workloads).name;
    open().merge("acme", auto, "planner");
    expect(ask(workloads).name).toBe(auto);
    workloads.reload();
    expect(ask(workloads)).toMatchObject({ name: "planner", cache: { ttlSeconds: 60 } });
    expect(ask(workloads, { key: { ...KEY, allowedWorkloads: ["planner"] } }).name).toBe("planner");
    expect(workloads.find("acme", auto).mergedInto).toBe("planner");
    // No chains and no circles.
    for (const [from, into] of [
      ["planner", auto],
      ["planner", "x"],
      ["x", auto],
      ["x", "x"],
    ] as const) {
      expect(() => workloads.merge("acme", from, into)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }),
      );
    }
    workloads.merge("other", "planner", "x");
  });
});

describe("settings", () => {
  test("are the standard ones, then those of the defaults, of the configuration, of `set`", () => {
    const workloads = open({
      defaults: { mechanics: { m4: false }, cache: { ttlSeconds: 100, ignoreUser: true } },
      configured: { triage: { cache: { ttlSeconds: 200 } } },
    });
    expect(ask(workloads, { header: "other" })).toMatchObject({
      mechanics: { m2: true, m4: false },
      cache: { scope: "workload", ttlSeconds: 100, ignoreUser: true, bindCredential: true, maxTemperature: null },
    });
    expect(ask(workloads, { header: "triage" }).cache.ttlSeconds).toBe(200);
    workloads.set("acme", "triage", { mechanics: { m2: false } });
    expect(ask(workloads, { header: "triage" })).toMatchObject({
      mechanics: { m2: false },
      cache: { ttlSeconds: 200 },
    });
    workloads.set("acme", "triage", { cache: { ttlSeconds: 300 } });
    expect(ask(workloads, { header: "triage" })).toMatchObject({ mechanics: { m2: true }, cache: { ttlSeconds: 300 } });
    expect(() => workloads.set("acme", "no name", {})).toThrow(/cannot name a workload/);
  });

  test("a regulated workload has no mechanic on but the exact cache, and that only where it says so itself", () => {
    const workloads = open({
      defaults: { mechanics: { m2: true, m4: true } },
      configured: {
        health: { complianceTier: "regulated" },
        cached: { complianceTier: "regulated", mechanics: { m2: true, m4: true } },
      },
    });
    expect(ask(workloads, { header: "health" }).mechanics).toEqual({ m2: false, m4: false });
    expect(ask(workloads, { header: "cached" }).mechanics).toEqual({ m2: true, m4: false });
    expect(workloads.find("acme", "health").complianceTier).toBe("regulated");
    workloads.set("acme", "health", { complianceTier: "standard" });
    expect(ask(workloads, { header: "health" }).mechanics).toEqual({ m2: true, m4: true });
    const strict = open({ defaults: { complianceTier: "regulated" } });
    expect(ask(strict, { header: "any" }).mechanics).toEqual({ m2: false, m4: false });
  });

  test("a workload that is paused has no mechanic on, and everything else as it was set", () => {
    const workloads = open({ configured: { triage: { cache: { ttlSeconds: 200 } } } });
    workloads.set("acme", "triage", { mechanics: { m4: false } });
    workloads.pause("acme", "triage", true);
    expect(ask(workloads, { header: "triage" })).toMatchObject({
      mechanics: { m2: false, m4: false },
      cache: { ttlSeconds: 200 },
    });
    expect(open().find("acme", "triage").paused).toBe(true);
    expect(ask(workloads, { header: "other" }).mechanics).toEqual({ m2: true, m4: true });
    workloads.pause("acme", "triage", false);
    expect(ask(workloads, { header: "triage" }).mechanics).toEqual({ m2: true, m4: false });
    expect(workloads.find("acme", "triage").paused).toBeUndefined();
  });

  test("lists hold what was seen and what was set", () => {
    const workloads = open({ configured: { triage: {} }, now: () => 5 });
    ask(workloads, { header: "seen" });
    const auto = ask(workloads).name;
    workloads.set("acme", "set", {});
    const listed = open({ configured: { triage: {} } }).list("acme");
    expect(listed.map(({ name, firstSeen, autoKeyId }) => [name, firstSeen, autoKeyId])).toEqual([
      [auto, 5, "ABCDEFGH"],
      ["seen", 5, undefined],
      ["set", undefined, undefined],
      ["triage", undefined, undefined],
    ]);
  });

  test("any number of made-up names is served, and 10,000 of them are kept", () => {
    const workloads = open();
    store.database.exec("BEGIN");
    for (let n = 0; n < 10_050; n += 1) expect(ask(workloads, { header: `w${n}` }).name).toBe(`w${n}`);
    store.database.exec("COMMIT");
    expect(workloads.list("acme")).toHaveLength(10_000);
  });
});

/** A text of its own for each number, without digits. */
function words(n: number): string {
  return `You are number ${String(n).replaceAll(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)))}.`;
}
