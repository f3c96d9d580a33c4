import type { RawObject } from "@tesserae/wire";
import { objectOf, objectsIn, piecesIn } from "./members.ts";

/** Members of a message that are told at its end. */
const AT_END: ReadonlySet<string> = new Set([
  "stop_reason",
  "stop_sequence",
  "stop_details",
  "container",
  "context_management",
]);

/** The events as which an Anthropic message could have been streamed. */
export function anthropicEvents(body: RawObject): RawObject[] {
  const { content, usage: whole, ...rest } = body;
  const usage = objectOf(whole);
  const [start, end]: Record<string, unknown>[] = [{}, {}];
  for (const [name, value] of Object.entries(rest))
    Object.assign((AT_END.has(name) ? end : start) ?? {}, { [name]: value });
  return [
    {
      type: "message_start",
      message: { ...start, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
    },
    ...objectsIn(content).flatMap((block, index) => {
      const { opened, deltas } = openBlock(block);
      return [
        { type: "content_block_start", index, content_block: opened },
        ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
        { type: "content_block_stop", index },
      ];
    }),
    { type: "message_delta", delta: end, usage },
    { type: "message_stop" },
  ];
}

/** How a block begins, and what makes it whole. */
function openBlock(block: RawObject): { readonly opened: RawObject; readonly deltas: readonly RawObject[] } {
  if (block["type"] === "text") {
    const { citations } = block;
    return {
      opened: { ...block, text: "", ...(Array.isArray(citations) ? { citations: [] } : {}) },
      deltas: [
        ...objectsIn(citations).map((citation) => ({ type: "citations_delta", citation })),
        ...piecesIn(block["text"]).map((text) => ({ type: "text_delta", text })),
      ],
    };
  }
  if (block["type"] === "thinking") {
    const { signature } = block;
    return {
      opened: { ...block, thinking: "", signature: "" },
      deltas: [
        ...piecesIn(block["thinking"]).map((thinking) => ({ type: "thinking_delta", thinking })),
        ...(typeof signature === "string" ? [{ type: "signature_delta", signature }] : []),
      ],
    };
  }
  const { input } = block;
  if (input === undefined) return { opened: block, deltas: [] };
  // Input that is no JSON stands in the body as the text that the model wrote.
  const json = typeof input === "string" ? input : JSON.stringify(input);
  const pieces = json === "{}" ? [] : piecesIn(json);
  return {
    opened: { ...block, input: {} },
    deltas: pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  };
}
