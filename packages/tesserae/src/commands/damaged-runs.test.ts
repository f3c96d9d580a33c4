import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { twoAgents } from "../testing/component-files.ts";
import { runCommandLine, type CommandEnd } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

const folder = new TemporaryFolder();
const runs = join(folder.path, "runs");
let good: readonly string[];

function tesserae(...args: readonly string[]): Promise<CommandEnd> {
  return runCommandLine(args, { environment: { TESSERAE_RUNS_DIR: runs } });
}

/** Lays a journal beside the others and gives its path. */
function lay(runId: string, content: string | Uint8Array): string {
  mkdirSync(join(runs, runId), { recursive: true });
  const path = join(runs, runId, "journal.jsonl");
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  await tesserae("run", folder.write("team.json", twoAgents()), "Write a slogan.");
  const { stdout } = await tesserae("show", "last");
  const id = /Run +(\S+)/.exec(stdout)?.[1] ?? "";
  good = readFileSync(join(runs, id, "journal.jsonl"), "utf8").split(/(?<=\n)/);
  expect(good.length).toBeGreaterThan(5);
});
afterAll(() => folder.remove());

describe("a journal that does not begin as one", () => {
  const contents: Readonly<Record<string, () => string | Uint8Array>> = {
    empty: () => "",
    random: () => Uint8Array.from({ length: 600 }, (_, at) => (at * 37) % 256),
    headless: () => good.slice(1).join(""),
    scratched: () => ["scratched\n", ...good.slice(1)].join(""),
  };
  test.each(Object.keys(contents))("%s, is said to be damaged, with its path and what to do", async (name) => {
    const path = lay(name, contents[name]?.() ?? "");
    // The id of another run begins with it: that one is not meant.
    lay(`${name}-2`, good.join(""));
    for (const command of [["show"], ["replay"], ["run", "--resume"], ["fork", "--salvage"]]) {
      const ended = await tesserae(...command, name);
      expect(ended).toMatchObject({ code: 2, stdout: "" });
      expect(ended.stderr.trimEnd()).not.toContain("\n");
      expect(ended.stderr).toContain(`The journal of the run ${name} (${path}) is empty or damaged`);
      expect(ended.stderr).toContain(`remove the folder ${join(runs, name)}.`);
    }
  });

  test("an id that no run has is still not known", async () => {
    const ended = await tesserae("show", "nowhere");
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('No recorded run begins with "nowhere"') });
  });
});

describe("what the journal advises", () => {
  test("a damaged part is left out with the command line's own option", async () => {
    lay("torn", [...good.slice(0, 3), "scratched\n", ...good.slice(3)].join(""));
    const { code, stderr } = await tesserae("replay", "torn");
    expect(code).toBe(1);
    expect(stderr).toContain("fork from it with `npx tesserae fork --salvage`");
  });

  test("a lock that names no owner is broken with the command line's own option", async () => {
    lay("locked", good.slice(0, -1).join(""));
    const lock = join(runs, "locked", "lock");
    writeFileSync(lock, "rubbish");
    const refused = await tesserae("run", "--resume", "locked");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(lock);
    expect(refused.stderr).toContain("with `npx tesserae run --resume --force`");
    expect(await tesserae("run", "--resume", "locked", "--force")).toMatchObject({ code: 0 });
  });
});
