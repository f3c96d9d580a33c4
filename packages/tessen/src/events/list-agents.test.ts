import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { listAgents } from "./list-agents.ts";

afterEach(() => vi.unstubAllEnvs());

function logs(): string {
  const logDir = temporaryFolder();
  for (const [name, content] of [
    ["b", "x\n"],
    ["a", "x\n"],
    ["empty", ""],
  ] as const) {
    mkdirSync(join(logDir, name));
    writeFileSync(join(logDir, name, "2026-05-14.jsonl"), content);
  }
  mkdirSync(join(logDir, "bare"));
  writeFileSync(join(logDir, "file.txt"), "");
  return logDir;
}

test("agents are the folders that have events, sorted", () => {
  expect(listAgents({ logDir: logs() })).toEqual(["a", "b"]);
});

test("those without events are listed when asked for, by either spelling", () => {
  const logDir = logs();
  expect(listAgents({ logDir, includeEmpty: true })).toEqual(["a", "b", "bare", "empty"]);
  expect(listAgents({ log_dir: logDir, include_empty: true })).toEqual(["a", "b", "bare", "empty"]);
});

test("without a folder of logs there are none; the environment names it", () => {
  expect(listAgents({ logDir: join(temporaryFolder(), "missing") })).toEqual([]);
  vi.stubEnv("TESSEN_LOG_DIR", ` ${logs()} `);
  expect(listAgents()).toEqual(["a", "b"]);
});
