import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly source: string }>>;
}

const root = new URL("../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
const entries = Object.entries(exports).filter(([name]) => name !== "./package.json");

test.each(entries)("%s leads to a source", (_name, target) => {
  expect(typeof target === "object" && existsSync(new URL(target.source, root))).toBe(true);
});

test.each(entries.filter(([name]) => name.includes("_")))("%s may be written with hyphens", (name, target) => {
  expect(exports[name.replaceAll("_", "-")]).toEqual(target);
});

test("the adapter for the AI SDK is found where AutoGen has that for Semantic Kernel", () => {
  expect(exports["./models/semantic_kernel"]).toEqual(exports["./models/ai_sdk"]);
});

test("nothing here loads all protocols at once: only rooms of wire are imported", () => {
  const sources = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(file),
  );
  const whole = sources.filter((file) => /"@tesserae\/wire"/.test(readFileSync(new URL(`src/${file}`, root), "utf8")));
  expect(whole).toEqual([]);
});
