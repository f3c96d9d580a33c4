/** The servers of tests/stores, where they are installed. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const VENV = join(import.meta.dirname, "../../../../tests/stores/.venv");

/** Why a test is skipped. */
export const NO_STORES = "tests/stores/.venv is missing: make it with tests/stores/setup_venv.sh";

/** The command of Chroma. */
export const CHROMA: string | undefined = existing(join(VENV, "bin/chroma"));

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
