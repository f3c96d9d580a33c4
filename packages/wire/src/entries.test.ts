import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL(".", import.meta.url));
const manifest = JSON.parse(readFileSync(join(source, "../package.json"), "utf8")) as {
  exports: Record<string, { source: string } | string>;
  dependencies?: object;
};
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(file),
);

const ROOMS: readonly string[] = [
  "sse",
  "usage",
  "errors",
  "response",
  "openai-chat",
  "openai-responses",
  "anthropic",
  "gemini",
  "ollama",
  "cost",
];

async function namesOf(entry: string): Promise<string[]> {
  return Object.keys((await import(join(source, entry))) as object).sort();
}

test("the package has exactly these entries, and every other file is sealed", () => {
  expect(Object.keys(manifest.exports)).toEqual([
    ".",
    ...ROOMS.slice(0, -1).map((room) => `./${room}`),
    ...["cost", "catalogue", "channels", "scripted", "stream-body", "http1"].map((room) => `./${room}`),
    "./package.json",
  ]);
});

test("the root offers what the rooms offer, but for catalogue and scripted answers", async () => {
  const offered = (await Promise.all(ROOMS.map((room) => namesOf(`${room}/index.ts`)))).flat();
  const own = ["WireError", "isRawObject"];
  expect(await namesOf("index.ts")).toEqual([...offered, ...own].sort());
  expect(await namesOf("channels/index.ts")).toEqual([]);
});

/** HTTP is spoken over a socket of Node's that is given: of Node there are types and buffers, and nothing that opens one. */
const isOfSockets = (file: string): boolean => file.startsWith("http1/");

describe("no I/O", () => {
  test("nothing is imported but files of this package, and there is no dependency", () => {
    expect(manifest.dependencies).toBeUndefined();
    for (const file of files) {
      const code = readFileSync(join(source, file), "utf8");
      const read = isOfSockets(file) ? code.replaceAll(/^import type [^;]*? from "node:\w+";/gms, "") : code;
      const imports = [...read.matchAll(/^(?:import|export) [^;]*? from "([^"]+)";/gms)];
      expect([file, imports.map(([, from]) => from).filter((from) => from?.startsWith(".") !== true)]).toEqual([
        file,
        [],
      ]);
    }
  });

  test("nothing reaches for the network, files, timers or the environment", () => {
    for (const file of files) {
      const code = readFileSync(join(source, file), "utf8")
        .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")
        .replaceAll(isOfSockets(file) ? /\bBuffer\b|\bsocket\.setTimeout\b|#socket\.setTimeout\b/g : /$^/g, "");
      expect([file, /\bprocess\.|\bfetch\(|setTimeout|setInterval|\bBuffer\b|require\(/.exec(code)?.[0]]).toEqual([
        file,
        undefined,
      ]);
    }
  });
});
