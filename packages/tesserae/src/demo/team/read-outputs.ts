import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "@tesserae/core";
import { checkTable, type Table } from "../toolkit/table.ts";
import { OUTPUTS } from "./workspace.ts";

/**
 * The table that the analyst's program wrote.
 * @throws RuntimeError when there is none, or when it is no table.
 */
export function readTable(folder: string): Table {
  const path = join(folder, OUTPUTS.table);
  if (!existsSync(path)) throw new RuntimeError("The analyst's program wrote no table (table.json is missing).");
  try {
    return checkTable(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new RuntimeError(`The table of the analyst's program cannot be used: ${String(error)}`, { cause: error });
  }
}

/** True when the analyst's program drew a chart. */
export function hasChart(folder: string): boolean {
  return existsSync(join(folder, OUTPUTS.chart));
}
