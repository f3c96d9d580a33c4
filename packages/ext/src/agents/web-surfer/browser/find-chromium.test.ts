import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findChromium } from "./find-chromium.ts";

test("a browser is the one that a variable names, else the first on the path that can be run", () => {
  const folder = mkdtempSync(join(tmpdir(), "find-chromium-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const name = process.platform === "win32" ? "chromium.exe" : "chromium";
  const program = join(folder, name);
  writeFileSync(program, "");
  chmodSync(program, 0o755);
  expect(findChromium({ CHROMIUM_PATH: "/mine", PATH: folder })).toBe("/mine");
  expect(findChromium({ PATH: ["", join(folder, "none"), folder].join(delimiter) })).toBe(program);
  chmodSync(program, 0o644);
  expect(findChromium({ PATH: folder })).not.toBe(program);
});
