import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/** The value of a variable; on Windows names have no case. */
export function readVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const exact = environment[name];
  if (exact !== undefined || process.platform !== "win32") return exact;
  const key = Object.keys(environment).find((entry) => entry.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : environment[key];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The path of a program as the shell would find it: on `PATH`, on Windows with `.exe` or `.com` added.
 * Relative entries of `PATH` are left out: they would lead into the folder the code runs in, where a model may write.
 */
export function findProgram(program: string, environment: NodeJS.ProcessEnv): string | undefined {
  const windows = process.platform === "win32";
  // Batch files cannot be started without a command interpreter that reads the arguments once more.
  const extensions = windows ? [".exe", ".com"] : [""];
  const folders = (readVariable(environment, "PATH") ?? "").split(delimiter).filter((entry) => isAbsolute(entry));
  const bases = /[\\/]/.test(program) ? [resolve(program)] : folders.map((folder) => join(folder, program));
  for (const base of bases) {
    if (windows && /\.\w+$/.test(base) && isProgram(base)) return base;
    for (const extension of extensions) {
      if (isProgram(base + extension)) return base + extension;
    }
  }
  return undefined;
}
