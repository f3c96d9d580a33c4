import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serveCommand } from "./serve.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-serve-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const listeners = (): readonly number[] => [process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];

test("a signal that comes again at once, as launchers and service managers send it, ends nothing before its time", async () => {
  const config = join(folder, "tessera.config.json");
  writeFileSync(config, JSON.stringify({ store: { path: "tessera.db" }, listen: { data: "127.0.0.1:0" } }));
  const before = listeners();
  let whileEnding: readonly number[] = [];
  let isServing = (_: unknown): void => {};
  const serving = new Promise((resolve) => (isServing = resolve));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    if (String(text).includes("Base URLs")) isServing(undefined);
    if (String(text).includes("Ending")) whileEnding = listeners();
    return true;
  });
  const ended = serveCommand({ config });
  await serving;
  await setImmediate();
  process.emit("SIGTERM");
  expect(await ended).toBe(0);
  // A signal without a listener would end the process at once.
  expect(whileEnding).toEqual(before.map((count) => count + 1));
  expect(listeners()).toEqual(before);
});
