import { ValueError, compileSchema, formatIssues, isObject, type ComponentDefinition } from "@tesserae/core";
import type { Readable, Writable } from "node:stream";
import type { McpElicitRequest, McpElicitResult } from "../mcp-types.ts";
import { LineReader } from "./line-reader.ts";
import type { McpElicitor } from "./mcp-session-host.ts";

/** What makes a {@link StdioElicitor}. */
export interface StdioElicitorOptions {
  /** How long each line may take, in seconds. Default: for ever. */
  readonly timeout?: number | undefined;
  /** Default: the process's standard input. */
  readonly input?: Readable | undefined;
  /** Default: the process's standard output. */
  readonly output?: Writable | undefined;
}

const ACTIONS: { readonly [answer: string]: McpElicitResult["action"] | undefined } = {
  a: "accept",
  accept: "accept",
  d: "decline",
  decline: "decline",
  c: "cancel",
  cancel: "cancel",
};

/** Puts a server's questions to the person at the console. One at a time: a second question waits for the first. */
export class StdioElicitor implements McpElicitor {
  static readonly component: ComponentDefinition<StdioElicitor> = {
    provider: "autogen_ext.tools.mcp.StdioElicitor",
    componentType: "mcp_elicitor",
    label: "StdioElicitor",
    description: "Puts a server's questions to the person at the console.",
    schema: { type: "object", properties: { timeout: { anyOf: [{ type: "number" }, { type: "null" }] } } },
    toConfig: ({ timeout }) => (timeout === undefined ? {} : { timeout }),
    fromConfig: ({ timeout }: { readonly timeout?: number }) => new StdioElicitor({ timeout }),
  };

  readonly timeout: number | undefined;
  readonly #input: Readable;
  readonly #output: Writable;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ timeout, input = process.stdin, output = process.stdout }: StdioElicitorOptions = {}) {
    if (timeout !== undefined && !(timeout > 0)) throw new ValueError("/timeout must be a number of seconds above 0.");
    this.timeout = timeout;
    this.#input = input;
    this.#output = output;
  }

  elicit(request: McpElicitRequest, { signal }: { readonly signal: AbortSignal }): Promise<McpElicitResult> {
    const asked = this.#turn.then(() => this.#ask(request, signal));
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  async #ask({ message, requestedSchema }: McpElicitRequest, signal: AbortSignal): Promise<McpElicitResult> {
    const lines = new LineReader(this.#input);
    try {
      this.#say(boxed(message));
      const action = await this.#action(lines, signal);
      if (action !== "accept" || requestedSchema === undefined) return { action };
      this.#say(`One line of JSON that fits this schema:\n${JSON.stringify(requestedSchema, null, 2)}`);
      return { action, content: await this.#content(compileSchema(requestedSchema).validate, lines, signal) };
    } finally {
      lines.close();
    }
  }

  async #action(lines: LineReader, signal: AbortSignal): Promise<McpElicitResult["action"]> {
    for (;;) {
      this.#say("[a]ccept, [d]ecline or [c]ancel?");
      const action = ACTIONS[(await lines.next(this.timeout, signal)).trim().toLowerCase()];
      if (action !== undefined) return action;
    }
  }

  async #content(
    validate: ReturnType<typeof compileSchema>["validate"],
    lines: LineReader,
    signal: AbortSignal,
  ): Promise<NonNullable<McpElicitResult["content"]>> {
    for (;;) {
      const verdict = validate(parsed(await lines.next(this.timeout, signal)));
      // The protocol lets a server ask for plain values alone.
      if (verdict.ok && isObject(verdict.value)) return verdict.value as NonNullable<McpElicitResult["content"]>;
      this.#say(
        verdict.ok ? "That is no JSON object. Again, please:" : `${formatIssues(verdict.issues)}\nAgain, please:`,
      );
    }
  }

  #say(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

function boxed(message: string): string {
  const lines = ["A server asks:", ...message.split("\n")];
  const width = Math.max(...lines.map((line) => line.length));
  const border = `+-${"-".repeat(width)}-+`;
  return [border, ...lines.map((line) => `| ${line.padEnd(width)} |`), border].join("\n");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
