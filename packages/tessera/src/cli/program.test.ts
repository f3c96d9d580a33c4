import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findGateway } from "../find-gateway.ts";

const ENTRY = fileURLToPath(new URL("../../bin/from-source.js", import.meta.url));
let folder = "";
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-cli-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function begin(args: readonly string[], environment: Record<string, string> = {}): ReturnType<typeof spawn> {
  const env = { PATH: process.env["PATH"], TESSERA_HOME: join(folder, "home"), NODE_NO_WARNINGS: "1", ...environment };
  const child = spawn(process.execPath, ["--conditions=source", ENTRY, "main", ...args], { cwd: folder, env });
  children.push(child);
  return child;
}

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

async function run(args: readonly string[], environment?: Record<string, string>): Promise<Ended> {
  const child = begin(args, environment);
  if (child.stdout === null || child.stderr === null) throw new Error("no streams");
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: Number(code), output, errors };
}

const status = (url: string, key: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { "x-tessera-api-key": key };
    get(url, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });

describe("help and bad usage", () => {
  test.each([
    [["--help"], /serve .*init .*doctor .*keys .*workloads .*caps .*ledger .*Exit codes:\n  0  done/s],
    [["serve", "--help"], /--json.*--port.*Example:.*Exit codes:/s],
    [["keys", "--help"], /create .*list .*rotate .*revoke /s],
    [["caps", "set", "--help"], /--window.*--usd.*--tokens.*--mode/s],
    [["ledger", "--help"], /verify .*prove .*checkpoint .*statement .*publish .*export /s],
    [["ledger", "prove", "--help"], /--check.*--public-key/s],
    [["ledger", "verify", "--help"], /3 {2}a snapshot of prices that rows refer to is missing/],
  ])("%j", async (args, expected) => {
    const { code, output } = await run(args);
    expect([code, output]).toEqual([0, expect.stringMatching(expected)]);
  });

  test.each([
    [[], /Usage: tessera/],
    [["srve"], /tessera: unknown command 'srve'.*See tessera --help/],
    [["keys"], /tessera keys: A command is missing\. See tessera keys --help/],
    [["keys", "list", "--nope"], /tessera keys list: unknown option '--nope'/],
    [["keys", "revoke"], /missing required argument 'id'/],
    [["serve", "--port", "70000"], /--port takes a whole number from 0 to 65535, not "70000"/],
    [["keys", "create", "--rpm", "fast"], /--rpm takes a whole number of at least 1, not "fast"/],
    [["keys", "create", "--monthly-tokens", "many"], /--monthly-tokens takes a whole number or none/],
    [["keys", "revoke", "ABCDEFGH"], /There is no key ABCDEFGH/],
    [["caps", "set", "team", "x", "--window", "day", "--usd", "1"], /scope must be one of workload, key/],
    [["caps", "set", "workload", "--window", "day", "--usd", "1"], /subject is missing/],
    [["caps", "set", "global", "--window", "day"], /needs a limit: usd or tokens/],
    [["caps", "set", "global", "--window", "day", "--usd", "lots"], /usd must be an amount of dollars/],
    [["workloads", "set", "triage", "m1=on"], /\/mechanics\/m1 can only be off/],
    [["workloads", "set", "triage", "complianceTier=secret"], /complianceTier must be one of standard, regulated/],
    [["workloads", "set", "triage", "m2"], /"m2" is no assignment/],
    [["workloads", "set", "a b", "m2=on"], /"a b" cannot name a workload/],
    [["ledger", "export", "--format", "xml"], /--format takes csv or jsonl/],
    [["ledger", "export", "--from", "soon"], /--from takes a date/],
    [["prices", "show", "gpt-4o", "--upstream", "azure"], /--upstream is "azure"; there are openai, anthropic/],
    [["serve", "--config", "missing.yaml"], /missing\.yaml cannot be read/],
  ])("%j is told in one line, with exit code 2", async (args, expected) => {
    const { code, output, errors } = await run(args);
    expect([code, output]).toEqual([2, ""]);
    expect(errors).toMatch(expected);
    expect(errors).not.toContain("    at ");
  });

  test("a variable that looks like a setting and is none is told, by every command", async () => {
    for (const args of [["serve"], ["doctor"], ["keys", "list"]]) {
      const { code, errors } = await run(args, { TESSERA_AUTH_MOD: "open" });
      expect([args, code]).toEqual([args, 2]);
      expect(errors).toMatch(/the environment cannot be used:\n +TESSERA_AUTH_MOD .* did you mean TESSERA_AUTH_MODE\?/);
    }
  });

  test.skipIf(!existsSync("/proc/version"))("a folder that cannot be made is told in one line", async () => {
    const { code, errors } = await run(["serve"], { TESSERA_HOME: "/proc/tessera-nowhere" });
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^tessera serve: The folder .* cannot be made: ENOENT.*\n$/),
    ]);
  });

  test("a bad configuration is told with every pointer, by every command", async () => {
    writeFileSync(join(folder, "tessera.config.yaml"), "lisen: {}\nauth: { mode: maybe }\n");
    for (const args of [["serve"], ["keys", "list"], ["ledger", "verify"], ["doctor"]]) {
      const { code, errors } = await run(args);
      expect([args, code]).toEqual([args, 2]);
      expect(errors).toMatch(
        /tessera\.config\.yaml cannot be used:\n +\/auth\/mode must be one of.*\n +\/lisen is not known/,
      );
    }
  });
});

