import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { findChromium } from "@tesserae/ext/agents/web-surfer";
import { HAS_PYTHON } from "../grpc/src/python.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => /(?<!\.test)\.ts$/.test(file));
const EXPECTED = join(ROOT, "examples", "expected");

/** Node 22 calls its SQLite experimental. */
const SQLITE_ON_NODE_22 = /^(\(node:\d+\) ExperimentalWarning: SQLite [^\n]+\n\([^\n]+\)\n)?$/;

/** Examples that surf: they are skipped where no Chromium is installed. As root it has no sandbox, and says so. */
const SURFING = ["browsing-agent.ts", "magentic-one-web.ts", "mcp-browser.ts"];
const UNSANDBOXED = /^(\(node:\d+\) \[TESSERAE_BROWSER_UNSANDBOXED\] Warning: [^\n]+\n\([^\n]+\)\n)?$/;

/** Examples with a worker in Python: they are skipped where no AutoGen is installed. */
const WITH_PYTHON = ["grpc-hello.ts"];

/** What an example says on standard error; the others say nothing there. */
const WARNINGS: Readonly<Record<string, RegExp>> = {
  "code-functions.ts": /^\(node:\d+\) \[TESSERAE_CODE_RUNS_UNSANDBOXED\] Warning: [^\n]+\n\([^\n]+\)\n$/,
  "browsing-agent.ts": UNSANDBOXED,
  "magentic-one-web.ts": UNSANDBOXED,
  "code-runner.ts": /^\(node:\d+\) \[TESSERAE_CODE_RUNS_UNSANDBOXED\] Warning: [^\n]+\n\([^\n]+\)\n$/,
  // With an engine that has the image, or can pull it, in a container; without one, on this machine.
  "code-sandbox.ts":
    /^(?:Code runs in the container [^\n]+\n|Code runs on this machine\. [^\n]+\n\(node:\d+\) \[TESSERAE_CODE_RUNS_UNSANDBOXED\] Warning: [^\n]+\n\([^\n]+\)\n)$/,
  "gateway.ts": SQLITE_ON_NODE_22,
  "gateway-magentic-one.ts": SQLITE_ON_NODE_22,
  "gateway-researcher.ts": SQLITE_ON_NODE_22,
  "gateway-selector.ts": SQLITE_ON_NODE_22,
  "gateway-swarm.ts": SQLITE_ON_NODE_22,
  "journal-sqlite.ts": SQLITE_ON_NODE_22,
  "memory-chroma.ts": SQLITE_ON_NODE_22,
  "memory-redis.ts": /^\(node:\d+\) \[TESSERAE_MEMORY_FALLBACK\] Warning: [^\n]+\n\([^\n]+\)\n$/,
  "rag.ts": SQLITE_ON_NODE_22,
  "teachable.ts": SQLITE_ON_NODE_22,
  "openai-assistant.ts": /^\(node:\d+\) \[TESSERAE_DEPRECATED_INTERFACE\] DeprecationWarning: [^\n]+\n\([^\n]+\)\n$/,
};

/** The environment without the keys of providers: an example runs the same on every machine. */
function withoutKeys(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/_API_KEY$|_BASE_URL$/.test(name));
  const cache = join(tmpdir(), "tesserae-test-cache");
  return { ...Object.fromEntries(kept), NO_COLOR: "1", FORCE_COLOR: undefined, NODE_COMPILE_CACHE: cache };
}

test("every example stands on the page of examples", () => {
  const page = readFileSync(join(ROOT, "docs", "examples.md"), "utf8");
  expect(EXAMPLES.filter((file) => !page.includes(`| \`${file.slice(0, -3)}\``))).toEqual([]);
});

/**
 * Every program that the documentation shows runs, from the sources, without a key and without the network, and prints
 * what its file in `examples/expected` says. `vitest run tests/consumers/examples.test.ts -u` writes these files.
 */
describe("examples", () => {
  test.concurrent.for(EXAMPLES)("%s runs to its end, and prints what is expected", async (file, { expect, skip }) => {
    if (SURFING.includes(file)) skip(findChromium() === undefined, "No Chromium is installed.");
    if (WITH_PYTHON.includes(file)) skip(!HAS_PYTHON, "tests/interop/.venv is missing: tests/interop/setup_venv.sh");
    const args = ["--conditions=source", join("examples", file)];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: withoutKeys(), stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const [code] = await once(child, "close");
    expect(stderr).toMatch(WARNINGS[file] ?? /^$/);
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
    await expect(stdout).toMatchFileSnapshot(join(EXPECTED, file.replace(/\.ts$/, ".txt")));
  });

  test("leave no file of what none of them prints", () => {
    const expected = new Set(EXAMPLES.map((file) => file.replace(/\.ts$/, ".txt")));
    expect(readdirSync(EXPECTED).filter((file) => !expected.has(file))).toEqual([]);
  });
});
