import { runInThisContext } from "node:vm";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ValueError } from "../errors/kinds.ts";
import { renderJavaScriptFunctionsFile, renderJavaScriptStub } from "./javascript-functions-file.ts";
import { renderJavaScriptImport, type JavaScriptImport } from "./javascript-imports.ts";
import { readNpmPackage } from "./npm-package.ts";
import { withRequirements, type FunctionWithRequirements } from "./with-requirements.ts";

/** A function whose text is exactly this, whatever the compiler of the tests does. */
function made(expression: string, name?: string): (...args: never[]) => unknown {
  const value: unknown = runInThisContext(`(${expression})`);
  if (typeof value !== "function") throw new TypeError("not a function");
  if (name !== undefined) Object.defineProperty(value, "name", { value: name });
  return value as (...args: never[]) => unknown;
}

const wrap = (expression: string, name?: string, imports: readonly JavaScriptImport[] = []): FunctionWithRequirements =>
  withRequirements({ imports }, made(expression, name));

/** The exports of a module's text. */
async function load(text: string): Promise<Record<string, (...args: readonly unknown[]) => unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

describe("withRequirements", () => {
  test("gives a function that is called as before, under its name, and knows what it needs", () => {
    const add = withRequirements(
      { npmPackages: ["lodash@^4"], imports: ["node:fs"], description: "Adds." },
      function add(a: number, b: number): number {
        return a + b;
      },
    );
    expect(add(1, 2)).toBe(3);
    expectTypeOf(add).toBeCallableWith(1, 2);
    expectTypeOf(add(1, 2)).toEqualTypeOf<number>();
    const { name, length, npmPackages, imports } = add;
    expect({ name, length, npmPackages, imports }).toEqual({
      name: "add",
      length: 2,
      npmPackages: ["lodash@^4"],
      imports: ["node:fs"],
    });
    expect(add.source).toMatch(/^function add\(/);
    // @ts-expect-error: it takes numbers.
    void (() => add("1", 2));
  });

  test("passes on what it is called on", () => {
    const self = withRequirements({}, function self(this: unknown) {
      return this;
    });
    const owner = { self };
    expect(owner.self()).toBe(owner);
  });

  test.each([
    ["a class", "class A {}", "A", "is a class"],
    ["a method", "({ twice(a) { return 2 * a; } }).twice", undefined, "is a method"],
    ["an asynchronous method", "({ async twice(a) { return 2 * a; } }).twice", undefined, "is a method"],
    ["a generator method", "({ *twice(a) { yield a; } }).twice", undefined, "is a method"],
    ["a method called async", "({ async(a) { return a; } }).async", undefined, "is a method"],
    ["a getter", "Object.getOwnPropertyDescriptor({ get x() { return 1; } }, 'x').get", "x", "is a method"],
    ["a method under a computed name", "({ ['a' + 'b']() {} }).ab", undefined, "is a method"],
    ["a bound function", "(function f() {}).bind(null)", "f", "no source"],
    ["a function of the platform", "Math.max", undefined, "no source"],
    ["a function without a name", "(a) => a", "", "needs a name"],
    ["a name that cannot be declared", "(a) => a", "default", "needs a name"],
  ])("refuses %s", (_, expression, name, message) => {
    expect(() => wrap(expression, name)).toThrow(ValueError);
    expect(() => wrap(expression, name)).toThrow(message);
  });
});

describe("a package of npm", () => {
  test.each([
    ["lodash", "lodash", undefined],
    ["lodash@4.17.21", "lodash", "4.17.21"],
    ["@scope/a.b@>=1 <3 || ^5.0.0-beta.1", "@scope/a.b", ">=1 <3 || ^5.0.0-beta.1"],
    ["a@latest", "a", "latest"],
    ["a@file:/tmp/some folder/a-1.0.0.tgz", "a", "file:/tmp/some folder/a-1.0.0.tgz"],
  ])("%s", (text, name, version) => {
    expect(readNpmPackage(text)).toEqual({ name, version });
  });

  test.each([
    "",
    "-g",
    "--registry=https://example.test",
    "a b",
    "a;rm -rf x",
    "a@1; echo",
    "a@$(echo)",
    "a@`echo`",
    "a@git+https://example.test/a.git",
    "a@https://example.test/a.tgz",
    "a@npm:b@1",
    "../a",
    "/tmp/a",
    "A/../b",
    ".hidden",
    "a@",
    "a@file:x\n--global",
    "a".repeat(215),
  ])("%j is refused", (text) => {
    expect(() => withRequirements({ npmPackages: [text] }, made("function f() {}"))).toThrow(ValueError);
  });
});

describe("an import", () => {
  test.each<[JavaScriptImport, string]>([
    ["node:fs", 'import "node:fs";'],
    [{ module: "lodash", default: "_" }, 'import _ from "lodash";'],
    [{ module: "node:path", namespace: "path" }, 'import * as path from "node:path";'],
    [
      { module: "@scope/a/b.js", names: ["join", { name: "default", alias: "other" }] },
      'import { join, default as other } from "@scope/a/b.js";',
    ],
    [{ module: "lodash", default: "_", names: ["map"] }, 'import _, { map } from "lodash";'],
    [{ module: "lodash" }, 'import "lodash";'],
  ])("%j is written as %s", (entry, line) => {
    expect(renderJavaScriptImport(entry)).toBe(line);
  });

  test.each<JavaScriptImport>([
    "",
    "./near.js",
    "/etc/x.js",
    "a/../../b",
    "https://example.test/x.js",
    "data:text/javascript,1",
    'a"; process.exit(); "',
    "a\nimport b",
    { module: "a", default: "x, y" },
    { module: "a", default: "class" },
    { module: "a", names: ["b } from 'c'; import { d"] },
    { module: "a", names: ["default"] },
    { module: "a", names: [{ name: "b", alias: "await" }] },
    { module: "a", namespace: "b", names: ["c"] },
  ])("%j is refused", (entry) => {
    expect(() => wrap("function f() {}", undefined, [entry])).toThrow(ValueError);
  });
});

describe("the module of functions", () => {
  test("has each import once, in the order first seen, then each function followed by a blank line", () => {
    const first = wrap("function one() { return 1; }", undefined, [
      { module: "node:path", names: ["join"] },
      "node:fs",
    ]);
    const second = wrap("function two() { return 2; }", undefined, ["node:fs", { module: "node:os", default: "os" }]);
    expect(renderJavaScriptFunctionsFile([first, second])).toBe(
      'import { join } from "node:path";\nimport "node:fs";\nimport os from "node:os";\n\nexport function one() { return 1; }\n\nexport function two() { return 2; }\n\n',
    );
  });

  test("runs: functions, arrow functions, asynchronous ones, generators, renamed ones", async () => {
    const module = await load(
      renderJavaScriptFunctionsFile([
        wrap("function plain(a, b = ')') { return a + b; }"),
        wrap("async function later(a) { return a; }"),
        wrap("function* each(...list) { yield* list; }"),
        wrap("(a, { b } = {}) => a + b", "arrow"),
        wrap("async a => a", "laterArrow"),
        wrap("async(a, b) => [a, b]", "close"),
        wrap("function (a) { return -a; }", "anonymous"),
        wrap("function inner(n) { return n < 1 ? 0 : 1 + inner(n - 1); }", "renamed"),
        wrap("(name) => join('a', name)", "joined", [{ module: "node:path", names: ["join"] }]),
        wrap("() => __name(() => 7, 'inner')()", "compiled"),
      ]),
    );
    expect(module["plain"]?.("x")).toBe("x)");
    expect(await module["later"]?.(1)).toBe(1);
    const each = module["each"]?.(1, 2);
    expect(Array.from(each as Iterable<unknown>)).toEqual([1, 2]);
    expect(module["arrow"]?.(1, { b: 2 })).toBe(3);
    expect(await module["laterArrow"]?.(1)).toBe(1);
    expect(await module["close"]?.(1, 2)).toEqual([1, 2]);
    expect(module["anonymous"]?.(1)).toBe(-1);
    expect(module["renamed"]?.(3)).toBe(3);
    expect(module["joined"]?.("b")).toBe("a/b");
    expect(module["compiled"]?.()).toBe(7);
  });

  test("has no types: they are gone from what runs", async () => {
    const typed = withRequirements({}, function typed<T extends string>(value: T, times: number = 2): string {
      return value.repeat(times satisfies number);
    });
    const module = await load(renderJavaScriptFunctionsFile([typed]));
    expect(module["typed"]?.("ab")).toBe("abab");
  });

  test("refuses two functions of one name", () => {
    expect(() => renderJavaScriptFunctionsFile([wrap("function f() {}"), wrap("(a) => a", "f")])).toThrow(ValueError);
  });
});

describe("a stub", () => {
  test.each([
    ["function add(a, b) { return a + b; }", undefined, "function add(a, b) { ... }"],
    ["async function f(a        , b         = [1, (2)]) {}", undefined, "async function f(a, b = [1, (2)]) { ... }"],
    ["function* f({ a = '(' }, // first\n  ...rest) {}", undefined, "function* f({ a = '(' }, ...rest) { ... }"],
    ["async a => a", "later", "async function later(a) { ... }"],
    ["(a /* number */, b,) => a", "pair", "function pair(a, b) { ... }"],
  ])("of %s", (expression, name, stub) => {
    expect(renderJavaScriptStub(wrap(expression, name))).toBe(stub);
  });

  test("has the description as a comment that nothing can end early", () => {
    const one = withRequirements({ description: "Adds. */ x" }, made("function add(a, b) {}"));
    expect(renderJavaScriptStub(one)).toBe("/** Adds. * / x */\nfunction add(a, b) { ... }");
    const two = withRequirements({ description: "Adds.\n\na: a number" }, made("function add(a, b) {}"));
    expect(renderJavaScriptStub(two)).toBe("/**\n * Adds.\n *\n * a: a number\n */\nfunction add(a, b) { ... }");
  });
});