describe("keys", () => {
  test("are shown once: created, listed without the secret, refused by a running gateway after they are revoked", async () => {
    const made = await run(["keys", "create", "--label", "research", "--rpm", "600"]);
    expect(made.output).toMatch(/^tk_[0-9A-Z]{8}_[\w-]{43}\n$/);
    expect(made.errors).toContain("the only time");
    const key = made.output.trim();
    const [id, secret] = [key.slice(3, 11), key.slice(12)];

    const listed = await run(["keys", "list"]);
    expect(listed.output).toMatch(/^ID +TENANT +LABEL +CREATED +LAST USED +STATE\n/);
    expect(listed.output.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "TIME")).toMatch(
      new RegExp(`\n${id} +default +research +TIME +never +valid\n$`),
    );
    const asJson = await run(["keys", "list", "--json"]);
    expect(JSON.parse(asJson.output)).toEqual([
      expect.objectContaining({ id, label: "research", rpm: 600, monthlyTokenQuota: 60_000_000 }),
    ]);
    for (const { output, errors } of [listed, asJson]) expect(output + errors).not.toContain(secret.slice(0, 8));

    const serving = begin(["serve", "--port", "0", "--json"]);
    if (serving.stdout === null) throw new Error("no output");
    const lines = createInterface(serving.stdout)[Symbol.asyncIterator]();
    const { url } = JSON.parse((await lines.next()).value ?? "") as { url: string };
    expect(await findGateway(join(folder, "home"))).toMatchObject({ url, pid: serving.pid });
    // A path that nobody knows: 404 for who has a key, 401 for who has none.
    expect(await status(`${url}/v1/nowhere`, key)).toBe(404);
    expect((await run(["keys", "revoke", id])).errors).toContain(`The key ${id} is revoked.`);
    while ((await status(`${url}/v1/nowhere`, key)) !== 401);

    serving.kill("SIGTERM");
    const [code] = await once(serving, "close");
    expect(code).toBe(0);
    expect(await findGateway(join(folder, "home"))).toBeUndefined();
    expect((await run(["keys", "list"])).output).toMatch(/revoked \d{4}/);
    expect(JSON.parse((await run(["keys", "revoke", id, "--json"])).output)).toEqual({ id, revoked: false });
  });

  test("of another kind look after the gateway: a table of their own, a role, and no request", async () => {
    const made = await run(["keys", "create", "--admin", "--role", "operator", "--label", "ops", "--json"]);
    const { key, id, role }: { key: string; id: string; role: string } = JSON.parse(made.output);
    expect([key.slice(0, 3), role]).toEqual(["ta_", "operator"]);
    expect((await run(["keys", "list", "--admin"])).output).toMatch(new RegExp(`\n${id} +operator +ops +.* valid\n$`));
    expect((await run(["keys", "list"])).errors).toContain("There are no keys");
    for (const verb of ["revoke", "rotate"]) {
      const { code, errors } = await run(["keys", verb, id]);
      expect([code, errors]).toEqual([
        2,
        expect.stringContaining(`${id} is an admin key: \`tessera keys revoke ${id} --admin`),
      ]);
    }
    expect((await run(["keys", "revoke", id, "--admin"])).errors).toContain("is revoked");
    for (const [args, message] of [
      [["--role", "admin"], /--role is for admin keys/],
      [["--admin", "--role", "king"], /--role takes viewer, operator, admin, not "king"/],
      [["--admin", "--rpm", "5"], /An admin key has a role and nothing of --rpm/],
    ] as const) {
      const { code, errors } = await run(["keys", "create", ...args]);
      expect([code, errors]).toEqual([2, expect.stringMatching(message)]);
    }
  });

  test("take a policy", async () => {
    const options = ["--models", "gpt-*, claude-*", "--workloads", "team/*", "--workload", "w", "--expires", "1"];
    const { output } = await run([
      "keys",
      "create",
      "--json",
      "--monthly-tokens",
      "none",
      "--tenant",
      "acme",
      ...options,
    ]);
    const made: Record<string, unknown> = JSON.parse(output);
    expect(made).toMatchObject({
      key: expect.stringMatching(/^tk_/),
      tenant: "acme",
      allowedModels: ["gpt-*", "claude-*"],
      allowedWorkloads: ["team/*"],
      boundWorkload: "w",
    });
    expect(made["monthlyTokenQuota"]).toBeUndefined();
    expect(Number(made["expiresAt"]) - Number(made["createdAt"])).toBeGreaterThanOrEqual(86_400_000 - 1000);
  });
});

