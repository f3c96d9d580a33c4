import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Finding, problem } from "../finding.ts";

const NAME = /^\.env(?:\..+)?$/;
/** Variables whose values are secrets. */
const SECRET = /^\s*(?:export\s+)?(?:\w*(?:API_KEY|_TOKEN|_SECRET)|TESSERA_PEPPER|TESSERA_LEDGER_KEY)\s*=\s*\S/m;

/** Files of variables in a folder that others can read and that hold keys. Windows has no such rights. */
export function examineEnvironmentFiles(folder: string): readonly Finding[] {
  if (process.platform === "win32") return [];
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && (statSync(path).mode & 0o044) !== 0)
    .filter((path) => SECRET.test(readFileSync(path, "utf8")))
    .map((path) => problem("environment", `others can read ${path}, which holds keys: chmod 600 ${path}`));
}
