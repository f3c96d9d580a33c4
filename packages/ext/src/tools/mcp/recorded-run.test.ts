import { AssistantAgent, messageText, type AgentMiddleware } from "@tesserae/agentchat";
import { CreateResult, MemoryJournalStore, recordTo, replayFrom } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { stdioServer } from "../../../test/mcp/stdio-params.ts";
import { ReplayChatCompletionClient } from "../../models/replay/index.ts";
import { McpWorkbench, StdioServerParams } from "./index.ts";

const usage = { promptTokens: 1, completionTokens: 1 };

function asks(name: string, args: object): CreateResult {
  const content = [{ id: `call-${name}`, name, arguments: JSON.stringify(args) }];
  return CreateResult({ finishReason: "function_calls", content, usage });
}

function agent(workbench: McpWorkbench, ...chatCompletions: readonly (string | CreateResult)[]): AssistantAgent {
  const modelInfo = { vision: true, functionCalling: true, jsonOutput: false, structuredOutput: false, family: "x" };
  const modelClient = new ReplayChatCompletionClient({ chatCompletions, modelInfo });
  return new AssistantAgent({ name: "clerk", modelClient, workbench, maxToolIterations: 5 });
}

describe("the calls of a server's tools in a run", () => {
  test("are recorded, each with what may be repeated, and replayed without the server", async () => {
    const workbench = new McpWorkbench({ serverParams: stdioServer(), toolOverrides: { echo: { name: "say" } } });
    onTestFinished(() => workbench.stop());
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const recorded = await agent(workbench, asks("say", { text: "hi" }), asks("fail", {}), "It said hi.").run("Go.", {
      journal,
    });
    expect(recorded.messages.map(messageText).at(-1)).toBe("It said hi.");
    await workbench.stop();

    const runId = journal.runId ?? "";
    const begun: [string, string][] = [];
    for await (const entry of store.read(runId)) {
      if (entry.e === "begin" && entry.k === "tool") begun.push([entry.a, entry.x]);
    }
    expect(begun).toEqual([
      [expect.stringContaining("tool:say"), "safe"],
      [expect.stringContaining("tool:fail"), "never"],
    ]);

    // The same agent, with a server that is not there: nobody asks it.
    const gone = new McpWorkbench({
      serverParams: StdioServerParams({ command: "no-such-program" }),
      toolOverrides: { echo: { name: "say" } },
    });
    const replayed = await agent(gone).run(undefined, { journal: replayFrom(store, runId) });
    expect(replayed.messages).toEqual(recorded.messages);
  });

  test("keep what a tool gave as data: a middleware that reads it replays the same", async () => {
    const seen: unknown[] = [];
    const middleware: AgentMiddleware = {
      async toolCall(_call, next) {
        const result = await next();
        seen.push(result.structuredContent);
        return result;
      },
    };
    const workbench = new McpWorkbench({ serverParams: stdioServer() });
    onTestFinished(() => workbench.stop());
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    await agent(workbench, asks("measure", {}), "21.5 degrees.").run("Go.", { journal, middleware: [middleware] });
    const replay = replayFrom(store, journal.runId ?? "");
    await agent(workbench).run(undefined, { journal: replay, middleware: [middleware] });
    expect(seen).toEqual([{ degrees: 21.5 }, { degrees: 21.5 }]);
  });

  test("fail as results, from which the agent goes on", async () => {
    const workbench = new McpWorkbench({ serverParams: stdioServer() });
    onTestFinished(() => workbench.stop());
    const one = agent(workbench, asks("die", {}), asks("get_time", {}), "Noon.");
    const { messages } = await one.run("What time is it?");
    const texts = messages.map(messageText).join("\n");
    expect(texts).toContain("the boiler burst");
    expect(texts).toContain("12:00");
    expect(messages.map(messageText).at(-1)).toBe("Noon.");
  });

  test("need a person's word where the workbench says so", async () => {
    const workbench = new McpWorkbench({
      serverParams: stdioServer(),
      toolOverrides: { echo: { requiresApproval: true } },
    });
    onTestFinished(() => workbench.stop());
    const one = agent(workbench, asks("echo", { text: "hi" }), asks("memory", {}), "Denied.");
    const { messages } = await one.run("Go.", { approve: () => ({ approved: false, reason: "not today" }) });
    const texts = messages.map(messageText).join("\n");
    expect(texts).toContain("not today");
    expect(texts).not.toContain("echo: hi");
  });
});
