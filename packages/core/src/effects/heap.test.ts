import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("without journal and subscriber, an effect and a scope allocate nothing", () => {
  const source = `
    import { effect, scope } from ${JSON.stringify(join(import.meta.dirname, "effect.ts"))};
    import { plainContext } from ${JSON.stringify(join(import.meta.dirname, "../run/context.ts"))};
    const context = plainContext();
    const done = Promise.resolve(7);
    const perform = () => done;
    const body = () => done;
    const spec = { kind: "tool", name: "x", request: () => { throw new Error("asked for"); } };
    function measure(work) {
      for (let at = 0; at < 200_000; at += 1) work();
      gc();
      const before = process.memoryUsage().heapUsed;
      for (let at = 0; at < 100_000; at += 1) work();
      return (process.memoryUsage().heapUsed - before) / 100_000;
    }
    console.log(JSON.stringify({
      effect: measure(() => effect(context, spec, perform)),
      scope: measure(() => scope(context, "a", body)),
      allocating: measure(() => [context]),
    }));
  `;
  const flags = [
    "--expose-gc",
    "--no-opt",
    "--min-semi-space-size=64",
    "--max-semi-space-size=64",
    "--input-type=module",
    "--conditions=source",
  ];
  const child = spawnSync(process.execPath, [...flags, "-e", source], { encoding: "utf8" });
  expect(child.stderr).not.toContain("Error");
  const { effect, scope, allocating } = JSON.parse(child.stdout);
  // The measure sees one small object; it must see none in the others.
  expect(allocating).toBeGreaterThan(10);
  expect(effect).toBeLessThan(1);
  expect(scope).toBeLessThan(1);
});
