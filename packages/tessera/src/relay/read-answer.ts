import type { Protocol } from "@tesserae/wire/response";
import { usageOfAnthropic, usageOfOpenAIChat, usageOfOpenAIResponses, type Usage } from "@tesserae/wire/usage";
import type { JsonScanner, Member } from "../http/json/json-scanner.ts";
import { believed } from "./estimate.ts";
import type { AnswerFacts } from "./read-stream.ts";

/** Reads the body of an answer in JSON: usage, model, and why the model stopped, without parsing the rest of it. */
export function readAnswer(scanner: JsonScanner, protocol: Protocol, body: Buffer): AnswerFacts {
  const facts = { model: "", usage: null as Usage | null, finish: null as string | null };
  let tools: unknown;
  let usage: unknown;
  try {
    for (const member of scanner.scan(body).members) {
      if (member.name === "usage") usage = valueOf(body, member);
      else if (member.name === "model") facts.model = textOf(body, member) ?? "";
      else if (member.name === "stop_reason" || member.name === "status") facts.finish ??= textOf(body, member) ?? null;
      else if (member.name === "tool_usage") tools = valueOf(body, member);
      else if (member.name === "choices") facts.finish ??= finishOfChoices(scanner, body, member);
    }
  } catch {
    // Not the JSON that the protocol promises: it is passed on, and nothing is known of it.
    return { model: "", usage: null, finish: null, complete: false, failed: false };
  }
  facts.usage = usageOf(protocol, usage, tools);
  return { ...facts, complete: true, failed: false };
}

function usageOf(protocol: Protocol, usage: unknown, tools: unknown): Usage | null {
  if (protocol === "anthropic") return believed(usageOfAnthropic(usage));
  return believed(protocol === "openai-responses" ? usageOfOpenAIResponses(usage, tools) : usageOfOpenAIChat(usage));
}

/** The `finish_reason` of the first choice. */
function finishOfChoices(scanner: JsonScanner, body: Buffer, choices: Member): string | null {
  let at = choices.valueStart + 1;
  while (at < choices.valueEnd && body[at] !== 0x7b) at += 1;
  const first = scanner.scanInside(body, at);
  const finish = first?.members.find(({ name }) => name === "finish_reason");
  return finish === undefined ? null : (textOf(body, finish) ?? null);
}

function valueOf(body: Buffer, member: Member): unknown {
  return JSON.parse(body.toString("utf8", member.valueStart, member.valueEnd));
}

function textOf(body: Buffer, member: Member): string | undefined {
  const value = body[member.valueStart] === 0x22 ? valueOf(body, member) : undefined;
  return typeof value === "string" ? value : undefined;
}

const USAGE = '"usage"';

/** The usage at the end of a body of which the beginning is not there; `undefined` where it is not found. */
export function usageAtEnd(scanner: JsonScanner, protocol: Protocol, end: Buffer): Usage | undefined {
  const name = end.lastIndexOf(USAGE);
  const start = name === -1 ? -1 : end.indexOf("{", name);
  if (start === -1) return undefined;
  try {
    const object = scanner.scanInside(end, start);
    const usage = object && usageOf(protocol, JSON.parse(end.toString("utf8", start, object.end)), undefined);
    return usage ?? undefined;
  } catch {
    return undefined;
  }
}
