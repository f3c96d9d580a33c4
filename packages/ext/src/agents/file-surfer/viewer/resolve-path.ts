import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** What a path leads to. */
export interface ResolvedPath {
  /** Without symbolic links. */
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * What a path leads to: from the folder that is open, or that of the open file. `undefined` for what is not there and for
 * what is not below the base, also through symbolic links: who asks cannot tell one from the other.
 */
export async function resolvePath(asked: string, openPath: string, base: string): Promise<ResolvedPath | undefined> {
  if (asked.includes("\0")) return undefined;
  const root = await realpath(base);
  const text = asked.trim().replace(/^~(?=$|[/\\])/, () => homedir());
  const found = await statOf(isAbsolute(text) ? text : resolve(await folderOf(openPath, base), text));
  if (found === undefined) return undefined;
  const inside = relative(root, found.path);
  const isBelow = inside === "" || (inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
  return isBelow ? found : undefined;
}

async function folderOf(openPath: string, base: string): Promise<string> {
  const open = await statOf(openPath);
  if (open === undefined) return base;
  return open.isDirectory ? open.path : join(open.path, "..");
}

async function statOf(path: string): Promise<ResolvedPath | undefined> {
  try {
    const real = await realpath(path);
    return { path: real, isDirectory: (await stat(real)).isDirectory() };
  } catch {
    return undefined;
  }
}
