import { DatabaseSync } from "node:sqlite";
import OpenAI from "openai";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startServer, type TrafficServer } from "@tesserae/tessen/serve";
import { GatewayFolder, type ServedGateway } from "./tessera-command.ts";

let provider: TrafficServer;
let folder: GatewayFolder;
let gateway: ServedGateway;
let key = "";

beforeEach(async () => {
  provider = await startServer({ script: { rules: [{ answer: { text: "Yes." } }] } });
  onTestFinished(() => provider.close());
  folder = new GatewayFolder({
    upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
  });
  key = (await folder.output("keys", "create")).trim();
  gateway = await folder.serve();
});

/** Asks under a workload; gives what the answer says of the cache. */
async function ask(workload: string, withKey = key): Promise<{ readonly cache: string; readonly entry: string }> {
  const defaultHeaders = { "x-tessera-api-key": withKey, "x-tessera-workload": workload };
  const client = new OpenAI({ baseURL: `${gateway.url}/v1/openai`, apiKey: "sk-1", defaultHeaders, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Yes?" }];
  const { response } = await client.chat.completions.create({ model: "gpt-4o", messages }).withResponse();
  const { headers } = response;
  return { cache: headers.get("x-tessera-cache") ?? "", entry: headers.get("x-tessera-cache-entry") ?? "" };
}

describe("while a gateway runs", () => {
  test("one answer, or all of a workload, is taken out of its cache", async () => {
    await ask("a");
    await ask("b");
    const { cache, entry } = await ask("a");
    expect(cache).toBe("hit");
    const stats: Readonly<Record<string, unknown>> = JSON.parse(await folder.output("cache", "stats", "--json"));
    expect(stats).toMatchObject({ hits: 1, stored: 2 });
    const purged = JSON.parse(await folder.output("cache", "purge", "--entry", entry, "--json"));
    expect(purged).toEqual({ removed: 1 });
    expect((await ask("a")).cache).toBe("miss");
    expect((await ask("b")).cache).toBe("hit");
    expect((await folder.run("cache", "purge", "--workload", "b")).stderr).toBe("Taken out of the cache: 1.\n");
    expect((await ask("b")).cache).toBe("miss");
    for (const wrong of [[], ["--entry", "x", "--workload", "b"]]) {
      const { code, stderr } = await folder.run("cache", "purge", ...wrong);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/--entry ID or --workload NAME, one of them/)]);
    }
    // Nothing of these requests is left behind in the database.
    const database = new DatabaseSync(folder.database, { readOnly: true });
    expect(database.prepare("SELECT count(*) AS count FROM wishes").get()).toEqual({ count: 0 });
    database.close();
  });

  test("a key gets another secret: the former one is refused, and its caps and limits stay", async () => {
    await ask("a");
    const rotated: { readonly key: string; readonly id: string } = JSON.parse(
      await folder.output("keys", "rotate", key.slice(3, 11), "--json"),
    );
    expect(rotated).toMatchObject({ id: key.slice(3, 11), monthlyTokenQuota: 60_000_000 });
    expect(rotated.key).not.toBe(key);
    expect((await ask("a", rotated.key)).cache).toBe("hit");
    let refused: unknown;
    while (refused === undefined) {
      refused = await ask("a").then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(refused).toMatchObject({ status: 401, code: "tessera_key_invalid" });
    await folder.output("keys", "revoke", rotated.id);
    const again = await folder.run("keys", "rotate", rotated.id);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/is revoked/)]);
  });

  test("a workload is paused and treated as before again", async () => {
    await ask("a");
    await folder.output("workloads", "set", "a", "m4=off");
    await folder.output("workloads", "pause", "a");
    while ((await ask("a")).cache === "hit");
    expect((await ask("a")).cache).toBe("bypass");
    expect(JSON.parse(await folder.output("workloads", "show", "a", "--json"))).toMatchObject({
      paused: true,
      mechanics: { m2: false, m4: false },
      models: [{ model: "gpt-4o", upstream: "openai" }],
    });
    await folder.output("workloads", "resume", "a");
    while ((await ask("a")).cache !== "hit");
    expect(JSON.parse(await folder.output("workloads", "show", "a", "--json"))).toMatchObject({
      mechanics: { m2: true, m4: false },
    });
  });
});

test("without a gateway the cache is purged all the same", async () => {
  await ask("a");
  expect(await gateway.stop()).toBe(0);
  expect(JSON.parse(await folder.output("cache", "stats", "--json"))).toMatchObject({ entries: 1 });
  expect(JSON.parse(await folder.output("cache", "purge", "--workload", "a", "--json"))).toEqual({ removed: 1 });
  gateway = await folder.serve();
  expect((await ask("a")).cache).toBe("miss");
});
