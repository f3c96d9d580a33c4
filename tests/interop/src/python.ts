import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Json } from "@tesserae/core";
import { ROOT, listOf } from "./golden.ts";

const PYTHON = `${ROOT}.venv/bin/python`;

/** Whether Python AutoGen is there. */
export const HAS_PYTHON: boolean = existsSync(PYTHON);

/** Why a test that needs Python was skipped. */
export const NO_PYTHON = "tests/interop/.venv is missing: make it with tests/interop/setup_venv.sh";

/** What a filter of `python/` makes of a list. */
export function askPython(
  script: "continue_scenarios.py" | "reload_components.py" | "reload_state.py",
  items: readonly Json[],
): readonly Json[] {
  const output = execFileSync(PYTHON, [script], {
    cwd: `${ROOT}python`,
    input: JSON.stringify(items),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" },
    maxBuffer: 64 * 1024 * 1024,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
  });
  return listOf(JSON.parse(output));
}
