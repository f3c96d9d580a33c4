import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isObject } from "@tesserae/core";
import { startServer, type TrafficServer } from "@tesserae/tessen/serve";
import { settingsFrom, startGateway } from "@tesserae/tessera";
import { assistant, openAIModel, roundRobin } from "../testing/component-files.ts";
import { runCommandLine, type CommandEnd } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

let folder: TemporaryFolder;
let provider: TrafficServer;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = new TemporaryFolder();
  provider = await startServer({ script: { rules: [{ answer: { text: "Yes." } }] } });
  // The provider is at OpenAI's address, as far as the command knows: its prices hold.
  environment = { TESSERAE_RUNS_DIR: folder.path, OPENAI_BASE_URL: `${provider.url}/v1` };
});
afterEach(async () => {
  await provider.close();
  folder.remove();
});

const tesserae = (...args: readonly string[]): Promise<CommandEnd> => runCommandLine(args, { environment });

function writeTeam(): string {
  const model = openAIModel(`${provider.url}/v1`);
  return folder.write(
    "team.json",
    roundRobin([assistant("first", model), assistant("second", model)], { max_turns: 2 }),
  );
}

async function shown(run = "last"): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await tesserae("show", run, "--json");
  const json: unknown = JSON.parse(stdout);
  return isObject(json) ? json : {};
}

describe("tesserae run --gateway", () => {
  test("starts one for the run where none runs; the same run again is answered from its cache", async () => {
    const file = writeTeam();
    const first = await tesserae("run", file, "Is it so?", "--gateway");
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/2 calls through the gateway · 0 from its cache · paid \$0\.\d+ · saved \$0\.00/);
    const asked = provider.requests.length;
    const second = await tesserae("run", file, "Is it so?", "--gateway");
    expect(second.stderr).toMatch(/2 calls through the gateway · 2 from its cache · paid \$0\.00 · saved \$0\.\d+/);
    expect(provider.requests.length).toBe(asked);
  });

  test("before file and task takes neither for an address, and takes an address for one", async () => {
    const before = await tesserae("run", "--gateway", writeTeam(), "Is it so?");
    expect(before.stderr).toMatch(/2 calls through the gateway/);
    expect(before.code).toBe(0);
    const at = await tesserae("run", "--gateway", "http://127.0.0.1:9", writeTeam(), "Is it so?");
    expect([at.code, at.stderr]).toEqual([1, expect.stringContaining("127.0.0.1:9")]);
    const written = await tesserae("run", "--gateway=http://127.0.0.1:9", writeTeam(), "Is it so?");
    expect(written.stderr).toContain("127.0.0.1:9");
  });

  test("tells the provider nothing of it, and the ledger the run, the agent and the effect of each call", async () => {
    await tesserae("run", writeTeam(), "Is it so?", "--gateway");
    const told = provider.requests.flatMap(({ headers }) => Object.keys(headers));
    expect(told.filter((name) => name.startsWith("x-tesser"))).toEqual([]);
    const { calls } = await shown();
    expect(calls).toEqual([
      expect.objectContaining({
        address: "/team[0]/first[0]!model:reply[0]",
        eventId: expect.stringMatching(/^evt_/),
        requestId: expect.stringMatching(/^tsr_/),
        cache: "miss",
        saved: "0",
      }),
      expect.objectContaining({ address: "/team[0]/second[0]!model:reply[0]", cache: "miss" }),
    ]);
  });

  test("finds the one that runs", async () => {
    const state = join(folder.path, ".tessera");
    const settings = settingsFrom({
      listen: { data: "127.0.0.1:0" },
      auth: { mode: "open" },
      store: { kind: "sqlite", path: join(state, "tessera.db") },
      upstreams: [{ id: "mine", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
    });
    const gateway = await startGateway(settings, { announce: true });
    try {
      const ended = await tesserae("run", writeTeam(), "Is it so?", "--gateway");
      expect(ended.stderr).toContain(`The gateway at ${gateway.url} is used`);
      expect(ended.stderr).toMatch(/2 calls through the gateway/);
      expect(ended.code).toBe(0);
    } finally {
      await gateway.close();
    }
  });

  test("asks the model directly, and says so, where the one that runs does not know its address", async () => {
    const settings = settingsFrom({
      listen: { data: "127.0.0.1:0" },
      auth: { mode: "open" },
      store: { kind: "sqlite", path: join(folder.path, ".tessera", "tessera.db") },
      upstreams: [{ id: "openai", kind: "openai", baseURL: "https://api.openai.com/v1" }],
    });
    const gateway = await startGateway(settings, { announce: true });
    try {
      const ended = await tesserae("run", writeTeam(), "Is it so?", "--gateway");
      expect(ended.stderr).toContain(
        `The gateway knows nothing of ${provider.url}: its calls are sent there directly.`,
      );
      expect(ended.code).toBe(0);
    } finally {
      await gateway.close();
    }
  });

  test("says which address does not answer", async () => {
    const ended = await tesserae("run", writeTeam(), "Is it so?", "--gateway", "http://127.0.0.1:9");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("127.0.0.1:9");
  });
});

describe("tesserae demo", () => {
  test("a second time is answered from the gateway's cache and costs nothing; show joins calls, costs and savings", async () => {
    const first = await tesserae("demo");
    expect(first.stdout).toMatch(/^Tokens {4}[\d,]+ in, [\d,]+ out$/m);
    expect(first.stdout).toMatch(/^Cost {6}\$0\.0\d+, at the list price of gpt-5-mini/m);
    expect(first.stdout).toMatch(/^Saved {5}\$0\.00 by the gateway: none of 7 calls answered from its cache$/m);
    expect(first.stdout).toMatch(/^Recording .*journal\.jsonl$/m);
    const second = await tesserae("demo");
    expect(second.stdout).toMatch(/^Cost {6}\$0\.00, at the list price/m);
    expect(second.stdout).toMatch(/^Saved {5}\$0\.0\d+ by the gateway: all 7 calls answered from its cache$/m);
    const table = await tesserae("show", "last");
    expect(table.stdout).toMatch(/^Saved {6}\$0\.0\d+: 7 of 7 calls from its cache$/m);
    expect(table.stdout.match(/^\d .* model .* hit +\$0\.00 +\$0\.\d+$/gm)).toHaveLength(7);
    expect(await tesserae("replay", "last")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Same: /) });
  });

  test("twice at once: one of them lets the gateway's files go, and both end well", async () => {
    const [one, other] = await Promise.all([tesserae("demo"), tesserae("demo")]);
    expect([one.code, other.code]).toEqual([0, 0]);
  });

  test("--no-gateway asks the model directly, and --no-record writes no log", async () => {
    const ended = await tesserae("demo", "--no-gateway", "--no-record");
    expect(ended.code).toBe(0);
    expect(ended.stdout).not.toMatch(/^Saved|^Calls/m);
    expect((await shown())["calls"]).toEqual([]);
  });

  test("what was interrupted is gone on with through the gateway", async () => {
    const ended = await tesserae("demo", "--max-cost", "0.0005");
    expect(ended.code).toBe(1);
    const resumed = await tesserae("demo", "--resume", "last", "--max-cost", "1");
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toMatch(/^Saved/m);
  });
});
