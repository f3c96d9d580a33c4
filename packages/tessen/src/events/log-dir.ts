import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of all agents' logs: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
export function defaultLogDir(): string {
  return process.env["TESSEN_LOG_DIR"]?.trim() || join(homedir(), ".tessen", "logs");
}
