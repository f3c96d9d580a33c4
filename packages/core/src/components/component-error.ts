import type { ErrorCode } from "../errors/codes.ts";
import { TesseraeError, type TesseraeErrorOptions } from "../errors/tesserae-error.ts";

/** One thing that is wrong with a component's JSON. */
export interface ComponentIssue {
  /** RFC 6901 pointer into the whole JSON, `""` for its root. */
  readonly pointer: string;
  /** What is wrong and what is expected. */
  readonly message: string;
}

/** A component's JSON cannot be used. `issues` has everything that is wrong, each with its place. */
export class ComponentError extends TesseraeError {
  readonly issues: readonly ComponentIssue[];

  constructor(code: ErrorCode, issues: readonly ComponentIssue[], options: TesseraeErrorOptions = {}) {
    super(
      code,
      issues.map(({ pointer, message }) => `${pointer === "" ? "(root)" : pointer}: ${message}`).join("\n"),
      options,
    );
    this.name = "ComponentError";
    this.issues = issues;
  }
}
