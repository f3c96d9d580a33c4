import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isObject } from "@tesserae/core";
import { BROKEN_COMPONENTS, SOUND_COMPONENT } from "../testing/broken-components.ts";
import { runCommandLine } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";
import { validateCommand } from "./validate.ts";

const folder = new TemporaryFolder();
afterAll(() => folder.remove());

/** The report that `tesserae validate FILE --json` prints, and its exit code. */
async function validate(json: unknown): Promise<{ code: number; errors: unknown[]; warnings: unknown[] }> {
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const code = await validateCommand(folder.write("component.json", JSON.stringify(json)), { json: true });
    const report: unknown = JSON.parse(printed);
    const { errors, warnings } = isObject(report) ? report : {};
    return { code, errors: Array.isArray(errors) ? errors : [], warnings: Array.isArray(warnings) ? warnings : [] };
  } finally {
    write.mockRestore();
  }
}

describe("validate tells every error of a component file, with its pointer", () => {
  test("there are at least thirty files", () => {
    expect(BROKEN_COMPONENTS.length).toBeGreaterThanOrEqual(30);
  });

  test.each(BROKEN_COMPONENTS)("$name", async ({ json, errors }) => {
    const report = await validate(json);
    expect(report.code).toBe(2);
    const found = report.errors.map((error) => (isObject(error) ? [error["pointer"], error["message"]] : []));
    expect(found).toEqual(
      expect.arrayContaining(errors.map(([pointer, text]) => [pointer, expect.stringContaining(text)])),
    );
    expect(found).toHaveLength(errors.length);
  });

  test("a sound file has none, and an unknown key is a warning", async () => {
    expect(await validate(SOUND_COMPONENT)).toEqual({ code: 0, errors: [], warnings: [] });
    const config = { ...Object(SOUND_COMPONENT["config"]), max_tuns: 3 };
    expect(await validate({ ...SOUND_COMPONENT, config })).toMatchObject({
      code: 0,
      errors: [],
      warnings: [{ pointer: "/config/max_tuns" }],
    });
  });
});

describe("run refuses the same files with the same lines", () => {
  let everywhere: { code: number | null; stdout: string; stderr: string };

  beforeAll(async () => {
    const file = folder.write("broken.json", BROKEN_COMPONENTS.at(-1)?.json);
    everywhere = await runCommandLine(["run", file, "task"], { environment: { TESSERAE_RUNS_DIR: folder.path } });
  });

  test("all of them at once, and nothing is run", () => {
    expect(everywhere.code).toBe(2);
    expect(everywhere.stdout).toBe("");
    for (const [pointer, text] of BROKEN_COMPONENTS.at(-1)?.errors ?? []) {
      expect(everywhere.stderr).toMatch(new RegExp(`^  ${pointer}: .*${text.replaceAll("'", ".")}`, "m"));
    }
    expect(everywhere.stderr).not.toContain("    at ");
  });
});
