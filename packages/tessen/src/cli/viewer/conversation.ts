import type { RawObject } from "@tesserae/wire";
import { listOf, objectOf, textOf } from "../../tags/json-shape.ts";
import { blocksOfContent, blocksOfPart, callOf, type Block } from "./blocks.ts";

/** A message of a request or an answer. */
export interface Message {
  readonly role: string;
  readonly blocks: readonly Block[];
}

/** What a model was asked, as far as people want to see it at once. */
export interface RequestSummary {
  readonly messages: readonly Message[];
  /** Names of the tools that it may call. */
  readonly tools: readonly string[];
  /** Members that are one value: `temperature`, `max_tokens`, … */
  readonly parameters: readonly (readonly [string, string])[];
}

/** Reads a request in any provider's form, by its shape. */
export function readRequest(body: unknown): RequestSummary {
  const request = objectOf(body);
  const system = request["system"] ?? request["instructions"] ?? objectOf(request["systemInstruction"])["parts"];
  const systemBlocks = blocksOfContent(system);
  return {
    messages: [
      ...(systemBlocks.length === 0 ? [] : [{ role: "system", blocks: systemBlocks }]),
      ...messagesOf(request),
    ],
    tools: listOf(request["tools"]).flatMap(toolNames),
    parameters: Object.entries(request)
      .filter(([name, value]) => !NOT_PARAMETERS.has(name) && isPlain(value))
      .map(([name, value]) => [name, String(value)]),
  };
}

/** Reads an answer in any provider's form, by its shape: a message for each choice. */
export function readAnswer(body: unknown): Message[] {
  const answer = objectOf(body);
  const choices = listOf(answer["choices"]).map(objectOf);
  if (choices.length > 0) {
    return choices.map((choice) =>
      choice["message"] === undefined
        ? { role: "assistant", blocks: blocksOfContent(choice["text"]) }
        : messageOf(objectOf(choice["message"])),
    );
  }
  const candidates = listOf(answer["candidates"]).map((candidate) => objectOf(objectOf(candidate)["content"]));
  if (candidates.length > 0) return candidates.map(messageOf);
  if (Array.isArray(answer["output"])) {
    return [{ role: "assistant", blocks: answer["output"].flatMap((item) => blocksOfItem(objectOf(item))) }];
  }
  const message = answer["message"] === undefined ? answer : objectOf(answer["message"]);
  const read = messageOf({ ...message, content: message["content"] ?? answer["text"] ?? answer["response"] });
  return read.blocks.length === 0 ? [] : [read];
}

function messagesOf(request: RawObject): Message[] {
  const { input, prompt } = request;
  if (typeof input === "string") return [{ role: "user", blocks: blocksOfContent(input) }];
  if (typeof prompt === "string") return [{ role: "user", blocks: blocksOfContent(prompt) }];
  const list = [request["messages"], request["contents"], input].find((value) => Array.isArray(value));
  return listOf(list).map((item) => messageOf(objectOf(item)));
}

function messageOf(message: RawObject): Message {
  const role = textOf(message["role"]) || textOf(message["type"]) || "assistant";
  const content = message["content"] ?? message["parts"];
  // Items of the Responses API that are no messages stand in their place.
  if (content === undefined && message["role"] === undefined && message["type"] !== undefined) {
    return { role, blocks: blocksOfPart(message) };
  }
  const thinking = textOf(message["thinking"]) || textOf(message["reasoning_content"]) || textOf(message["reasoning"]);
  const refusal = textOf(message["refusal"]);
  const blocks = blocksOfContent(content);
  const toolId = textOf(message["tool_call_id"]);
  return {
    role,
    blocks: [
      ...(thinking === "" ? [] : [{ kind: "thinking", label: "", text: thinking } as const]),
      ...(role === "tool" ? blocks.map((block) => ({ ...block, kind: "result", label: toolId }) as const) : blocks),
      ...(refusal === "" ? [] : [{ kind: "other", label: "refusal", text: refusal } as const]),
      ...listOf(message["tool_calls"] ?? message["toolCalls"]).map((call) => callOf(objectOf(call))),
    ],
  };
}

function blocksOfItem(item: RawObject): Block[] {
  return item["type"] === "message" ? blocksOfContent(item["content"]) : blocksOfPart(item);
}

function toolNames(item: unknown): string[] {
  const tool = objectOf(item);
  const declared = listOf(tool["functionDeclarations"]);
  if (declared.length > 0) return declared.flatMap(toolNames);
  const name = textOf(objectOf(tool["function"])["name"]) || textOf(tool["name"]) || textOf(tool["type"]);
  return name === "" ? [] : [name];
}

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length <= 100);
}

const NOT_PARAMETERS: ReadonlySet<string> = new Set(["input", "prompt", "system", "instructions"]);
