import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import OpenAI from "openai";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { startServer } from "@tesserae/tessen/serve";
import { GatewayFolder } from "./tessera-command.ts";

let folder: GatewayFolder;
/** The ids of two requests, as their answers named them. */
let ids: readonly string[] = [];
const file = (name: string): string => join(folder.path, name);

function write(name: string, key: KeyObject): void {
  writeFileSync(file(name), key.export({ type: "spki", format: "pem" }));
}

/** A ledger that a gateway has signed in a process of its own. */
beforeEach(async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const provider = await startServer({ script: { rules: [{ answer: { text: "Yes." } }] } });
  onTestFinished(() => provider.close());
  folder = new GatewayFolder(
    {
      auth: { mode: "open" },
      upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
    },
    { TESSERA_LEDGER_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString() },
  );
  write("trusted.pem", publicKey);
  write("other.pem", generateKeyPairSync("ed25519").publicKey);
  const gateway = await folder.serve();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1/openai`, apiKey: "sk-1" });
  const ask = async (content: string): Promise<string> => {
    const body = { model: "gpt-4o", messages: [{ role: "user" as const, content }] };
    const { response } = await client.chat.completions.create(body).withResponse();
    return response.headers.get("x-tessera-request-id") ?? "";
  };
  ids = [await ask("1?"), await ask("2?")];
  expect(await gateway.stop()).toBe(0);
});

test("a request is proven to be in the ledger, to somebody who has the proof and the public key alone", async () => {
  writeFileSync(file("proof.json"), await folder.output("ledger", "prove", ids[1] ?? ""));
  const check = ["ledger", "prove", "--check", file("proof.json")];
  const trusting = await folder.run(...check, "--public-key", file("trusted.pem"));
  expect([trusting.code, trusting.stderr]).toEqual([0, ""]);
  expect(trusting.stdout).toMatch(
    /^Proven: request of 2.*Z, gpt-4o, \$\d.* paid: row 2 of chain local-.*, signed by \w{16}\.\n$/,
  );
  const other = await folder.run(...check, "--public-key", file("other.pem"));
  expect([other.code, other.stdout]).toEqual([
    1,
    expect.stringMatching(/^The proof does not hold: .*not among the given/),
  ]);
  const believing = await folder.run(...check);
  expect([believing.code, believing.stderr]).toEqual([0, expect.stringMatching(/^warning: .*--public-key/)]);
  writeFileSync(file("proof.json"), readFileSync(file("proof.json"), "utf8").replace("gpt-4o", "gpt-4x"));
  expect((await folder.run(...check)).code).toBe(1);

  const like = ["0", "1", "2"].map((end) => `${(ids[0] ?? "").slice(0, -1)}${end}`);
  const unknown = await folder.run("ledger", "prove", like.find((id) => !ids.includes(id)) ?? "");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/has no row of the request tsr_/)]);
  const both = await folder.run("ledger", "prove");
  expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/Name a request to prove, or a proof/)]);
});

test("rows are sealed on demand, by a gateway that runs, and after one that did not end well", async () => {
  const none = JSON.parse(await folder.output("ledger", "checkpoint", "--json"));
  expect(none).toMatchObject({ checkpoint: { rows: 2 }, unsealed_rows: 0 });
  const gateway = await folder.serve();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1/openai`, apiKey: "sk-1" });
  const messages = [{ role: "user" as const, content: "3?" }];
  const { response } = await client.chat.completions.create({ model: "gpt-4o", messages }).withResponse();
  const id = response.headers.get("x-tessera-request-id") ?? "";
  const early = await folder.run("ledger", "prove", id);
  expect([early.code, early.stderr]).toEqual([
    1,
    expect.stringMatching(/No checkpoint seals row 2 .*tessera ledger checkpoint/),
  ]);
  // The first row of a chain names the chain before it.
  expect(await folder.output("ledger", "checkpoint")).toMatch(
    /^The newest checkpoint is of 2.*: 2 rows up to row 2 of chain/,
  );
  expect(JSON.parse(await folder.output("ledger", "prove", id))).toMatchObject({ request_id: id });
  await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "4?" }] });
  await gateway.crash();
  const after = JSON.parse(await folder.output("ledger", "checkpoint", "--json"));
  expect(after).toMatchObject({ checkpoint: { rows: 1 }, unsealed_rows: 0 });
  expect(JSON.parse(await folder.output("ledger", "verify", "--json"))).toMatchObject({ exitCode: 0, gaps: 1 });
});

test("the ledger is checked with public keys that are kept elsewhere, in the database and in an export", async () => {
  writeFileSync(file("ledger.jsonl"), await folder.output("ledger", "export", "--format", "jsonl"));
  for (const where of [[], ["--from-export", file("ledger.jsonl")]]) {
    const verify = ["ledger", "verify", ...where];
    const trusted = ["--public-key", file("other.pem"), "--public-key", file("trusted.pem")];
    const { code, stdout, stderr } = await folder.run(...verify, ...trusted);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^The ledger is whole: 2 rows in 1 chains, 1 checkpoints \(1 signed, over 2 rows\)/);
    const other = await folder.run(...verify, "--public-key", file("other.pem"));
    expect([other.code, other.stdout]).toEqual([
      1,
      expect.stringMatching(/field key_id: .* whose public key is not known/),
    ]);
  }
  writeFileSync(file("none.pem"), "no key");
  const none = await folder.run("ledger", "verify", "--public-key", file("none.pem"));
  expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/none\.pem holds no Ed25519 public key/)]);
  const missing = await folder.run("ledger", "verify", "--public-key", file("missing.pem"));
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/What --public-key names cannot be read/)]);
});
