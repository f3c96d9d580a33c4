import { isObject } from "@tesserae/core";
import type { CommonOptions } from "../cli/options.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { plural } from "../cli/numbers.ts";
import { harmless, print, styleFor, tell } from "../cli/terminal.ts";
import { examineComponent, type ComponentReport } from "../loading/examine-component.ts";
import { issueLines } from "../loading/load-runner.ts";
import { readComponentFile } from "../loading/read-component-file.ts";
import { COMMAND } from "../cli/command-name.ts";

/** What `tesserae validate` may be told. */
export interface ValidateCommandOptions extends CommonOptions {
  readonly json?: boolean;
}

/** `tesserae validate FILE`: every error with its place; warnings apart. */
export async function validateCommand(file: string, options: ValidateCommandOptions): Promise<number> {
  const json = await readComponentFile(file);
  const { defaultRegistry } = await import("@tesserae/ext/components");
  const report = await examineComponent(defaultRegistry(), json);
  const valid = report.errors.length === 0;
  if (options.json === true) print(JSON.stringify({ file, valid, ...report }));
  else say(file, kindOf(json), report);
  return valid ? EXIT.ok : EXIT.usage;
}

function say(file: string, kind: string, { errors, warnings, functions }: ComponentReport): void {
  const style = styleFor(process.stderr);
  if (errors.length > 0)
    tell(`${style.red(`${file}: ${plural(errors.length, "error")}`)}\n${harmless(issueLines(errors))}`);
  if (warnings.length > 0)
    tell(`${style.yellow(`${file}: ${plural(warnings.length, "warning")}`)}\n${harmless(issueLines(warnings))}`);
  if (errors.length > 0) return;
  print(`${file} is valid: ${harmless(kind)}.`);
  if (functions.length > 0) {
    print(
      `To run it, give the module that exports ${harmless(functions.join(", "))}: ${COMMAND} run ${file} --tools MODULE`,
    );
  }
}

function kindOf(json: unknown): string {
  const provider = isObject(json) ? String(json["provider"]) : "";
  return provider.slice(provider.lastIndexOf(".") + 1);
}
