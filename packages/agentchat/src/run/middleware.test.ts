import {
  CreateResult,
  UserMessage,
  isTesseraeError,
  textToolResult,
  toolResultToText,
  type MiddlewareModelCall,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { AssistantAgentOptions } from "../agents/assistant-agent/options.ts";
import type { AgentMiddleware } from "../base/agent-middleware.ts";
import { deferred } from "../deferred.ts";
import { TextMessage } from "../messages/factories.ts";
import { MagenticOneGroupChat } from "../teams/magentic-one/magentic-one-group-chat.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat } from "../teams/selector-group-chat/selector-group-chat.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { SCRIPTED_USAGE, ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { addTool, failTool } from "../testing/tools.ts";
import { AgentTool } from "../tools/agent-tool.ts";

function canned(content: string): CreateResult {
  return CreateResult({ content, finishReason: "stop", usage: { promptTokens: 0, completionTokens: 0 } });
}

function agent(
  answers: readonly ScriptedAnswer[],
  options: Partial<AssistantAgentOptions> = {},
): { readonly it: AssistantAgent; readonly model: ScriptedClient } {
  const model = new ScriptedClient(answers);
  return { it: new AssistantAgent({ name: "a", modelClient: model, systemMessage: null, ...options }), model };
}

const adder = (options: Partial<AssistantAgentOptions> = {}): ReturnType<typeof agent> =>
  agent([callsOf(["add", { a: 1, b: 2 }]), "three"], { tools: [addTool()], reflectOnToolUse: true, ...options });

/** Notes what goes in and out. */
function noting(name: string, notes: string[]): AgentMiddleware {
  return {
    modelCall: async (call, next) => {
      notes.push(`${name} > ${call.purpose}`);
      const answer = await next();
      notes.push(`${name} < ${call.purpose}`);
      return answer;
    },
    toolCall: async (call, next) => {
      notes.push(`${name} > ${call.name}`);
      const answer = await next();
      notes.push(`${name} < ${toolResultToText(answer)}`);
      return answer;
    },
    turn: async (turn, next) => {
      notes.push(`${name} > ${turn.agent}`);
      const answer = await next();
      notes.push(`${name} < ${turn.agent}`);
      return answer;
    },
  };
}

describe("middleware", () => {
  test("stands around turns and calls in the order of the list, that of the run around that of the agent", async () => {
    const notes: string[] = [];
    const { it } = adder({ middleware: [noting("agent", notes)] });
    await it.run("1 + 2?", { middleware: [noting("first", notes), noting("second", notes)] });
    const inward = (what: string): string[] => ["first", "second", "agent"].map((name) => `${name} > ${what}`);
    const outward = (what: string): string[] => ["agent", "second", "first"].map((name) => `${name} < ${what}`);
    expect(notes).toEqual([
      ...inward("a"),
      ...inward("reply"),
      ...outward("reply"),
      ...inward("add"),
      ...outward("3"),
      ...inward("reflect"),
      ...outward("reflect"),
      ...outward("a"),
    ]);
  });

  test("sees the agent, the purpose, the run and where it is streamed", async () => {
    const seen: MiddlewareModelCall[] = [];
    const { it } = adder({ modelClientStream: true });
    await it.run("x", {
      middleware: [
        {
          modelCall: (call, next) => {
            seen.push(call);
            return next();
          },
        },
      ],
    });
    expect(seen.map(({ agent: name, purpose, streamed }) => [name, purpose, streamed])).toEqual([
      ["a", "reply", true],
      ["a", "reflect", true],
    ]);
    expect(seen[0]?.context.runId).toMatch(/-/);
    expect(seen[0]?.context.path).toBe("/a[0]");
    expect(seen[0]?.tools?.map(({ name }) => name)).toEqual(["add"]);
  });

  test("changes what the model and the tool get, and what they answer", async () => {
    const { it, model } = adder();
    const other = new ScriptedClient(["other model"]);
    const middleware: AgentMiddleware = {
      async modelCall(call, next) {
        if (call.purpose === "reflect") return next({ ...call, modelClient: other });
        const messages = [...call.messages, UserMessage({ content: "in English", source: "m" })];
        return next({ messages, tools: call.tools?.slice(0, 1), extraCreateArgs: { temperature: 0 } });
      },
      async toolCall(call, next) {
        const answer = await next({ arguments: { ...call.arguments, b: 9 } });
        return { ...answer, result: [{ type: "TextResultContent", content: `${toolResultToText(answer)} at most` }] };
      },
    };
    const { messages } = await it.run("1 + 2?", { middleware: [middleware] });
    expect(model.calls).toHaveLength(1);
    expect(model.calls[0]?.messages.map(({ content }) => content)).toEqual(["1 + 2?", "in English"]);
    expect(model.calls[0]?.options.extraCreateArgs).toEqual({ temperature: 0 });
    expect(other.calls[0]?.messages.at(-1)).toMatchObject({ content: [{ content: "10 at most" }] });
    expect(linesOf(messages).at(-1)).toBe("a: other model");
    // What a middleware adds is of the call, not of the conversation.
    expect(await it.saveState()).not.toMatchObject({ llm_context: { messages: [{}, { content: "in English" }] } });
  });

  test("answers itself: neither model nor tool is called, and no call is counted", async () => {
    const { it, model } = agent([callsOf(["fail", {}])], { tools: [failTool()], reflectOnToolUse: true });
    const middleware: AgentMiddleware = {
      modelCall: ({ purpose }, next) => (purpose === "reflect" ? canned("from the cache") : next()),
      toolCall: ({ name }) => textToolResult(name, "as always"),
    };
    const result = await it.run("x", { middleware: [middleware], limits: { maxModelCalls: 1, maxToolCalls: 0 } });
    expect(linesOf(result.messages).slice(-2)).toEqual([expect.stringContaining("as always"), "a: from the cache"]);
    expect(model.calls).toHaveLength(1);
    expect(result.usage).toEqual(SCRIPTED_USAGE);
  });

  test("calls again: every call counts, and a limit refuses the one too many", async () => {
    const again: AgentMiddleware = {
      modelCall: async (_, next) => {
        await next().catch(() => undefined);
        return next();
      },
    };
    const { it, model } = agent([new Error("overloaded"), "second"]);
    const result = await it.run("x", { middleware: [again] });
    expect(linesOf(result.messages).at(-1)).toBe("a: second");
    expect(model.calls).toHaveLength(2);
    const limited = agent(["first", "second"]);
    const refused = await readStream(limited.it.runStream("x", { middleware: [again], limits: { maxModelCalls: 1 } }));
    expect(refused.result?.error).toMatchObject({ code: "ERR_LIMIT_MODEL_CALLS" });
    expect(limited.model.calls).toHaveLength(1);
  });

  test("lets through what a call throws, as it is", async () => {
    const down = new Error("network down");
    for (const options of [{ middleware: [noting("m", [])] }, {}]) {
      const { result } = await readStream(agent([down]).it.runStream("x", options));
      expect(result?.error).toBe(down);
    }
  });

  test("stands before policies and people: they decide about what is really called", async () => {
    const { it } = adder();
    const asked: unknown[] = [];
    const { messages } = await it.run("x", {
      middleware: [{ toolCall: (_, next) => next({ arguments: { a: 20, b: 1 } }) }],
      toolPolicy: ({ arguments: args }) => {
        asked.push(args);
        return { approved: false, reason: "too much" };
      },
    });
    expect(asked).toEqual([{ a: 20, b: 1 }]);
    expect(linesOf(messages).join()).toContain("too much");
  });

  test.each<[string, AgentMiddleware, string]>([
    ["model", { modelCall: () => Promise.reject(new TypeError("broken")) }, 'a model call of a ("reply"): broken'],
    [
      "tool",
      {
        name: "guard",
        toolCall: () => {
          throw new TypeError("broken");
        },
      },
      'The middleware "guard" failed around a call of the tool "add" by a: broken',
    ],
    ["turn", { turn: () => Promise.reject(new TypeError("broken")) }, "a turn of a: broken"],
    [
      "model, without an answer",
      // As a program without types may give it.
      { modelCall: (() => undefined) as unknown as NonNullable<AgentMiddleware["modelCall"]> },
      "no CreateResult",
    ],
  ])("that fails around a %s ends the run with what it did", async (_, middleware, words) => {
    for (const level of ["run", "agent"] as const) {
      const { it } = adder(level === "agent" ? { middleware: [middleware] } : {});
      const team = new RoundRobinGroupChat({ participants: [it], maxTurns: 3 });
      const { result, error } = await readStream(
        team.runStream("x", level === "run" ? { middleware: [middleware] } : {}),
      );
      expect(result?.status).toBe("failed");
      expect(isTesseraeError(error, "ERR_MIDDLEWARE")).toBe(true);
      expect(String(error)).toContain(words);
    }
  });

  test("that hangs does not keep an aborted run from ending", async () => {
    const began = deferred<undefined>();
    const hanging: AgentMiddleware = {
      modelCall: () => {
        began.resolve(undefined);
        return new Promise(() => undefined);
      },
    };
    const model = new ScriptedClient([]);
    const participants = [new SayingAgent("x"), new SayingAgent("y")];
    const team = new SelectorGroupChat({ participants, modelClient: model, maxTurns: 3 });
    const stopping = new AbortController();
    const reading = readStream(team.runStream("go", { middleware: [hanging], signal: stopping.signal }));
    await began.promise;
    stopping.abort();
    expect((await reading).result?.status).toBe("aborted");
  });

  test("that is left at an abort leaves the agent its time to clean up", async () => {
    const begun = deferred<void>();
    let isClean = false;
    const cleaning = new SayingAgent("a", async (_heard, { context }) => {
      begun.resolve();
      await new Promise((resolve) => context.signal?.addEventListener("abort", resolve, { once: true }));
      for (let left = 20; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
      isClean = true;
      throw new Error("aborted");
    });
    const controller = new AbortController();
    const passing: AgentMiddleware = { turn: (_turn, next) => next() };
    const running = cleaning.run("Go.", { signal: controller.signal, middleware: [passing] });
    await begun.promise;
    controller.abort();
    await expect(running).rejects.toThrow(/abort/i);
    expect(isClean).toBe(true);
  });

  test("leaves the chunks of a stream alone; its own answer has none; one that is begun again says so", async () => {
    const chunks = async (
      answers: readonly ScriptedAnswer[],
      middleware: readonly AgentMiddleware[],
    ): Promise<unknown> => {
      const { items } = await readStream(agent(answers, { modelClientStream: true }).it.runStream("x", { middleware }));
      return items
        .slice(1)
        .map((item) => [
          item.type,
          "content" in item ? item.content : "",
          ...("restarted" in item ? ["restarted"] : []),
        ]);
    };
    const plain = await chunks(["one two"], []);
    expect(await chunks(["one two"], [{ modelCall: (_, next) => next() }])).toEqual(plain);
    expect(await chunks([], [{ modelCall: () => canned("one two") }])).toEqual([["TextMessage", "one two"]]);
    const twice: AgentMiddleware = {
      modelCall: async (_, next) => {
        await next();
        return next();
      },
    };
    expect(await chunks(["one two", "three four"], [twice])).toEqual([
      ["ModelClientStreamingChunkEvent", "one "],
      ["ModelClientStreamingChunkEvent", "two"],
      ["ModelClientStreamingChunkEvent", "three ", "restarted"],
      ["ModelClientStreamingChunkEvent", "four"],
      ["TextMessage", "three four"],
    ]);
  });

  test("of a run reaches nested teams, agents as tools, selectors and ledgers; that of an agent only its own calls", async () => {
    const purposes: string[] = [];
    const note: AgentMiddleware = {
      modelCall: (call, next) => {
        purposes.push(`${call.agent ?? "-"} ${call.purpose}`);
        return next();
      },
    };
    const own: string[] = [];
    const inner = agent(["from within"], { name: "inner" }).it;
    const caller = agent([callsOf(["inner", { task: "help" }]), "done"], {
      name: "caller",
      tools: [new AgentTool({ agent: inner })],
      reflectOnToolUse: true,
      middleware: [noting("own", own)],
    }).it;
    const nested = new SelectorGroupChat({
      participants: [caller, new SayingAgent("other")],
      modelClient: new ScriptedClient(["caller"]),
      maxTurns: 1,
    });
    await new RoundRobinGroupChat({ participants: [nested], maxTurns: 1 }).run("go", { middleware: [note] });
    expect(purposes).toEqual(["SelectorGroupChatManager select", "caller reply", "inner reply", "caller reflect"]);
    expect(own.filter((line) => line.includes(">"))).toEqual([
      "own > caller",
      "own > reply",
      "own > inner",
      "own > reflect",
    ]);
    purposes.length = 0;
    const magentic = new MagenticOneGroupChat({
      participants: [new SayingAgent("worker", "42")],
      modelClient: new ScriptedClient([]),
    });
    await magentic.run("go", { middleware: [note, { modelCall: () => canned("no ledger") }] }).catch(() => undefined);
    expect(purposes[0]).toMatch(/facts/);
  });

  test("around a turn changes what an agent hears, answers for it, or adds to what it shows", async () => {
    const heard = new SayingAgent("x");
    const silent = new SayingAgent("y");
    const middleware: AgentMiddleware = {
      async turn({ agent: name, messages, context, emit }, next) {
        if (name === "y") {
          return { type: "Response", chatMessage: TextMessage({ content: "y is away", source: name }, context) };
        }
        await emit(TextMessage({ content: "x begins", source: "clerk" }, context));
        return next({ messages: [...messages, TextMessage({ content: "louder", source: "clerk" }, context)] });
      },
    };
    const team = new RoundRobinGroupChat({ participants: [heard, silent], maxTurns: 2 });
    const { messages } = await team.run("hello", { middleware: [middleware] });
    expect(linesOf(messages)).toEqual(["user: hello", "clerk: x begins", "x: louder", "y: y is away"]);
    expect(silent.heard).toEqual([]);
  });

  test("that would never be called is refused where it is given", async () => {
    // As programs without types may give it.
    const wrong = [{ modelcall: () => undefined }] as unknown as readonly AgentMiddleware[];
    expect(() => agent([], { middleware: wrong })).toThrow("modelCall, toolCall, turn");
    const { result } = await readStream(agent([]).it.runStream("x", { middleware: wrong }));
    expect(result?.error).toMatchObject({ message: expect.stringContaining("modelCall, toolCall, turn") });
    const { it } = agent(["fine"], { middleware: [] });
    await expect(it.run("x", { middleware: [] })).resolves.toMatchObject({ status: "finished" });
  });
});
