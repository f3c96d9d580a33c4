import { TesseraeError } from "../errors/tesserae-error.ts";

/** The arguments of a tool call do not fit the tool's parameters. The message lists every place that does not. */
export class ToolArgumentsError extends TesseraeError {
  constructor(tool: string, problems: readonly { readonly pointer: string; readonly message: string }[]) {
    const list = problems.map(({ pointer, message }) => (pointer === "" ? message : `${pointer}: ${message}`));
    super("ERR_TOOL_ARGUMENTS", `The arguments of tool '${tool}' are not valid. ${list.join("; ")}`);
    this.name = "ToolArgumentsError";
  }
}
