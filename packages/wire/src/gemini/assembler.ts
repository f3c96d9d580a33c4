import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta, StreamAssembler } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import { usageOfGemini } from "../usage/gemini-usage.ts";
import { citationsOfGrounding } from "./grounding.ts";
import { GeminiParts } from "./parts.ts";

/** Parts that are carried along without being read: what the provider's own tools did, and media. */
const OPAQUE_PARTS: ReadonlySet<string> = new Set([
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
  "inlineData",
  "fileData",
  "thoughtSignature",
]);

class GeminiAssembler implements StreamAssembler {
  complete = false;
  /** The protocol has no last event; servers that imitate others' send `[DONE]`. */
  ended = false;
  readonly #builder: ResponseBuilder;
  readonly #parts = new GeminiParts();
  #grounding: RawObject | undefined;

  constructor(options: AssembleOptions) {
    this.#builder = new ResponseBuilder(options);
    this.#builder.reasonWithCalls = "stop";
  }

  pushData(data: string): readonly Delta[] {
    if (data === "[DONE]") {
      this.ended = true;
      return [];
    }
    return this.push(parseJson(data));
  }

  push(event: unknown): readonly Delta[] {
    const out: Delta[] = [];
    const builder = this.#builder;
    // An error in the answer to a request without `alt=sse` comes as a list of one.
    const body = Array.isArray(event) ? (event[0] as unknown) : event;
    if (!isRawObject(body)) {
      builder.notes.add("malformed_event", "An event was no JSON object.");
      return out;
    }
    if (isRawObject(body["error"])) builder.fail(errorOfStreamEvent(body), out);
    if (builder.id === "") builder.id = textOf(body["responseId"]);
    if (builder.model === "") builder.model = textOf(body["modelVersion"]);
    builder.usage = usageOfGemini(body["usageMetadata"]) ?? builder.usage;
    const candidates = listOf(body["candidates"]);
    if (candidates.length > 1) {
      builder.notes.add("multiple_choices", "The answer has several candidates; the first was read.");
    }
    if (candidates.length > 0) this.#readCandidate(objectOf(candidates[0]), out);
    const blocked = nonEmptyText(objectOf(body["promptFeedback"])["blockReason"]);
    if (blocked !== undefined) {
      builder.blocked = true;
      this.#end(blocked, out);
    }
    return out;
  }

  finish(): AssembledResponse {
    const builder = this.#builder;
    for (const citation of citationsOfGrounding(this.#grounding, builder.text)) builder.addCitation(citation, []);
    builder.providerData = this.#parts.toProviderData();
    return builder.build(this.complete);
  }

  #readCandidate(candidate: RawObject, out: Delta[]): void {
    for (const part of listOf(objectOf(candidate["content"])["parts"])) this.#readPart(objectOf(part), out);
    const grounding = candidate["groundingMetadata"];
    if (isRawObject(grounding) && Object.keys(grounding).length > 0) this.#grounding = grounding;
    const reason = nonEmptyText(candidate["finishReason"]);
    if (reason !== undefined && reason !== "FINISH_REASON_UNSPECIFIED") this.#end(reason, out);
  }

  #end(reason: string, out: Delta[]): void {
    this.#builder.rawFinishReason = reason;
    this.complete = true;
    this.#builder.endThinking(out);
  }

  #readPart(part: RawObject, out: Delta[]): void {
    const builder = this.#builder;
    this.#parts.add(part);
    if (typeof part["text"] === "string") {
      if (part["thought"] === true) {
        builder.addThinking(part["text"], out);
      } else if (part["text"] !== "") {
        builder.endThinking(out);
        builder.addText(part["text"], out);
      }
    } else if (isRawObject(part["functionCall"])) {
      builder.endThinking(out);
      const call = part["functionCall"];
      // Most models give no ids, and the protocol does not ask for them, so their absence is nothing to note.
      const draft = builder.startCall(nonEmptyText(call["id"]) ?? builder.createId(), textOf(call["name"]), out);
      if (call["args"] !== undefined) builder.addArguments(draft, JSON.stringify(call["args"]), out);
    } else if (!Object.keys(part).some((key) => OPAQUE_PARTS.has(key))) {
      builder.notes.add("unknown_event", `part with ${Object.keys(part).join(", ")}`);
    }
  }
}

/** Makes an assembler for one streamed answer. It counts as complete at a finish reason or when the prompt was blocked. */
export function createGeminiAssembler(options: AssembleOptions = {}): StreamAssembler {
  return new GeminiAssembler(options);
}

/** Reads the body of an answer that was not streamed. Never throws; a body that is none gives `complete: false`. */
export function decodeGemini(body: unknown, options: AssembleOptions = {}): AssembledResponse {
  const assembler = new GeminiAssembler(options);
  assembler.push(body);
  assembler.complete ||= listOf(objectOf(body)["candidates"]).length > 0;
  return assembler.finish();
}
