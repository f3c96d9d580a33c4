import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "@tesserae/tessen/serve";
import { GatewayFolder } from "./tessera-command.ts";

test("statements and a page for everyone are made of a ledger that is whole, with the operator's own prices, and of no other", async () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  const provider = await startServer({ script: { rules: [{ answer: { text: "Yes.", usage } }] } });
  onTestFinished(() => provider.close());
  const folder = new GatewayFolder({
    auth: { mode: "open" },
    upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
    prices: { overrides: [{ provider: "openai", model: "gpt-4o", input: 20, output: 80 }] },
    fee: { mode: "success-fee", rate: 0.2 },
  });
  const gateway = await folder.serve();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1/openai`, apiKey: "sk-1" });
  const messages = [{ role: "user" as const, content: "Yes?" }];
  for (let count = 0; count < 3; count += 1) await client.chat.completions.create({ model: "gpt-4o", messages });
  expect(await gateway.stop()).toBe(0);
  expect(provider.requests).toHaveLength(1);

  const month = new Date().toISOString().slice(0, 7);
  const statement = ["ledger", "statement", "--month", month];
  // One of three was paid for, and 40 dollars saved: a fifth of that.
  expect(JSON.parse(await folder.output(...statement, "--json"))).toMatchObject([
    {
      tenant: "local",
      month,
      requests: "3",
      original_usd: "60.00",
      actual_usd: "20.00",
      savings_usd: "40.00",
      savings_by_mechanic_usd: { m2: "40.00" },
      fee_usd: "8.00",
      submitted_tokens: "3000000",
    },
  ]);
  expect(await folder.output(...statement, "--format", "csv")).toMatch(
    new RegExp(`^tenant,month,item,of,value\n(.*\n)*local,${month},fee,,8\\.00\n(.*\n)*local,${month},checkpoint,`),
  );
  expect(await folder.output(...statement)).toMatch(/^Tenant local, .*\n(.*\n)* +to pay +8\.00\n/);
  expect((await folder.run("ledger", "statement")).stderr).toMatch(/^The ledger has no requests in \d{4}-\d\d\.\n$/);
  for (const wrong of [
    ["--month", "2026"],
    ["--format", "pdf"],
  ]) {
    const { code, stderr } = await folder.run("ledger", "statement", ...wrong);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--(month|format) takes/)]);
  }

  await folder.output("ledger", "publish", "public");
  const files = join(folder.path, "public");
  expect(readdirSync(files).sort()).toEqual(["checkpoints.jsonl", "index.html", "rows.csv", "totals.json"]);
  expect(readFileSync(join(files, "index.html"), "utf8")).toContain("<td>60.00</td><td>20.00</td><td>40.00</td>");

  const database = new DatabaseSync(folder.database);
  database.exec("UPDATE ledger_rows SET actual = actual + 1 WHERE id = (SELECT max(id) FROM ledger_rows)");
  database.close();
  for (const command of [statement, ["ledger", "publish", "other"]]) {
    const { code, stdout, stderr } = await folder.run(...command);
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(/^The ledger is not whole: row 3 of chain/)]);
  }
});
