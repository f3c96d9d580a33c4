import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ValueError } from "@tesserae/core";

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
    await mkdir(workDir, { recursive: true });
    await access(workDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ValueError(`The working folder ${workDir} cannot be written to: make it writable or name another.`, {
      cause: error,
    });
  }
  return { folder: workDir, close: async () => {} };
}
