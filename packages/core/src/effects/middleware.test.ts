import { describe, expect, test } from "vitest";
import { UserMessage, type CreateResult } from "../models/messages.ts";
import type { CreateOptions } from "../models/chat-completion-client.ts";
import { plainContext } from "../run/context.ts";
import { openRun } from "../run/open-run.ts";
import type { RunHooks } from "../run/run-hooks.ts";
import type { RunContext } from "../run/run-context.ts";
import { ScriptedClient, answerOf } from "../testing/scripted-client.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { tool } from "../tools/function-tool.ts";
import { toolResultToText } from "../tools/tool-result.ts";
import { callModel } from "./call-model.ts";
import { callTool } from "./call-tool.ts";
import { scope } from "./effect.ts";
import type { Middleware } from "./middleware.ts";
import { performModelCall } from "./perform-model-call.ts";
import { streamModel } from "./stream-model.ts";

const HELLO = [UserMessage({ content: "hello", source: "user" })];
const echo = new StaticWorkbench({
  tools: [
    tool({
      name: "echo",
      description: "Gives back.",
      parameters: { type: "object", properties: { text: { type: "string" } } },
      execute: ({ text }) => String(text),
    }),
  ],
});

async function inRun<T>(hooks: RunHooks, body: (context: RunContext) => Promise<T>): Promise<T> {
  const run = await openRun({ name: "test", task: null, ...hooks });
  try {
    return await scope(run.context, "here", body, { agent: "somebody" });
  } finally {
    await run.end({ status: "finished" });
  }
}

/** Notes which calls go through, and lets them. */
function passing(seen: string[]): Middleware {
  return {
    modelCall: ({ purpose, agent }, next) => {
      seen.push(`${purpose} of ${agent}`);
      return next();
    },
    toolCall: ({ name, agent }, next) => {
      seen.push(`${name} of ${agent}`);
      return next();
    },
  };
}

describe("without middleware", () => {
  test("a model call gives the client's own promise: nothing stands between", () => {
    const promise = Promise.resolve(answerOf({ content: "x" }));
    const client = Object.assign(new ScriptedClient([]), { create: () => promise });
    expect(callModel(plainContext(), client, HELLO, { purpose: "reply" })).toBe(promise);
  });
});

describe("middleware of a run", () => {
  test("stands around calls of models, streamed or not, and of tools", async () => {
    const seen: string[] = [];
    await inRun({ middleware: [passing(seen)] }, async (context) => {
      const client = new ScriptedClient(["one", "two three"]);
      const chunks: string[] = [];
      await callModel(context, client, HELLO, { purpose: "reply", agent: "a" });
      await streamModel(context, client, HELLO, { purpose: "select" }, (chunk) => void chunks.push(chunk));
      const call = { name: "echo", arguments: { text: "four" }, callId: "", index: 0 };
      expect(toolResultToText(await callTool(context, echo, call))).toBe("four");
      expect(chunks).toEqual(["two ", "three"]);
    });
    expect(seen).toEqual(["reply of a", "select of somebody", "echo of somebody"]);
  });

  test("stands around the call of a client that a user's code makes by itself, once", async () => {
    const seen: string[] = [];
    const scripted = new ScriptedClient(["direct"]);
    const client = Object.assign(new ScriptedClient([]), {
      create: (messages: typeof HELLO, options: CreateOptions = {}): Promise<CreateResult> =>
        performModelCall(client, messages, options, (inner) => scripted.create(messages, inner)),
    });
    const answer = await inRun({ middleware: [passing(seen)] }, () => client.create(HELLO));
    expect(answer.content).toBe("direct");
    expect(seen).toEqual(["call of somebody"]);
  });

  test("stands around that of a single call", async () => {
    const order: string[] = [];
    const named = (name: string): Middleware => ({
      modelCall: (_, next) => {
        order.push(name);
        return next();
      },
    });
    await inRun({ middleware: [named("run")] }, (context) =>
      callModel(context, new ScriptedClient(["x"]), HELLO, { purpose: "reply", middleware: [named("call")] }),
    );
    expect(order).toEqual(["run", "call"]);
  });

  test("may call another tool of the same workbench, and knows which one was asked for", async () => {
    const call = { name: "shout", arguments: { text: "hi" }, callId: "", index: 0 };
    const result = await inRun({ middleware: [{ toolCall: (_, next) => next({ name: "echo" }) }] }, (context) =>
      callTool(context, echo, call),
    );
    expect(toolResultToText(result)).toBe("hi");
  });

  test("is called as a method: an object of a class has its state", async () => {
    class Counter implements Middleware {
      count = 0;
      toolCall(_: unknown, next: () => ReturnType<typeof callTool>): ReturnType<typeof callTool> {
        this.count += 1;
        return next();
      }
    }
    const counter = new Counter();
    const call = { name: "echo", arguments: { text: "x" }, callId: "", index: 0 };
    await inRun({ middleware: [counter] }, (context) => callTool(context, echo, call));
    expect(counter.count).toBe(1);
  });

  test("that hangs is left at an abort", async () => {
    const stopping = new AbortController();
    const hanging: Middleware = {
      modelCall: () => {
        stopping.abort();
        return new Promise(() => undefined);
      },
    };
    const context = plainContext({ signal: stopping.signal });
    const calling = callModel(context, new ScriptedClient([]), HELLO, { purpose: "reply", middleware: [hanging] });
    await expect(calling).rejects.toMatchObject({ code: "ERR_ABORTED" });
  });

  test("that does not wait for the call it made leaves no rejection behind", async () => {
    const leaving: Middleware = {
      modelCall: (_, next) => {
        void next();
        return answerOf({ content: "sooner" });
      },
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const answer = await inRun({ middleware: [leaving] }, (context) =>
      callModel(context, new ScriptedClient([new Error("later")]), HELLO, { purpose: "reply" }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(answer.content).toBe("sooner");
    expect(unhandled).toEqual([]);
  });
});
