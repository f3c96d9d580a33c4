import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { type CloneOptions, makeClone, run } from "./clone.ts";

const PRINT = `export async function main(argv: readonly string[]): Promise<number> {
  console.log(JSON.stringify({ argv, exec: process.execArgv, version: process.versions.node }));
  return 0;
}`;

async function outcome(options: CloneOptions, args: readonly string[], pretend?: string) {
  const clone = await makeClone(options);
  try {
    return await run(clone, args, pretend);
  } finally {
    await clone[Symbol.asyncDispose]();
  }
}

describe("in a clone", () => {
  test("runs the sources with the source condition, arguments as given", async () => {
    const { code, stdout } = await outcome({ source: PRINT }, ["run", "a file.json", "--", "-x"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      argv: ["run", "a file.json", "--", "-x"],
      exec: ["--conditions=source"],
    });
  });

  test("prefers the sources to a build that lies beside them", async () => {
    const dist = `export const main = async () => { console.log("dist"); return 0; };`;
    const { stdout } = await outcome({ source: PRINT, dist }, []);
    expect(stdout).not.toContain("dist");
  });

  test("on an old Node, runs on the pinned one", async () => {
    const { code, stdout } = await outcome({ source: PRINT, pinned: "running" }, ["x"], "20.19.0");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ argv: ["x"], version: process.versions.node });
  });

  test("on an old Node without a pinned one, says what to do", async () => {
    const { code, stdout, stderr } = await outcome({ source: PRINT }, [], "20.19.0");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/Node 22\.19 or later is needed, this is 20\.19\.0.*npm install/);
  });

  test("on an old Node with a pinned one that cannot start, says what to do", async () => {
    const { code, stderr } = await outcome({ source: PRINT, pinned: "broken" }, [], "20.19.0");
    expect(code).toBe(1);
    expect(stderr).toMatch(/pinned Node does not start on this machine/);
  });
});

describe("installed", () => {
  const dist = `export async function main(argv) { console.log(JSON.stringify({ argv, exec: process.execArgv })); return 3; }`;

  test("runs dist in the same process", async () => {
    const { code, stdout } = await outcome({ dist, rootName: "an-application" }, ["a"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({ argv: ["a"], exec: [] });
  });

  test("on an old Node, says what to do and runs nothing", async () => {
    const { code, stdout, stderr } = await outcome({ dist, rootName: "an-application" }, [], "22.18.9");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/Node 22\.19 or later is needed, this is 22\.18\.9.*nodejs\.org/);
  });
});

describe("the exit code", () => {
  test.each([0, 1, 2, 130])("%i of main is the exit code of the command", async (code) => {
    const source = `export const main = async (): Promise<number> => ${code};`;
    expect((await outcome({ source }, [])).code).toBe(code);
  });

  test("a main that throws prints the error and ends with 1", async () => {
    const source = `export const main = async (): Promise<number> => { throw new Error("the reason"); };`;
    const { code, stderr } = await outcome({ source }, []);
    expect(code).toBe(1);
    expect(stderr).toContain("the reason");
  });

  test("a reader that leaves early changes nothing: the command ends with its own code and without noise", async () => {
    const source = `export const main = async (): Promise<number> => {
      process.stdout.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
      return 7;
    };`;
    expect(await outcome({ source }, [])).toMatchObject({ code: 7, stderr: "" });
  });
});

test("node:sqlite's warning is not shown, other warnings are", async () => {
  const source = `export const main = async (): Promise<number> => {
    await import("node:sqlite");
    process.emitWarning("something else");
    return 0;
  };`;
  const { stderr } = await outcome({ source }, []);
  expect(stderr).toContain("something else");
  expect(stderr).not.toContain("SQLite");
});

test.each([
  ["20.19.0", false],
  ["22.18.9", false],
  ["22.19.0", true],
  ["22.20.1", true],
  ["24.0.0", true],
  ["26.10.0", true],
  ["9.99.0", false],
])("Node %s is supported: %s", (version, expected) => {
  const launch: unknown = createRequire(import.meta.url)("../../packages/tesserae/bin/launch.js");
  expect(launch).toHaveProperty("isSupported");
  const isSupported = Reflect.get(Object(launch), "isSupported") as (version: string) => boolean;
  expect(isSupported(version)).toBe(expected);
});

// Each package is published alone, and must start on any Node without the others: so each has the files.
test.each(["launch.js", "load.js", "from-source.js", "package.json"])(
  "%s is the same in all packages with a command",
  (file) => {
    const textIn = (name: string): string =>
      readFileSync(new URL(`../../packages/${name}/bin/${file}`, import.meta.url), "utf8");
    expect([textIn("tessen"), textIn("tessera")]).toEqual([textIn("tesserae"), textIn("tesserae")]);
  },
);
