import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ValueError } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";

const NAME_LINES = [/^# filename:(.*)$/, /^\/\/ filename:(.*)$/, /^<!-- filename:(.*)-->\s*$/];

/** The file name that code's first line asks for (`# filename: a.py`, `// filename: …`, `<!-- filename: … -->`). */
export function readFileName(code: string): string | undefined {
  const first = /^[^\r\n]*/.exec(code)?.[0] ?? "";
  for (const pattern of NAME_LINES) {
    const name = pattern.exec(first)?.[1]?.trim();
    if (name !== undefined && name !== "") return name;
  }
  return undefined;
}

/** The name of the file for code that asks for none: the same code has the same name. */
export function temporaryFileName(code: string, extension: string): string {
  return `tmp_code_${createHash("sha256").update(code).digest("hex")}.${extension}`;
}

/** The message of a refused file name; callers and models look for its first words. */
function outside(name: string, why: string): ValueError {
  return new ValueError(`Filename is not in the workspace: ${JSON.stringify(name)} ${why}.`);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The real path of what exists of a path: the path itself, or its nearest ancestor, and the rest unchanged. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    // A link to nothing is not missing: following it would create its target.
    if (!missing || (await lstat(path).catch(() => undefined)) !== undefined) throw error;
    return join(await realPathOf(dirname(path)), relative(dirname(path), path));
  }
}

/**
 * The path for a file that a model named, inside the working folder whatever links lead where.
 *
 * Both separators divide folders on every system, so that a name means the same everywhere. The name may be an
 * absolute path inside the folder.
 *
 * @throws {ValueError} beginning with `Filename is not in the workspace` when it is outside, or no name for a file.
 */
export async function resolveInWorkDir(workDir: string, name: string): Promise<string> {
  if (name.includes("\0")) throw outside(name, "has a NUL character in it");
  const windows = process.platform === "win32";
  // "C:\x" is absolute and "\\host\share" remote where such things exist; elsewhere nobody means a file called so.
  if (!windows && /^(?:[a-z]:[\\/]|\\\\)/i.test(name)) throw outside(name, "is a path of Windows");
  if (windows && /:/.test(name.replace(/^[a-z]:[\\/]/i, ""))) throw outside(name, "has a colon in it");
  const path = windows ? name : name.replaceAll("\\", "/");
  if (/[\\/]$/.test(path)) throw outside(name, "names a folder");
  const root = await realpath(workDir);
  // The folder's own name may lead through links, so an absolute name may be written either way.
  const plain = resolve(workDir, path);
  const target = isInside(resolve(workDir), plain) ? join(root, relative(resolve(workDir), plain)) : plain;
  if (!isInside(root, target)) throw outside(name, "leads out of the working folder");
  let real: string;
  try {
    real = await realPathOf(target);
  } catch (error) {
    throw new ValueError(`Filename is not in the workspace: ${JSON.stringify(name)} cannot be resolved.`, {
      cause: error,
    });
  }
  if (!isInside(root, real)) throw outside(name, "leads out of the working folder through a link");
  return real;
}

/** Writes a code file, with the folders above it; the path must come from {@link resolveInWorkDir} or be made here. */
export async function writeCodeFile(path: string, code: string): Promise<void> {
  makeFolders(dirname(path), 0o777);
  // The path is resolved: a link standing there was put there since, and is not followed.
  const noFollow = process.platform === "win32" ? 0 : constants.O_NOFOLLOW;
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow, 0o666);
  try {
    await file.writeFile(code, "utf8");
  } finally {
    await file.close();
  }
}
