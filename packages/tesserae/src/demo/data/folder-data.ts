import { constants, copyFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../../cli/command-error.ts";
import { messageOf } from "../../cli/report-error.ts";
import { OUTPUTS, type DataFile } from "../team/workspace.ts";

const MOST_FILES = 20;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The CSV and JSON files of a folder of the user's. They are copied, so that a program of a model's cannot change them.
 * @throws CommandError when there are none, too many or too large ones.
 */
export function folderData(folder: string): readonly DataFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /^[^.].*\.(csv|json)$/i.test(entry.name) && entry.name !== OUTPUTS.table)
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    throw new CommandError(`--dir: ${folder} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (names.length === 0)
    throw new CommandError(`--dir: ${folder} holds no CSV or JSON file. Name a folder with a data file in it.`);
  if (names.length > MOST_FILES) {
    throw new CommandError(`--dir: ${folder} holds ${names.length} data files; the demo takes ${MOST_FILES} at most.`);
  }
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (bytes > MOST_BYTES)
    throw new CommandError(`--dir: the data files of ${folder} have more than ${MOST_BYTES / 1024 / 1024} MB.`);
  return names.map((name) => ({
    name,
    write: (path) => copyFileSync(join(folder, name), path, constants.COPYFILE_FICLONE),
  }));
}
