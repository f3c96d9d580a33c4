import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkPackages } from "../doctor/check-packages.ts";
import { checkRuntime } from "../doctor/check-runtime.ts";
import { checkVariables } from "../doctor/check-variables.ts";
import { runInProcess, type Ran } from "../testing/run-in-process.ts";
import { frameworkEvent, modelCall, NOON } from "../testing/sample-events.ts";
import { SampleLogs } from "../testing/sample-log.ts";
import { doctorCommand } from "./doctor.ts";

let logs: SampleLogs;
beforeEach(() => {
  logs = new SampleLogs();
  chmodSync(logs.path, 0o700);
});
afterEach(() => {
  vi.restoreAllMocks();
  logs.remove();
});

const examine = (environment: Record<string, string> = {}, ...args: readonly string[]): Promise<Ran> =>
  runInProcess(doctorCommand, ["--log-dir", logs.path, ...args], { environment });

test("everything in its section, with a mark", async () => {
  logs.write("demo", [modelCall({ ts: NOON })]);
  const { code, stdout } = await examine({ TESSEN_DURABILITY: "strict" });
  expect(code).toBe(0);
  const sections = stdout.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  expect(sections).toEqual(["runtime", "hook", "tier 3", "variables", "log folder", "SDKs", "out of reach", "agents"]);
  expect(stdout).toContain(`  ✓ Node ${process.versions.node}, tessen 0.1.0, prices genai-prices-`);
  expect(stdout).toContain("  ✓ TESSEN_DURABILITY=strict\n");
  expect(stdout).toContain(`  ✓ ${logs.path} can be written (mode 0700)\n`);
  expect(stdout).toContain("  ✓ openai 6.49.0: calls are recorded at its trunk (tier 1)\n");
  expect(stdout).toContain("  ✓ @anthropic-ai/sdk 1.11.0: calls are recorded at its trunk (tier 1)\n");
  expect(stdout).toContain("  ✓ demo: last event 10s ago\n");
  expect((await examine({}, "--ascii")).stdout).toMatch(/^[\x20-\x7e\n]*$/);
});

test("--json tells the same", async () => {
  const json = JSON.parse((await examine({}, "--json")).stdout) as Record<string, unknown>;
  expect(json).toMatchObject({ command: "doctor", schema_version: 1, ok: true });
  expect(json["checks"]).toContainEqual({
    section: "agents",
    state: "good",
    text: `nothing is recorded in ${logs.path} yet`,
  });
});

test("a folder of logs that is a file is wrong, which gives exit code 1", async () => {
  const file = join(logs.path, "file");
  writeFileSync(file, "");
  const { code, stdout } = await runInProcess(doctorCommand, ["--log-dir", file]);
  expect(code).toBe(1);
  expect(stdout).toContain(`  ✗ ${file} is no folder. Set TESSEN_LOG_DIR to a folder.\n`);
});

test("a folder of logs that others can write to is worth a warning, one that is not there yet is not", async () => {
  chmodSync(logs.path, 0o777);
  expect((await examine()).stdout).toContain(
    `(mode 0777): others can write, too. tessen doctor --fix takes that away.\n`,
  );
  const missing = join(logs.path, "a", "b");
  const { stdout } = await runInProcess(doctorCommand, ["--log-dir", missing]);
  expect(stdout).toContain(`  ✓ ${missing} is not there yet; it will be made\n`);
});

test("--fix takes rights away that others have, and says so", async () => {
  logs.write("demo", [modelCall()]);
  chmodSync(logs.path, 0o777);
  chmodSync(join(logs.path, "demo"), 0o755);
  const { code, stdout, stderr } = await examine({}, "--fix");
  expect(code).toBe(0);
  expect(stderr).toBe(
    `tessen doctor: ${logs.path} had mode 0777, and has 0755 now.\n` +
      `tessen doctor: ${join(logs.path, "demo")} had mode 0755, and has 0700 now.\n`,
  );
  expect(stdout).toContain(`${logs.path} can be written (mode 0755)\n`);
  expect((await examine({}, "--fix")).stderr).toBe("");
});

