import { isObject, type ComponentIssue, type Json } from "@tesserae/core";
import type { CommonOptions } from "../cli/options.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { plural } from "../cli/numbers.ts";
import { harmless, print, styleFor, tell } from "../cli/terminal.ts";
import { constructionIssues } from "../loading/construction-issues.ts";
import { issueLines } from "../loading/load-runner.ts";
import { readComponentFile } from "../loading/read-component-file.ts";

/** What `tesserae validate` may be told. */
export interface ValidateCommandOptions extends CommonOptions {
  readonly json?: boolean;
}

/** `tesserae validate FILE`: every error with its place; warnings apart. */
export async function validateCommand(file: string, options: ValidateCommandOptions): Promise<number> {
  const json = await readComponentFile(file);
  const { defaultRegistry } = await import("@tesserae/ext/components");
  const registry = defaultRegistry();
  const report = await registry.validate(json);
  const { warnings } = report;
  const errors = report.errors.length > 0 ? report.errors : await constructionIssues(registry, json as Json);
  if (options.json === true) {
    print(JSON.stringify({ file, valid: errors.length === 0, errors, warnings }));
  } else {
    say(file, kindOf(json), errors, warnings);
  }
  return errors.length === 0 ? EXIT.ok : EXIT.usage;
}

function say(file: string, kind: string, errors: readonly ComponentIssue[], warnings: readonly ComponentIssue[]): void {
  const style = styleFor(process.stderr);
  if (errors.length > 0)
    tell(`${style.red(`${file}: ${plural(errors.length, "error")}`)}\n${harmless(issueLines(errors))}`);
  if (warnings.length > 0) {
    tell(`${style.yellow(`${file}: ${plural(warnings.length, "warning")}`)}\n${harmless(issueLines(warnings))}`);
  }
  if (errors.length === 0) print(`${file} is valid: ${harmless(kind)}.`);
}

function kindOf(json: unknown): string {
  const provider = isObject(json) ? String(json["provider"]) : "";
  return provider.slice(provider.lastIndexOf(".") + 1);
}
