import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, parseJson, textOf, type RawObject } from "../json.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta, StreamAssembler } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import { usageOfOpenAIChat } from "../usage/openai-usage.ts";
import { logprobsOf } from "./logprobs.ts";
import { ReasoningDetails } from "./provider-data.ts";
import { readMessage } from "./read-message.ts";
import { ToolCallRouter } from "./tool-calls.ts";

/** After this many chunks in a row without a choice there is a note. */
const EMPTY_CHUNKS_NOTED = 10;

class OpenAIChatAssembler implements StreamAssembler {
  complete = false;
  ended = false;
  readonly #builder: ResponseBuilder;
  readonly #router: ToolCallRouter;
  readonly #details = new ReasoningDetails();
  #emptyChunks = 0;

  constructor(options: AssembleOptions) {
    this.#builder = new ResponseBuilder(options);
    this.#router = new ToolCallRouter(this.#builder);
  }

  pushData(data: string): readonly Delta[] {
    if (data === "[DONE]") {
      this.complete = true;
      this.ended = true;
      return [];
    }
    return this.push(parseJson(data));
  }

  push(event: unknown): readonly Delta[] {
    const out: Delta[] = [];
    const builder = this.#builder;
    if (!isRawObject(event)) {
      builder.notes.add("malformed_event", "A chunk was no JSON object.");
      return out;
    }
    readEnvelope(event, builder);
    if (isRawObject(event["error"]) || typeof event["error"] === "string") {
      builder.fail(errorOfStreamEvent(event), out);
    }
    const choices = listOf(event["choices"]);
    if (choices.length === 0) {
      this.#emptyChunks += 1;
      if (this.#emptyChunks === EMPTY_CHUNKS_NOTED) {
        builder.notes.add("empty_chunks", `${EMPTY_CHUNKS_NOTED} chunks in a row had no choices.`);
      }
      return out;
    }
    this.#emptyChunks = 0;
    const choice = firstChoice(choices, builder);
    if (choice !== undefined) this.#readChoice(choice, out);
    return out;
  }

  finish(): AssembledResponse {
    this.#builder.providerData = this.#details.toProviderData(this.#router.extras());
    return this.#builder.build(this.complete);
  }

  #readChoice(choice: RawObject, out: Delta[]): void {
    const builder = this.#builder;
    // Some servers send the whole message in place of a delta.
    const delta = isRawObject(choice["delta"]) ? choice["delta"] : objectOf(choice["message"]);
    readMessage(delta, builder, out);
    if (delta["tool_calls"] !== undefined) this.#router.readPieces(delta["tool_calls"], out);
    if (delta["reasoning_details"] !== undefined) this.#details.read(delta["reasoning_details"]);
    readChoiceEnd(choice, builder);
    if (nonEmptyText(choice["finish_reason"]) !== undefined) {
      this.complete = true;
      builder.endThinking(out);
    }
  }
}

/** Makes an assembler for one streamed chat completion. The answer counts as complete at a finish reason or `[DONE]`. */
export function createOpenAIChatAssembler(options: AssembleOptions = {}): StreamAssembler {
  return new OpenAIChatAssembler(options);
}

/** Reads the body of a chat completion that was not streamed. Never throws; a body that is none gives `complete: false`. */
export function decodeOpenAIChat(body: unknown, options: AssembleOptions = {}): AssembledResponse {
  const builder = new ResponseBuilder(options);
  const out: Delta[] = [];
  const answer = objectOf(body);
  readEnvelope(answer, builder);
  if (isRawObject(answer["error"])) builder.fail(errorOfStreamEvent(answer), out);
  const choice = firstChoice(listOf(answer["choices"]), builder);
  const router = new ToolCallRouter(builder);
  const details = new ReasoningDetails();
  if (choice !== undefined) {
    const message = objectOf(choice["message"]);
    readMessage(message, builder, out);
    router.readCalls(message["tool_calls"], out);
    details.read(message["reasoning_details"]);
    readChoiceEnd(choice, builder);
  }
  builder.providerData = details.toProviderData(router.extras());
  return builder.build(choice !== undefined);
}

function readEnvelope(event: RawObject, builder: ResponseBuilder): void {
  if (builder.id === "") builder.id = textOf(event["id"]);
  if (builder.model === "") builder.model = textOf(event["model"]);
  const usage = event["usage"] ?? (event["x_groq"] === undefined ? undefined : objectOf(event["x_groq"])["usage"]);
  if (usage !== undefined && usage !== null) builder.usage = usageOfOpenAIChat(usage) ?? builder.usage;
}

/** The choice that is read: that of index 0, which is nearly always the only one. */
function firstChoice(choices: readonly unknown[], builder: ResponseBuilder): RawObject | undefined {
  if (choices.length > 1) builder.notes.add("multiple_choices", "The answer has several choices; the first was read.");
  const choice = objectOf(choices[0]);
  if (typeof choice["index"] === "number" && choice["index"] > 0) {
    builder.notes.add("multiple_choices", "The answer has several choices; the first was read.");
    return undefined;
  }
  return choices.length === 0 ? undefined : choice;
}

function readChoiceEnd(choice: RawObject, builder: ResponseBuilder): void {
  const logprobs = choice["logprobs"];
  if (isRawObject(logprobs)) builder.addLogprobs(logprobsOf(logprobs["content"]));
  const reason = nonEmptyText(choice["finish_reason"]);
  if (reason === "function_call") {
    builder.notes.add("legacy_function_call", "The model used function_call, which tool calls have replaced.");
  }
  if (reason !== undefined) builder.rawFinishReason = reason;
  if (choice["usage"] !== undefined) builder.usage = usageOfOpenAIChat(choice["usage"]) ?? builder.usage;
}