test("a folder that the recorder refuses is wrong", async () => {
  const link = join(logs.path, "link");
  symlinkSync(logs.path, link);
  const { code, stdout } = await runInProcess(doctorCommand, ["--log-dir", link]);
  expect(code).toBe(1);
  expect(stdout).toContain(`  ✗ ${link} is a symbolic link, which is not followed. The recorder writes nothing there.`);
  vi.spyOn(process, "geteuid").mockReturnValue(4711);
  expect((await examine()).stdout).toMatch(/✗ .* belongs to another user \(\d+\)\. The recorder/);
});

test("a writer that had trouble is told of", async () => {
  const note = { text: "The log could not be written (ENOSPC): 3 events are lost.", data: { lost_events: 3 } };
  logs.write("demo", [frameworkEvent("note", { note }), modelCall()]);
  expect((await examine()).stdout).toContain(
    "  ⚠ demo: The log could not be written (ENOSPC): 3 events are lost.. See",
  );
});

describe("variables", () => {
  test.each([
    [{}, "good", "no TESSEN_ variable is set: defaults"],
    [{ TESSEN_CONTENT: " metadata " }, "good", "TESSEN_CONTENT=metadata"],
    [{ TESSEN_REDACT_PII: "1" }, "good", "TESSEN_REDACT_PII=1"],
    [{ TESSEN_CONTENT: "some" }, "warning", "TESSEN_CONTENT=some: it is none of full, metadata; the default counts"],
    [{ TESSEN_MAX_BODY_BYTES: "1e3" }, "good", "TESSEN_MAX_BODY_BYTES=1e3"],
    [
      { TESSEN_MAX_BODY_BYTES: "big" },
      "warning",
      "TESSEN_MAX_BODY_BYTES=big: it is no number from 1; the default counts",
    ],
    [
      { TESSEN_DISABLED: "maybe" },
      "warning",
      "TESSEN_DISABLED=maybe: it is neither yes nor no, so no; the default counts",
    ],
    [
      { TESSEN_API_KEY: "tk_live_0123456789" },
      "warning",
      "TESSEN_API_KEY=tk_l********: only doctor --ping reads it; events stay here",
    ],
    [{ TESSEN_QUEUE_MAX: "9" }, "warning", "TESSEN_QUEUE_MAX=9: nothing reads this variable"],
    [{ TESSEN_PRICES_FILE: "/none" }, "warning", "TESSEN_PRICES_FILE=/none: there is no such file; the default counts"],
  ])("%j", (environment, state, text) => {
    expect(checkVariables(environment)).toMatchObject([{ section: "variables", state, text }]);
  });

  test("a name that is nearly one is asked about", () => {
    expect(checkVariables({ TESSEN_LOGDIR: "x" })).toMatchObject([{ remedy: "Is TESSEN_LOG_DIR meant?" }]);
  });
});

test("a Node that is too old is wrong, a runtime without undici gets a warning", () => {
  const versions = { ...process.versions, node: "20.19.0" };
  expect(checkRuntime(versions, {})[0]).toMatchObject({ state: "bad", remedy: "Install Node 22.19 or later." });
  const { undici: _, ...others } = process.versions;
  expect(checkRuntime(others, {})[2]).toMatchObject({ state: "warning" });
  expect(checkRuntime(process.versions, { NODE_OPTIONS: "--import @tesserae/tessen/register" })[1]?.text).toContain(
    "NODE_OPTIONS",
  );
});

test("SDKs are looked for as a module in the folder would find them", () => {
  const install = (name: string, version: string): void => {
    mkdirSync(join(logs.path, "node_modules", name), { recursive: true });
    writeFileSync(join(logs.path, "node_modules", name, "package.json"), JSON.stringify({ name, version }));
  };
  const inside = join(logs.path, "a", "b");
  expect(checkPackages(inside)[0]?.text).toContain("neither openai nor @anthropic-ai/sdk is installed");
  install("openai", "9.0.0");
  install("@openai/codex-sdk", "1.0.0");
  expect(checkPackages(inside)).toMatchObject([
    { section: "SDKs", state: "warning", text: "openai 9.0.0: not tried with this version" },
    {
      section: "out of reach",
      state: "warning",
      text: "@openai/codex-sdk is installed: it runs the model in a process of its own",
    },
    { state: "good" },
    { state: "good" },
  ]);
});
