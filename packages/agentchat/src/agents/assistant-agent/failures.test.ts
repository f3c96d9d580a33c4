import {
  CancelledError,
  RuntimeError,
  StaticWorkbench,
  UnboundedChatCompletionContext,
  isAbortError,
  tool,
  type Tool,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../deferred.ts";
import { collect, rejection, typesOf } from "../../testing/collect.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { addTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";
import type { AssistantAgentOptions } from "./options.ts";

function assistant(answers: readonly ScriptedAnswer[], options: Partial<AssistantAgentOptions> = {}) {
  const modelContext = new UnboundedChatCompletionContext();
  const client = new ScriptedClient(answers);
  const agent = new AssistantAgent({ name: "a", modelClient: client, modelContext, systemMessage: null, ...options });
  return { agent, client, seen: () => typesOf(modelContext.getMessages()) };
}

/** A tool that begins and never ends, whatever its signal says. */
function stubbornTool(): { readonly stubborn: Tool; readonly begun: Promise<void> } {
  const begun = deferred<void>();
  const stubborn = tool({
    name: "stubborn",
    description: "",
    parameters: { type: "object", properties: {} },
    execute: () => {
      begun.resolve();
      return new Promise<never>(() => undefined);
    },
  });
  return { stubborn, begun: begun.promise };
}

describe("a step that fails leaves the model's context as it was", () => {
  test("when the model fails at once", async () => {
    const { agent, seen } = assistant([new RuntimeError("no quota"), "ok"]);
    await rejection(agent.run("one"));
    expect(seen()).toEqual([]);
    await agent.run("two");
    expect(seen()).toEqual(["UserMessage", "AssistantMessage"]);
  });

  test("when the model fails after tools", async () => {
    const { agent, seen } = assistant([callsOf(["add", { a: 1, b: 2 }]), new RuntimeError("no quota")], {
      tools: [addTool()],
      reflectOnToolUse: true,
    });
    expect(String(await rejection(agent.run("go")))).toMatch(/no quota/);
    expect(seen()).toEqual([]);
  });

  test("when the reflection calls tools again", async () => {
    const { agent, seen } = assistant([callsOf(["add", { a: 1, b: 2 }]), callsOf(["add", { a: 1, b: 2 }])], {
      tools: [addTool()],
      reflectOnToolUse: true,
    });
    expect(String(await rejection(agent.run("go")))).toMatch(/produced no valid text response/);
    expect(seen()).toEqual([]);
  });

  test("when it is cancelled in the middle of a tool that does not watch the signal", async () => {
    const { stubborn, begun } = stubbornTool();
    const calls = callsOf(["stubborn", {}], ["add", { a: 1, b: 2 }]);
    const { agent, seen } = assistant([calls, "ok"], { tools: [stubborn, addTool()] });
    const controller = new AbortController();
    const running = rejection(agent.onMessages([], { signal: controller.signal }));
    await begun;
    controller.abort();
    expect(isAbortError(await running)).toBe(true);
    expect(seen()).toEqual([]);
    await agent.run("next");
    expect(seen()).toEqual(["UserMessage", "AssistantMessage"]);
  });

  test("when a context of the user's own has no checkpoints", async () => {
    class Plain extends UnboundedChatCompletionContext {
      override readonly checkpoint = undefined as never;
    }
    const modelContext = new Plain();
    const { agent } = assistant([new RuntimeError("no quota")], { modelContext });
    await rejection(agent.run("one"));
    expect(modelContext.getMessages()).toEqual([]);
  });
});

describe("what a workbench throws", () => {
  test("is an error result, as the failure of a tool is", async () => {
    class Broken extends StaticWorkbench {
      override callTool(): Promise<never> {
        return Promise.reject(new Error("no connection"));
      }
    }
    const workbench = new Broken({ tools: [addTool()] });
    const { agent } = assistant([callsOf(["add", { a: 1, b: 2 }])], { workbench });
    const { messages } = await agent.run("go");
    expect(messages.at(-1)).toMatchObject({
      type: "ToolCallSummaryMessage",
      content: "no connection",
      results: [{ isError: true }],
    });
  });

  test("as an abort of its own, without the caller's, is an error result", async () => {
    class Aborting extends StaticWorkbench {
      override callTool(): Promise<never> {
        return Promise.reject(new CancelledError("the server hung up"));
      }
    }
    const workbench = new Aborting({ tools: [addTool()] });
    const { agent } = assistant([callsOf(["add", { a: 1, b: 2 }])], { workbench });
    const { messages } = await agent.run("go");
    expect(messages.at(-1)).toMatchObject({ content: "the server hung up", results: [{ isError: true }] });
  });
});

describe("after an abort", () => {
  test("nothing more comes on the stream but the partial result", async () => {
    const { agent } = assistant(["one two three four"], { modelClientStream: true });
    const controller = new AbortController();
    const seen: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const item of agent.runStream("go", { signal: controller.signal })) {
          seen.push(item.type);
          if (item.type === "ModelClientStreamingChunkEvent") controller.abort();
        }
      })(),
    );
    expect(isAbortError(error)).toBe(true);
    expect(seen).toEqual(["TextMessage", "ModelClientStreamingChunkEvent", "TaskResult"]);
  });

  test("a stream without a final result says so", async () => {
    const client = new ScriptedClient(["x"]);
    client.createStream = async function* () {
      yield "no result";
    };
    const agent = new AssistantAgent({ name: "a", modelClient: client, modelClientStream: true });
    expect(String(await rejection(collect(agent.runStream("go"))))).toMatch(/No final model result in streaming mode/);
    client.createStream = async function* () {
      yield 5 as never;
    };
    expect(String(await rejection(collect(agent.runStream("go"))))).toMatch(/Invalid chunk type/);
  });
});