test("init writes a configuration that can be used, and the first key where only its owner reads it", async () => {
  const made = await run(["init", "--json"]);
  const { config, keyFile }: { config: string; keyFile: string } = JSON.parse(made.output);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const key = readFileSync(keyFile, "utf8").trim();
  expect(made.output + made.errors).not.toContain(key.slice(12, 20));
  expect(existsSync(config)).toBe(true);
  expect((await run(["keys", "list", "--json"])).output).toContain('"label":"first"');
  const again = await run(["init"]);
  expect([again.code, again.errors]).toEqual([2, expect.stringContaining("exists and stays as it is")]);
  const doctor = await run(["doctor", "--offline", "--json"]);
  expect(doctor.code).toBe(0);
  expect(JSON.parse(doctor.output)).toContainEqual({ check: "keys", state: "ok", detail: "1 can be used" });
});

test("migrate says which steps the tables have taken", async () => {
  const first = JSON.parse((await run(["migrate", "--json"])).output);
  expect(first.taken).toEqual(expect.arrayContaining(["ledger 1", "cache 3", "admin-keys 1"]));
  expect(first.steps.length).toBe(first.taken.length);
  const again = await run(["migrate"]);
  expect([again.code, again.errors]).toEqual([0, expect.stringContaining("was up to date")]);
  expect(again.output).toMatch(/^TABLES +STEP +NAME +TAKEN\nadmin-keys +1 +admin keys +\d{4}-/);
  // Everything that a gateway has is known to it.
  const serving = begin(["serve", "--port", "0", "--json"]);
  if (serving.stdout !== null) await once(serving.stdout, "data");
  expect(await run(["migrate"])).toMatchObject({ code: 1, errors: expect.stringContaining("open for writing") });
  serving.kill("SIGTERM");
  await once(serving, "close");
  expect(JSON.parse((await run(["migrate", "--json"])).output)).toMatchObject({ taken: [], steps: first.steps });
});

test("caps are set, listed and taken away", async () => {
  await run(["caps", "set", "workload", "triage", "--window", "day", "--usd", "5"]);
  await run(["caps", "set", "global", "--window", "month", "--tokens", "1000", "--mode", "warn"]);
  expect((await run(["caps", "list"])).output).toBe(
    [
      "SCOPE     SUBJECT  WINDOW  LIMIT        SPENT     MODE",
      "global    -        month   1000 tokens  0 tokens  warn",
      "workload  triage   day     $5.00        $0.00     block",
      "",
    ].join("\n"),
  );
  const removed = await run(["caps", "set", "global", "--window", "month", "--tokens", "0", "--remove", "--json"]);
  expect(JSON.parse(removed.output)).toMatchObject({ scope: "global", removed: true });
  expect(JSON.parse((await run(["caps", "list", "--json"])).output)).toEqual([
    {
      scope: "workload",
      subject: "triage",
      window: "day",
      unit: "usd",
      limit: "5000000000000",
      mode: "block",
      limit_usd: "5.00",
      spent: "0",
    },
  ]);
});

