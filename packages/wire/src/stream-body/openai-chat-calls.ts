import { isRawObject, listOf, objectOf, type RawObject } from "../json.ts";
import { ToolCallRouter } from "../openai-chat/tool-calls.ts";
import type { Delta } from "../response/delta.ts";
import { ResponseBuilder } from "../response/response-builder.ts";
import type { ToolCallDraft } from "../response/tool-call-draft.ts";
import { takeMembers, type Members } from "./members.ts";

/** A builder that tells to which call each piece was given: of every piece the router adds the arguments. */
class RoutedCalls extends ResponseBuilder {
  readonly routed: ToolCallDraft[] = [];

  override addArguments(draft: ToolCallDraft, text: string, out: Delta[]): void {
    this.routed.push(draft);
    super.addArguments(draft, text, out);
  }
}

/** Puts the streamed `tool_calls` of one choice together, sorted into calls as the assembler sorts them. */
export class OpenAIChatCalls {
  readonly #builder = new RoutedCalls({ createId: () => "" });
  readonly #router = new ToolCallRouter(this.#builder);
  readonly #members = new Map<ToolCallDraft, { readonly call: Members; readonly inner: Members }>();

  add(pieces: readonly unknown[]): void {
    const known = pieces.map(withArguments);
    this.#builder.routed.length = 0;
    this.#router.readPieces(known, []);
    this.#builder.routed.forEach((draft, place) => {
      const members = this.#members.get(draft) ?? { call: new Map(), inner: new Map() };
      this.#members.set(draft, members);
      const piece = objectOf(known[place]);
      takeMembers(members.call, piece, OF_THE_ROUTER);
      takeMembers(members.inner, objectOf(piece["custom"] ?? piece["function"]), OF_THE_INNER);
      if (isRawObject(piece["custom"]) && !members.call.has("type")) members.call.set("type", "custom");
    });
  }

  toList(): RawObject[] {
    return this.#builder.calls.map((draft) => {
      const { call, inner } = this.#members.get(draft) ?? { call: new Map(), inner: new Map() };
      const isCustom = call.get("type") === "custom";
      const said = isCustom
        ? { name: draft.name, input: draft.arguments }
        : { name: draft.name, arguments: draft.arguments };
      return {
        ...(draft.madeId ? {} : { id: draft.id }),
        type: "function",
        ...Object.fromEntries(call),
        [isCustom ? "custom" : "function"]: { ...said, ...Object.fromEntries(inner) },
      };
    });
  }
}

const OF_THE_ROUTER: ReadonlySet<string> = new Set(["index", "id", "function", "custom"]);
const OF_THE_INNER: ReadonlySet<string> = new Set(["name", "arguments", "input"]);

/** The piece with the arguments that it leaves out. */
function withArguments(entry: unknown): RawObject {
  const piece = objectOf(entry);
  const custom = piece["custom"];
  if (isRawObject(custom)) return { ...piece, custom: { ...custom, input: custom["input"] ?? "" } };
  const called = objectOf(piece["function"]);
  return { ...piece, function: { ...called, arguments: called["arguments"] ?? "" } };
}

/** The calls of a whole message, each as the one piece of a stream that carries it. */
export function piecesOfCalls(calls: unknown): RawObject[] {
  return listOf(calls).map((entry, index) => {
    const call = objectOf(entry);
    return { index, ...call, ...(call["type"] === undefined ? { type: "function" } : {}) };
  });
}
