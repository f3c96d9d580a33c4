import { join } from "node:path";
import { isTesseraeError } from "@tesserae/core";
import { readFileName, resolveInWorkDir, temporaryFileName, writeCodeFile } from "./code-file.ts";
import type { TemporaryFiles } from "./temporary-files.ts";

/** Where the files of blocks lie. */
export interface BlockFiles {
  /** The working folder. */
  readonly folder: string;
  readonly files: TemporaryFiles;
  /** Whether temporary files are deleted after their last use. */
  readonly removeTemporary: boolean;
}

/** The file of a block. */
export interface BlockFile {
  readonly path: string;
  /** To be called once when the block needs the file no more. */
  readonly release: () => Promise<void>;
}

/** Writes a block's file: the one that its first line names, else a temporary one; or says why there is none. */
export async function writeBlockFile(
  code: string,
  extension: string,
  where: BlockFiles,
): Promise<BlockFile | { readonly refused: string }> {
  try {
    return await write(code, extension, where);
  } catch (error) {
    if (isTesseraeError(error)) return { refused: error.message };
    const why = error instanceof Error ? error.message : String(error);
    return { refused: `The code cannot be written to its file: ${why}` };
  }
}

async function write(code: string, extension: string, where: BlockFiles): Promise<BlockFile> {
  const { folder, files, removeTemporary } = where;
  const name = readFileName(code);
  if (name !== undefined) {
    const path = await resolveInWorkDir(folder, name);
    await writeCodeFile(path, code);
    return { path, release: async () => {} };
  }
  const path = join(folder, temporaryFileName(code, extension));
  try {
    await files.enter(path, code);
  } catch (error) {
    await files.leave(path, false);
    throw error;
  }
  return { path, release: () => files.leave(path, removeTemporary) };
}
