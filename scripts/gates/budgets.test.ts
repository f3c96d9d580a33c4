import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { installedWith, measureBundle, measureInstantiations, measureStart, measureUnpacked } from "../lib/measure.ts";
import { type Budget, budgets, checkHistory } from "./budgets.ts";

function budget(first: number, limit = first, ...raises: Budget["raises"]): Budget {
  return { what: "what is measured", first, limit, raises };
}

describe("the history of a budget", () => {
  test("explains its limit", () => {
    expect(checkHistory("bundle", budget(100))).toEqual([]);
    const reason = "GraphFlow came, 5 kB of it.";
    expect(checkHistory("bundle", budget(100, 120, { to: 110, reason }, { to: 120, reason }))).toEqual([]);
  });

  test("without a raise, or with one that gives no reason, is found", () => {
    expect(checkHistory("bundle", budget(100, 120))).toEqual([expect.stringContaining("its raises end at 100")]);
    expect(checkHistory("bundle", budget(100, 120, { to: 120, reason: "needed" }))).toEqual([
      expect.stringContaining("the raise of bundle to 120 gives no reason"),
    ]);
  });
});

const CORE = {
  name: "@tesserae/agentchat",
  version: "1.0.0",
  type: "module",
  exports: "./dist/index.js",
  files: ["dist"],
};

/** A repository of one package, built and installed. */
async function makeRepository(table: Record<string, Budget>, source: string): Promise<string> {
  const files = {
    "budgets.json": JSON.stringify(table),
    "packages/agentchat/package.json": JSON.stringify({ ...CORE, dependencies: { small: "1" } }),
    "packages/agentchat/dist/index.js": source,
    "packages/agentchat/dist/index.d.ts": "export declare const a: number;\n",
    "node_modules/small/package.json": JSON.stringify({ name: "small", version: "1.0.0" }),
    "node_modules/@tesserae/.keep": "",
    "tests/consumers/budgets/agent-and-teams.js": `export * from "@tesserae/agentchat";\n`,
    "tests/consumers/budgets/build-agent.js": `import "@tesserae/agentchat";\n`,
    "tests/consumers/instantiations/schema-only.ts": "export const a = 1;\n",
    "tests/consumers/instantiations/tool-and-agent.ts": "export const a: Partial<{ b: 1 }> = {};\n",
  };
  const root = await makeTree(files, onTestFinished);
  await symlink(join(root, "packages/agentchat"), join(root, "node_modules/@tesserae/agentchat"));
  return root;
}

const SMALL = "export const a = 1;\n";
const LARGE = `export const a = [${Array.from({ length: 4000 }, (_, index) => index * 7919).join(",")}];\n`;

test("a repository within its budgets passes, and the note tells by how much", async () => {
  const table = { bundle: budget(300), packages: budget(2), installSize: budget(3000) };
  const { problems, note } = await budgets.check(await makeRepository(table, SMALL));
  expect(problems).toEqual([]);
  expect(note).toMatch(/^bundle \d+ of 300, packages 2 of 2, installSize \d+ of 3000$/);
});

test("each budget that is passed is found", async () => {
  const table = { bundle: budget(300), packages: budget(1), installSize: budget(3000) };
  const { problems } = await budgets.check(await makeRepository(table, LARGE));
  expect(problems).toEqual([
    expect.stringMatching(/^bundle is \d+, the budget 300: what is measured$/),
    expect.stringMatching(/^packages is 2, the budget 1/),
    expect.stringMatching(/^installSize is \d+, the budget 3000/),
  ]);
});

test("types and start are measured, and their budgets hold", async () => {
  const table = { instantiations: budget(-1), importTime: budget(-1) };
  const { problems } = await budgets.check(await makeRepository(table, "for (let i = 0; i < 5e7; i += 1);\n"));
  expect(problems).toEqual([
    expect.stringMatching(/^instantiations is \d+, the budget -1/),
    expect.stringMatching(/^importTime is [\d.]+, the budget -\d/),
  ]);
});

test("what cannot be measured, and what nothing measures, is a problem", async () => {
  const table = { bundle: budget(300), beauty: budget(1) };
  const { problems } = await budgets.check(await makeRepository(table, "export const = ;"));
  expect(problems).toEqual([
    expect.stringContaining("bundle cannot be measured"),
    expect.stringContaining("nothing measures beauty"),
  ]);
});

test("packages that are not built are named", async () => {
  const files = { "budgets.json": "{}", "packages/core/package.json": JSON.stringify({ name: "@tesserae/core" }) };
  const { problems } = await budgets.check(await makeTree(files, onTestFinished));
  expect(problems).toEqual([expect.stringContaining("packages/core is not built")]);
});

describe("measures", () => {
  test("an installation is the package and all that it depends on, once", async () => {
    const root = await makeRepository({}, SMALL);
    expect(installedWith(root, "@tesserae/agentchat")).toEqual(["packages/agentchat", "node_modules/small"]);
    expect(() => installedWith(root, "not-there")).toThrow("not-there is not installed");
  });

  test("the unpacked size leaves out what is not published", async () => {
    const root = await makeRepository({}, SMALL);
    const before = await measureUnpacked(root, "packages/agentchat");
    expect(before).toBeGreaterThan(SMALL.length);
    expect(await measureUnpacked(root, "node_modules/small")).toBe(34);
  });

  test("a program that ends with an error is not a fast one", async () => {
    const root = await makeTree({ "a.mjs": "process.exit(3)" }, onTestFinished);
    await expect(measureStart(join(root, "a.mjs"), root, 1)).rejects.toThrow("ended with 3");
  });

  test("a file that does not compile has no count", async () => {
    const root = await makeTree({ "a.ts": "export const a: number = '';\n" }, onTestFinished);
    await expect(measureInstantiations(root, "a.ts")).rejects.toThrow("a.ts does not compile");
  });

  test("a bundle holds what the entry imports", async () => {
    const root = await makeRepository({}, LARGE);
    const entry = join(root, "tests/consumers/budgets/agent-and-teams.js");
    expect(await measureBundle(entry)).toBeGreaterThan(4000);
  });
});
