import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of all agents' logs: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
export function defaultLogDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env["TESSEN_LOG_DIR"]?.trim() || join(homeFolder(), ".tessen", "logs");
}

/** A user whom the system does not know, as in containers, has no home; a recording needs a place all the same. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return tmpdir();
  }
}
