import type { McpElicitRequest, McpElicitResult } from "../mcp-types.ts";
import type { McpElicitor } from "./mcp-session-host.ts";

/** Lets a function put a server's questions to a person. */
export class CallbackElicitor implements McpElicitor {
  readonly #ask: McpElicitor["elicit"];

  constructor(ask: McpElicitor["elicit"]) {
    this.#ask = ask;
  }

  elicit(request: McpElicitRequest, options: { readonly signal: AbortSignal }): Promise<McpElicitResult> {
    return this.#ask(request, options);
  }
}