test("workloads are set, shown, merged and listed", async () => {
  expect((await run(["workloads", "list"])).errors).toContain("There are no workloads yet");
  await run(["workloads", "set", "triage", "m4=off", "cache.ttlSeconds=600", "cache.maxTemperature=0.5"]);
  await run(["workloads", "set", "triage", "cache.maxTemperature=default"]);
  expect((await run(["workloads", "show", "triage"])).output).toBe(
    [
      "triage (tenant default)",
      "  complianceTier             standard",
      "  baselineModelPolicy        requested",
      "  m2                         on",
      "  m4                         off",
      "  cache.scope                workload",
      "  cache.ttlSeconds           600",
      "  cache.bindCredential       true",
      "  cache.ignoreUser           false",
      "  cache.maxTemperature       null",
      "  cache.maxReplaysPerMinute  null",
      "",
    ].join("\n"),
  );
  await run(["workloads", "set", "health", "complianceTier=regulated"]);
  expect(JSON.parse((await run(["workloads", "show", "health", "--json"])).output)).toMatchObject({
    complianceTier: "regulated",
    mechanics: { m2: false, m4: false },
  });
  await run(["workloads", "set", "health", "complianceTier=default"]);
  await run(["workloads", "merge", "auto:0123456789", "triage"]);
  expect(JSON.parse((await run(["workloads", "list", "--json"])).output)).toEqual([
    expect.objectContaining({ name: "auto:0123456789", mergedInto: "triage" }),
    expect.objectContaining({ name: "health", complianceTier: "standard", mechanics: { m2: true, m4: true } }),
    expect.objectContaining({ name: "triage", mechanics: { m2: true, m4: false } }),
  ]);
});

test("prices are shown as they hold at each upstream, those of the operator before those of the release", async () => {
  const overrides = [
    {
      provider: "openai",
      model: "gpt-4o",
      input: 2,
      output: "8.5",
      tiers: [{ above: 1000, input: 4 }],
      maxOutputTokens: 9,
    },
  ];
  writeFileSync(join(folder, "tessera.config.json"), JSON.stringify({ prices: { overrides } }));
  expect((await run(["prices", "show", "gpt-4o-2024-08-06", "--upstream", "openai"])).output).toBe(
    [
      "gpt-4o-2024-08-06 at openai: the price of operator/openai/gpt-4o",
      "  input                             $2.00 a million tokens",
      "  output                            $8.50 a million tokens",
      "  input above 1000 tokens of input  $4.00 a million tokens",
      "  longest answer                    9 tokens",
      "  context window                    128000 tokens",
      "",
    ].join("\n"),
  );
  expect(JSON.parse((await run(["prices", "show", "nobody", "--json"])).output)).toEqual([
    { upstream: "openai", model: "nobody", limits: {}, name: null, price: null },
    { upstream: "anthropic", model: "nobody", limits: {}, name: null, price: null },
  ]);
});

