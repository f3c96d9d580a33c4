import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { read } from "@tesserae/tessen/events";
import { temporaryFolder } from "./temporary-folder.ts";

const PACKAGES = resolve(import.meta.dirname, "../../packages");
const DOLLARS = String.raw`\$0(?:\.\d+)?`;

interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the three commands as a user does who has set nothing but their home. */
async function command(home: string, name: string, ...args: readonly string[]): Promise<CommandEnd> {
  const child = spawn(process.execPath, [join(PACKAGES, name, "bin", `${name}.js`), ...args], {
    // Nobody answers at that address, whatever runs on this machine.
    env: { PATH: process.env["PATH"], HOME: home, OLLAMA_HOST: "127.0.0.1:9" },
    cwd: home,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

/** What the last lines of the demo say under a name. */
function said(demo: CommandEnd, name: string): string {
  return new RegExp(`^${name} +(.*)$`, "m").exec(demo.stdout)?.[1] ?? "";
}

const dollars = (line: string): number => Number(/\$(\d+(?:\.\d+)?)/.exec(line)?.[1] ?? Number.NaN);

describe("the demo, twice in one home", () => {
  test("is cheaper the second time, and everything that it cost is recorded, shown and in the ledger", async () => {
    const home = temporaryFolder();
    const first = await command(home, "tesserae", "demo");
    const second = await command(home, "tesserae", "demo");
    for (const demo of [first, second]) {
      expect(demo.code).toBe(0);
      for (const name of ["Tokens", "Cost", "Saved", "Recording", "Calls"]) expect(said(demo, name)).not.toBe("");
    }
    expect(said(second, "Tokens")).toBe(said(first, "Tokens"));
    expect(said(first, "Saved")).toMatch(/none of \d+ calls answered from its cache/);
    expect(said(second, "Saved")).toMatch(/all \d+ calls answered from its cache/);
    const cost = dollars(said(first, "Cost"));
    expect(cost).toBeGreaterThan(0);
    expect(dollars(said(second, "Cost"))).toBe(0);
    expect(dollars(said(second, "Saved"))).toBe(cost);

    const events = [...read("tesserae-demo", { logDir: join(home, ".tessen", "logs") })];
    const calls = events.filter(({ call_type }) => call_type === "request");
    const count = Number(/(\d+) calls/.exec(said(first, "Saved"))?.[1]);
    expect(calls).toHaveLength(2 * count);

    // The viewer: every call with agent, tokens, cost and timing.
    const viewer = await command(home, "tessen", "viewer", "tesserae-demo", "-n", String(events.length));
    expect(viewer.code).toBe(0);
    const blocks = new Map(
      viewer.stdout.split(/^── (?=evt_)/m).map((block) => [block.slice(0, block.indexOf(" ")), block]),
    );
    for (const { event_id, agent_path = [], usage } of calls) {
      const block = blocks.get(event_id) ?? "";
      expect(block).toMatch(
        new RegExp(`openai  gpt-5-mini  chat\\.completions\\.create  ok/200  \\d+ms  .*${DOLLARS}`),
      );
      expect(block).toContain(`agent ${agent_path.join("/")}, run `);
      const tokens = `${usage?.input_tokens} tokens in, ${usage?.output_tokens} out`;
      expect(block.replaceAll(/(\d),(\d)/g, "$1$2")).toMatch(new RegExp(`usage: ${tokens}, ${DOLLARS}$`, "m"));
    }
    expect(new Set(calls.map(({ agent_path }) => agent_path?.join("/")))).toEqual(
      new Set(["team/planner", "team/analyst", "team/writer"]),
    );

    // The analysis: the sums that the demo named.
    const analysis = await command(home, "tessen", "analyze", "tesserae-demo", "--json");
    expect(analysis.code).toBe(0);
    const report: {
      readonly total_cost_usd: number;
      readonly tokens: { readonly input: number; readonly output: number };
      readonly runs: readonly { readonly outcome: string; readonly calls: number }[];
    } = JSON.parse(analysis.stdout);
    expect(report.total_cost_usd).toBeCloseTo(cost, 4);
    const [tokensIn, tokensOut] = said(first, "Tokens").replaceAll(",", "").match(/\d+/g) ?? [];
    expect(report).toMatchObject({
      call_types: { request: 2 * count, run: 2 },
      error_events: 0,
      corrupt_lines: 0,
      tokens: { input: 2 * Number(tokensIn), output: 2 * Number(tokensOut) },
      runs: [
        { outcome: "success", calls: count },
        { outcome: "success", calls: count },
      ],
    });

    // The ledger: whole, and of the same money.
    const ledger = await command(home, "tessera", "ledger", "verify", "--json");
    expect(ledger.code).toBe(0);
    const verified: { readonly actual: string; readonly original: string; readonly verifiedSavings: string } =
      JSON.parse(ledger.stdout);
    expect(Number(verified.actual)).toBe(Math.round(report.total_cost_usd * 1e12));
    expect(BigInt(verified.original)).toBe(2n * BigInt(verified.actual));
    expect(verified.verifiedSavings).toBe(verified.actual);
    const told = await command(home, "tessera", "ledger", "verify");
    expect([told.code, told.stdout]).toEqual([0, expect.stringMatching(/^The ledger is whole: /)]);
  });
});
