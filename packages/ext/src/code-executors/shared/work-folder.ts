import { constants } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RuntimeError, ValueError } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { warnOnce } from "./warn.ts";

/** A folder to work in. */
export interface WorkFolder {
  readonly folder: string;
  /** Removes the folder, if it is a temporary one. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the folder if it is missing; without one, a temporary folder.
 *
 * @throws {ValueError} when the folder cannot be made or written to.
 */
export async function openWorkFolder(workDir: string | undefined): Promise<WorkFolder> {
  if (workDir === undefined) {
    const folder = await mkdtemp(join(tmpdir(), "tesserae-code-"));
    return { folder, close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
  }
  try {
    makeFolders(workDir, 0o777);
    await access(workDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ValueError(`The working folder ${workDir} cannot be written to: make it writable or name another.`, {
      cause: error,
    });
  }
  return { folder: workDir, close: async () => {} };
}

/**
 * The folder that an executor works in, if there is one by now.
 *
 * @throws {RuntimeError} when there is none: a temporary one is made by `start`.
 */
export function existingWorkDir(folder: string | undefined): string {
  if (folder !== undefined) return folder;
  throw new RuntimeError("The temporary working folder is made by start(): call that first, or set workDir.");
}

/** Warns of a working folder that holds the user's own files. */
export function warnOfCurrentFolder(workDir: string | undefined): void {
  if (workDir !== process.cwd()) return;
  const text = "The current folder as workDir is deprecated: generated code would lie among your files.";
  warnOnce("TESSERAE_WORK_DIR_IS_CURRENT", text, "DeprecationWarning");
}
