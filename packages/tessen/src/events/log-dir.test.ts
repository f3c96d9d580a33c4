import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { defaultLogDir } from "./log-dir.ts";

vi.mock("node:os", async (original) => ({
  ...(await original<Record<string, unknown>>()),
  homedir: (): string => {
    throw new Error("A system error occurred: uv_os_homedir returned ENOENT");
  },
}));

test("a user without a home, as in containers, has the logs below the folder for temporary files", () => {
  expect(defaultLogDir({})).toBe(join(tmpdir(), ".tessen", "logs"));
  expect(defaultLogDir({ TESSEN_LOG_DIR: " /logs " })).toBe("/logs");
});
