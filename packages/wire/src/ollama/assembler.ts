import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta, StreamAssembler } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import { usageOfOllama } from "../usage/ollama-usage.ts";

class OllamaAssembler implements StreamAssembler {
  complete = false;
  ended = false;
  readonly #builder: ResponseBuilder;

  constructor(options: AssembleOptions) {
    this.#builder = new ResponseBuilder(options);
    this.#builder.reasonWithCalls = "stop";
  }

  pushData(data: string): readonly Delta[] {
    return this.push(parseJson(data));
  }

  push(event: unknown): readonly Delta[] {
    const out: Delta[] = [];
    const builder = this.#builder;
    if (!isRawObject(event)) {
      builder.notes.add("malformed_event", "A line was no JSON object.");
      return out;
    }
    if (event["error"] !== undefined) builder.fail(errorOfStreamEvent(event), out);
    if (builder.model === "") builder.model = textOf(event["model"]);
    builder.usage = usageOfOllama(event) ?? builder.usage;
    this.#readMessage(objectOf(event["message"]), out);
    if (event["done"] === true) {
      this.complete = true;
      this.ended = true;
      builder.endThinking(out);
      builder.rawFinishReason = nonEmptyText(event["done_reason"]) ?? null;
    }
    return out;
  }

  finish(): AssembledResponse {
    return this.#builder.build(this.complete);
  }

  #readMessage(message: RawObject, out: Delta[]): void {
    const builder = this.#builder;
    builder.addThinking(textOf(message["thinking"]), out);
    const text = textOf(message["content"]);
    if (text !== "") builder.endThinking(out);
    builder.addText(text, out);
    for (const entry of listOf(message["tool_calls"])) {
      const call = objectOf(objectOf(entry)["function"]);
      builder.endThinking(out);
      // The protocol asks for no ids, so their absence is nothing to note; some servers send them.
      const id = nonEmptyText(objectOf(entry)["id"]) ?? builder.createId();
      const draft = builder.startCall(id, textOf(call["name"]), out);
      const given = call["arguments"];
      if (given !== undefined && given !== null) {
        builder.addArguments(draft, typeof given === "string" ? given : JSON.stringify(given), out);
      }
    }
  }
}

/** Makes an assembler for one streamed Ollama chat (newline-delimited JSON). It is complete at `done: true`. */
export function createOllamaAssembler(options: AssembleOptions = {}): StreamAssembler {
  return new OllamaAssembler(options);
}

/** Reads the body of an Ollama chat that was not streamed. Never throws; a body that is none gives `complete: false`. */
export function decodeOllama(body: unknown, options: AssembleOptions = {}): AssembledResponse {
  const assembler = new OllamaAssembler(options);
  assembler.push(body);
  return assembler.finish();
}