test("prices are synced from lists that agree, shown where they do not, and set by the operator", async () => {
  const ours = { litellm_provider: "openai", input_cost_per_token: 5e-6, output_cost_per_token: 1.5e-5 };
  const dear = { ...ours, output_cost_per_token: 2e-5 };
  writeFileSync(join(folder, "l.json"), JSON.stringify({ "gpt-4o": ours, "gpt-4o-mini": dear }));
  const cost = { cost: { input: 5, output: 15 } };
  writeFileSync(
    join(folder, "m.json"),
    JSON.stringify({ openai: { models: { "gpt-4o": cost, "gpt-4o-mini": cost } } }),
  );
  const synced = await run(["prices", "sync", "--from", "l.json", "--from", "m.json"]);
  expect([synced.code, synced.errors]).toEqual([0, expect.stringMatching(/^litellm, models\.dev agree on 1 models/)]);
  expect((await run(["prices", "show", "gpt-4o", "--upstream", "openai"])).output).toMatch(
    /synced\/openai\/gpt-4o\n +input +\$5\.00/,
  );
  expect((await run(["prices", "diff"])).output).toMatch(
    /\nopenai +gpt-4o-mini +output +litellm 20\.00, models\.dev 15\.00\n$/,
  );
  await run(["prices", "override", "openai", "gpt-4o", "--input", "1.25", "--output", "2"]);
  expect((await run(["prices", "show", "gpt-4o", "--upstream", "openai"])).output).toMatch(
    /operator\/openai.*\$1\.25/s,
  );
  await run(["prices", "override", "openai", "gpt-4o", "--remove"]);
  expect((await run(["prices", "show", "gpt-4o", "--upstream", "openai"])).output).toMatch(/synced\/openai/);
  for (const [args, message] of [
    [["sync", "--from", "l.json"], /two at least/],
    [["sync", "--from", "l.json", "--from", "l.json"], /same source twice/],
    [["sync", "--from", "l.json", "--from", "gone.json"], /gone\.json cannot be read/],
    [["sync", "--from", "l.json", "--from", "http://prices.example/x"], /must be https/],
    [["override", "openai", "x", "--input", "1"], /needs --input and --output/],
    [["override", "openai", "x", "--input", "1", "--output", "0.0000001"], /at most six digits/],
    [["override", "openai", "x", "--remove"], /No price was set/],
    [["override", "opnai", "x", "--input", "1", "--output", "1"], /No upstream is called opnai.*openai, anthropic/],
  ] as const) {
    const { code, errors } = await run(["prices", ...args]);
    expect([args, code, errors]).toEqual([args, 2, expect.stringMatching(message)]);
  }
});

test("the ledger is checked and exported; without one the exit code is 2", async () => {
  const none = await run(["ledger", "verify"]);
  expect([none.code, none.output]).toEqual([2, expect.stringContaining("There is no database")]);
  await run(["caps", "list"]);
  const { code, output } = await run(["ledger", "verify"]);
  expect([code, output]).toEqual([0, expect.stringMatching(/^The ledger is whole: 0 rows in 0 chains/)]);
  expect(JSON.parse((await run(["ledger", "verify", "--json"])).output)).toMatchObject({ exitCode: 0, actual: "0" });
  expect((await run(["ledger", "export"])).output).toMatch(/^entry_id,workload_id,recorded_at,.*\n$/);
});

test("doctor names what is wrong and what to do", async () => {
  await run(["keys", "list"]);
  const database = join(folder, "home", "tessera.db");
  const warned = await run(["doctor", "--offline"]);
  expect(warned.code).toBe(0);
  expect(warned.output).toMatch(/^warning +keys +there is none that can be used: tessera keys create$/m);
  chmodSync(`${database}.pepper`, 0o644);
  const { code, output } = await run(["doctor", "--offline"]);
  expect([code, output]).toEqual([1, expect.stringMatching(/^problem +files +others can read .*pepper: chmod 600/m)]);
  writeFileSync(join(folder, ".env.local"), "A=1\nOPENAI_API_KEY=sk-1\n", { mode: 0o644 });
  writeFileSync(join(folder, ".env"), "OPENAI_API_KEY=sk-1\n", { mode: 0o600 });
  const exposed = (await run(["doctor", "--offline"])).output;
  expect(exposed).toMatch(/^problem +environment +others can read .*\.env\.local, which holds keys: chmod 600/m);
  expect(exposed).toMatch(/^ok +store +can be written within \d+ ms$/m);
  expect(exposed).not.toContain("sk-1");
  const other = await run(["doctor", "--offline"], { TESSERA_PEPPER: "another pepper than that of the keys" });
  expect([other.code, other.output]).toEqual([1, expect.stringMatching(/^problem +keys +.*another pepper/m)]);
});

test("a second gateway on the same database, and an address that others can reach, are refused in one line", async () => {
  const reachable = await run(["serve", "--host", "0.0.0.0", "--port", "0"]);
  expect([reachable.code, reachable.errors]).toEqual([2, expect.stringContaining("there is no key yet")]);
  const serving = begin(["serve", "--port", "0", "--json"]);
  if (serving.stdout !== null) await once(serving.stdout, "data");
  const second = await run(["serve", "--port", "0"]);
  expect([second.code, second.errors]).toEqual([1, expect.stringContaining("open for writing in another place")]);
});
