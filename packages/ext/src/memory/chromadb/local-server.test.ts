import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { useLocalServer } from "./local-server.ts";

/**
 * A command that is told its port in a file, as Chroma is. The first time somebody else has taken that by then, who stays
 * until the folder is gone; afterwards it serves.
 */
const COMMAND = `#!${process.execPath}
const { spawn } = require("node:child_process");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { port } = JSON.parse(readFileSync(process.argv[3], "utf8"));
const taken = __filename + ".taken";
if (process.argv[4] === "stranger") {
  const stranger = createServer((_, response) => response.writeHead(404).end());
  stranger.listen(port, "127.0.0.1", () => {
    writeFileSync(taken, String(port));
    setInterval(() => existsSync(taken) || process.exit(), 50);
  });
} else if (existsSync(taken)) {
  createServer((_, response) => response.end("{}")).listen(port, "127.0.0.1");
} else {
  spawn(process.execPath, [__filename, "run", process.argv[3], "stranger"], { detached: true, stdio: "ignore" });
  setInterval(() => existsSync(taken) && process.exit(1), 10);
}
`;

test.skipIf(process.platform === "win32")("a port that somebody else takes meanwhile is left to them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-chroma-port-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, "chroma.cjs");
  writeFileSync(command, COMMAND);
  chmodSync(command, 0o755);
  const use = await useLocalServer(join(folder, "data"), command);
  onTestFinished(() => use?.release());
  expect(existsSync(`${command}.taken`)).toBe(true);
  const taken = readFileSync(`${command}.taken`, "utf8");
  expect(use?.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(use?.origin).not.toBe(`http://127.0.0.1:${taken}`);
});

test("a command that does not work is no server", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-chroma-port-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(await useLocalServer(folder, join(folder, "none"))).toBeUndefined();
});
