import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => /(?<!\.test)\.ts$/.test(file));

/** The environment without the keys of providers: an example runs the same on every machine. */
function withoutKeys(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_API_KEY$|_BASE_URL$/.test(name)));
}

/** Every program that the documentation shows runs, from the sources, without a key and without the network. */
describe("examples", () => {
  test.each(EXAMPLES)("%s runs to its end, and says something", async (file) => {
    const args = ["--conditions=source", join("examples", file)];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: withoutKeys(), stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const [code] = await once(child, "close");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
  });

  test("are there", () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
  });
});
