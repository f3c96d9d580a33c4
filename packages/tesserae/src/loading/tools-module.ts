import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isTool, type Tool } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";

/** The tools of a module of the user's, by name: what it exports that `tool()` made, alone or in a list. */
export async function loadTools(path: string | undefined): Promise<Readonly<Record<string, Tool>>> {
  if (path === undefined) return {};
  const file = resolve(path);
  if (!existsSync(file)) throw new CommandError(`--tools: there is no module ${path}.`);
  let module: object;
  try {
    module = (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    throw new CommandError(`--tools: ${path} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
  const found = Object.values(module).flat().filter(isTool);
  if (found.length === 0) {
    throw new CommandError(
      `--tools: ${path} exports no tool. Export what tool({ name, description, parameters, execute }) gives.`,
    );
  }
  return Object.fromEntries(found.map((each) => [each.name, each]));
}
