import { readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  readNpmPackage,
  renderJavaScriptFunctionsFile,
  ValueError,
  type FunctionWithRequirements,
} from "@tesserae/core";
import { resolveInWorkDir, writeCodeFile } from "../shared/code-file.ts";
import { findLanguage } from "../shared/languages.ts";
import type { LocalSession } from "./session.ts";
import { finish } from "./set-up-step.ts";

/**
 * Only into the working folder; nothing is written to a `package.json` there, and no script of a package runs. Without a
 * network what npm has in its cache is enough, and one attempt tells that there is none. A folder is copied, not linked.
 */
const NPM_INSTALL =
  "install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --no-progress --no-update-notifier " +
  "--prefer-offline --fetch-retries=0 --install-links --loglevel=error";
/** What npm says when it reaches no registry. */
const UNREACHABLE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;
/** Lies beside the installed packages, and says which were asked for. */
const INSTALLED = "node_modules/.tesserae-functions.json";

/** The module's file. Its extension makes it a module whatever `package.json` lies in the folder. */
export function javaScriptModuleFile(module: string): string {
  return `${module}.mjs`;
}

function adviseOffline(output: string): string {
  if (!UNREACHABLE.test(output)) return "";
  return (
    "\nThe registry of npm cannot be reached. Install the packages into the working folder beforehand, " +
    'name them as "name@file:PATH", or set npm_config_registry in environment.set.'
  );
}

/** True if the folder has every package, in the versions that were asked for when it was filled. */
async function isInstalled(folder: string, packages: readonly string[]): Promise<boolean> {
  const paths = packages.map((text) => join(folder, "node_modules", readNpmPackage(text).name));
  if (!paths.every((path) => existsSync(path))) return false;
  if (packages.every((text) => readNpmPackage(text).version === undefined)) return true;
  const known = await readFile(join(folder, INSTALLED), "utf8").catch(() => "");
  return known === JSON.stringify(packages);
}

async function installPackages(session: LocalSession, packages: readonly string[], signal: AbortSignal): Promise<void> {
  const { folder } = session;
  if (await isInstalled(folder, packages)) return;
  const npm = session.npm();
  if (npm === undefined) {
    throw new ValueError(
      `The functions need ${packages.join(", ")}, and there is no npm beside this Node or on PATH to install it.`,
    );
  }
  const args = [...npm.args, ...NPM_INSTALL.split(" "), "--prefix", folder, "--", ...packages];
  await finish(`Installing ${packages.join(", ")} with npm`, session.run(npm.program, args, { signal }), adviseOffline);
  // What cannot be noted down is installed again next time.
  await writeFile(join(folder, INSTALLED), JSON.stringify(packages)).catch(() => undefined);
}

/**
 * Makes JavaScript functions importable in a session's folder: writes them to `<module>.mjs`, installs the packages they
 * need with npm if they are not there, and imports the module once.
 *
 * @throws {ValueError} when a step fails or takes longer than the executor's timeout.
 * @throws {CancelledError} when the signal is aborted.
 */
export async function setUpJavaScriptFunctions(
  session: LocalSession,
  functions: readonly FunctionWithRequirements[],
  module: string,
  signal: AbortSignal,
): Promise<void> {
  const file = javaScriptModuleFile(module);
  const text = renderJavaScriptFunctionsFile(functions);
  try {
    await writeCodeFile(await resolveInWorkDir(session.folder, file), text);
  } catch (error) {
    throw new ValueError(`The functions cannot be written to ${file} in ${session.folder}.`, { cause: error });
  }
  const packages = [...new Set(functions.flatMap((entry) => entry.npmPackages))];
  if (packages.length > 0) await installPackages(session, packages, signal);
  const args = [...(findLanguage("javascript")?.args ?? []), "--input-type=module", "--eval", `import "./${file}";`];
  await finish(`Importing the module ${file}`, session.run(session.command("javascript"), args, { signal }));
}
