import { hash } from "node:crypto";

/** So much of the instructions tells one agent from another; what follows may be a growing transcript. */
const HEAD = 256;
/** Read before digits are joined, so that longer numbers do not move the end of the head. */
const READ = 4 * HEAD;
/** So many names are remembered: more than a gateway tells apart. */
const MOST_KNOWN = 2048;

/** What tells requests without a name of their own apart. */
export interface FingerprintInput {
  readonly keyId: string;
  readonly upstreamId: string;
  readonly dialect: string;
  /** The request's body, parsed. */
  readonly body: unknown;
}

/**
 * The name of the workload of a request that names none: `auto:` and ten hexadecimal digits over the key, the upstream,
 * the dialect, the head of the instructions (every number taken as 0, so that a date in it changes nothing) and the
 * names of the tools. `undefined` for a body that is no object. `known`: names that were told before, to which this one is
 * added; nearly every request is like another.
 */
export function fingerprint(input: FingerprintInput, known: Map<string, string> = new Map()): string | undefined {
  const { keyId, upstreamId, dialect, body } = input;
  if (!isRecord(body)) return undefined;
  const head = instructionsOf(body).slice(0, READ).replaceAll(/\d+/g, "0").slice(0, HEAD);
  const tools = toolNamesOf(body);
  // The lengths tell where one part ends and the next begins.
  const parts = `${keyId.length} ${upstreamId.length} ${head.length} ${keyId}${upstreamId}${head}${dialect}`;
  const place = tools.length === 0 ? parts : `${parts} ${JSON.stringify(tools)}`;
  let name = known.get(place);
  if (name === undefined) {
    const text = JSON.stringify([keyId, upstreamId, dialect, head, tools]);
    name = `auto:${hash("sha256", text, "hex").slice(0, 10)}`;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(place, name);
  }
  return name;
}

/** The first text of the instructions, else the first of a user. */
function instructionsOf(body: Readonly<Record<string, unknown>>): string {
  const { system, instructions, messages, input } = body;
  const said = firstText(system) ?? firstText(instructions);
  if (said !== undefined) return said;
  const items = Array.isArray(messages) ? messages : Array.isArray(input) ? input : [];
  return textOfRole(items, ["system", "developer"]) ?? textOfRole(items, ["user"]) ?? firstText(input) ?? "";
}

function textOfRole(items: readonly unknown[], roles: readonly string[]): string | undefined {
  const item = items.find((item) => isRecord(item) && roles.includes(String(item["role"])));
  return isRecord(item) ? (firstText(item["content"]) ?? "") : undefined;
}

/** A text, or the first text of a list of parts. */
function firstText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const part: unknown = content.find((part) => isRecord(part) && typeof part["text"] === "string");
  return isRecord(part) ? String(part["text"]) : undefined;
}

/** The names of the tools, in order: OpenAI's chat completions have them in `function`. A tool without one has a type. */
function toolNamesOf({ tools }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools
    .filter(isRecord)
    .map((tool) => (isRecord(tool["function"]) ? tool["function"]["name"] : (tool["name"] ?? tool["type"])))
    .map(String)
    .sort();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
