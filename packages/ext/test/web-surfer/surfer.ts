import { CreateResult, type FunctionCall } from "@tesserae/core";
import { onTestFinished } from "vitest";
import { MultimodalWebSurfer, type MultimodalWebSurferOptions } from "../../src/agents/web-surfer/index.ts";
import { ReplayChatCompletionClient } from "../../src/models/replay/index.ts";

const usage = { promptTokens: 10, completionTokens: 5 };

/** An answer that asks for tools. */
export function asks(...calls: readonly (readonly [name: string, args: object])[]): CreateResult {
  const content: readonly FunctionCall[] = calls.map(([name, args], at) => ({
    id: `call_${at}`,
    name,
    arguments: JSON.stringify({ reasoning: "next", ...args }),
  }));
  return CreateResult({ finishReason: "function_calls", content, usage });
}

/** An answer in words. */
export function says(content: string): CreateResult {
  return CreateResult({ finishReason: "stop", content, usage });
}

/** A model that gives these answers, and sees pictures unless it is said to be blind. */
export function scripted(
  answers: readonly (string | CreateResult)[],
  { vision = true, functionCalling = true } = {},
): ReplayChatCompletionClient {
  const modelInfo = { vision, functionCalling, jsonOutput: true, structuredOutput: true, family: "unknown" };
  return new ReplayChatCompletionClient({ chatCompletions: answers, modelInfo });
}

/** A surfer for the pages of a test, closed with it: they are on this machine, and need no time. */
export function surfer(
  options: Partial<MultimodalWebSurferOptions> & Pick<MultimodalWebSurferOptions, "modelClient">,
): MultimodalWebSurfer {
  const made = new MultimodalWebSurfer({
    name: "surfer",
    startPage: "about:blank",
    actionDelayMs: 0,
    // Containers have no user namespaces, and the pages are our own.
    sandbox: false,
    blockPrivateNetworks: false,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

/** What a model was shown in a call, as text. */
export function shown(model: ReplayChatCompletionClient, call: number): string {
  const { messages = [] } = model.createCalls[call] ?? {};
  return messages
    .map(({ content }) =>
      typeof content === "string"
        ? content
        : content.map((part) => (typeof part === "string" ? part : "<part>")).join("\n"),
    )
    .join("\n----\n");
}

/** The names of the tools that a model was offered in a call. */
export function offered(model: ReplayChatCompletionClient, call: number): readonly string[] {
  return (model.createCalls[call]?.tools ?? []).map(({ name }) => name);
}
