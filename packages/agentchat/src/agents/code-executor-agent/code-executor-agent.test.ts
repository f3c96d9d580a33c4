import { CancelledError, RuntimeError, dumpComponent, isAbortError, type CodeResult } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../deferred.ts";
import { StopMessage, TextMessage } from "../../messages/factories.ts";
import { collect, rejection, typesOf, warningsOf } from "../../testing/collect.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { ScriptedExecutor } from "../../testing/scripted-executor.ts";
import { CodeExecutorAgent } from "./code-executor-agent.ts";
import type { CodeExecutorAgentOptions } from "./settings.ts";

const BLOCK = "```sh\necho one\n```";
const GOOD: CodeResult = { exitCode: 0, output: "one\n" };
const BAD: CodeResult = { exitCode: 1, output: "no such file\n" };
const allow = (): { approved: boolean; reason: string } => ({ approved: true, reason: "fine" });

function agentWith(
  options: Partial<CodeExecutorAgentOptions> & {
    readonly results?: readonly CodeResult[];
    readonly answers?: readonly ScriptedAnswer[];
  },
) {
  const { results = [], answers, ...rest } = options;
  const executor = new ScriptedExecutor(results);
  const client = answers === undefined ? undefined : new ScriptedClient(answers);
  const agent = new CodeExecutorAgent({
    name: "coder",
    codeExecutor: executor,
    modelClient: client,
    systemMessage: null,
    approvalFunc: allow,
    ...rest,
  });
  return { agent, executor, client };
}

async function answer(agent: CodeExecutorAgent, ...texts: readonly string[]): Promise<string> {
  const messages = texts.map((content) => TextMessage({ content, source: "user" }));
  const { chatMessage } = await agent.onMessages(messages);
  if (chatMessage.type !== "TextMessage") throw new Error(`It answered with a ${chatMessage.type}.`);
  return chatMessage.content;
}

describe("without a model the agent runs the code of others", () => {
  test("one block gives its output", async () => {
    const { agent, executor } = agentWith({ results: [GOOD] });
    expect(await answer(agent, BLOCK)).toBe("one\n");
    expect(executor.executed).toEqual([[{ code: "echo one\n", language: "sh" }]]);
  });

  test("all blocks of all text messages go into one call", async () => {
    const { agent, executor } = agentWith({ results: [GOOD] });
    await answer(agent, `${BLOCK}\n\`\`\`python\nprint(2)\n\`\`\``, "```\nno language\n```", BLOCK);
    expect(executor.executed[0]?.map(({ language }) => language)).toEqual(["sh", "python", "sh"]);
  });

  test("a failure names the exit code and keeps the output; no output names the code too", async () => {
    const { agent } = agentWith({
      results: [
        { exitCode: 1, output: "a\nb\n" },
        { exitCode: 0, output: " \n" },
      ],
    });
    const failed = await answer(agent, BLOCK);
    expect(failed).toMatch(/exited with an error \(POSIX exit code: 1\)/);
    expect(failed).toMatch(/\na\nb\n$/);
    expect(await answer(agent, BLOCK)).toMatch(/produced no output to console. The POSIX exit code was: 0/);
  });

  test("nothing to run is said, and nothing runs", async () => {
    const { agent, executor } = agentWith({});
    expect(await answer(agent, "just text")).toMatch(/^No code blocks found in the thread/);
    await agent.onMessages([StopMessage({ content: BLOCK, source: "user" })]);
    expect(executor.executed).toEqual([]);
  });

  test("only the code of the named sources, and only in the named languages", async () => {
    const { agent, executor } = agentWith({ results: [GOOD], sources: ["writer"], supportedLanguages: ["ruby"] });
    expect(await answer(agent, "```ruby\nputs 1\n```")).toMatch(/^No code blocks/);
    await agent.onMessages([TextMessage({ content: `${BLOCK}\n\`\`\`ruby\nputs 1\n\`\`\``, source: "writer" })]);
    expect(executor.executed).toEqual([[{ code: "puts 1\n", language: "ruby" }]]);
  });
});

describe("with a model the agent writes code and runs it", () => {
  test("prose is the answer, with the usage of its call", async () => {
    const { agent, executor } = agentWith({ answers: ["No code is needed."] });
    const { chatMessage } = await agent.onMessages([]);
    expect(chatMessage).toMatchObject({ content: "No code is needed.", modelsUsage: { promptTokens: 10 } });
    expect(executor.executed).toEqual([]);
  });

  test("code that fails is mended while the model wants to", async () => {
    const retry = JSON.stringify({ reason: "wrong file", retry: true });
    const { agent, client } = agentWith({
      answers: [BLOCK, retry, BLOCK, "It printed one."],
      results: [BAD, GOOD],
      maxRetriesOnError: 2,
    });
    const items = await collect(agent.runStream("print one"));
    expect(items.slice(1, -1)).toMatchObject([
      { type: "CodeGenerationEvent", retryAttempt: 0, codeBlocks: [{ language: "sh" }] },
      { type: "CodeExecutionEvent", retryAttempt: 0, result: { exitCode: 1 } },
      {
        type: "CodeGenerationEvent",
        retryAttempt: 0,
        content: "Attempt number: 1\nProposed correction: wrong file",
        codeBlocks: [],
      },
      { type: "CodeGenerationEvent", retryAttempt: 1 },
      { type: "CodeExecutionEvent", retryAttempt: 1, result: { exitCode: 0, output: "one\n" } },
      { type: "TextMessage", content: "It printed one." },
    ]);
    expect(items.at(-1)).toMatchObject({ usage: { promptTokens: 40, completionTokens: 20 } });
    const tasks = client?.calls
      .at(-1)
      ?.messages.filter((message) => message.type === "UserMessage" && message.content === "print one");
    expect(tasks).toHaveLength(1);
  });

  test("a model that does not want to try again ends it; its events are inner messages", async () => {
    const { agent } = agentWith({
      answers: [BLOCK, JSON.stringify({ reason: "hopeless", retry: false }), "It failed."],
      results: [BAD],
      maxRetriesOnError: 5,
    });
    const { chatMessage, innerMessages } = await agent.onMessages([]);
    expect(chatMessage.content).toBe("It failed.");
    expect(typesOf(innerMessages ?? [])).toEqual(["CodeGenerationEvent", "CodeExecutionEvent"]);
  });

  test("a decision that is none is an error", async () => {
    const { agent } = agentWith({ answers: [BLOCK, "maybe"], results: [BAD], maxRetriesOnError: 1 });
    expect(await rejection(agent.run("go"))).toMatchObject({ code: "ERR_MODEL_ANSWER" });
  });

  test("chunks are streamed and bear no message id", async () => {
    const { agent } = agentWith({ answers: ["two words"], modelClientStream: true });
    const items = await collect(agent.runStream("go"));
    const chunks = items.filter(({ type }) => type === "ModelClientStreamingChunkEvent");
    expect(chunks).toMatchObject([{ content: "two " }, { content: "words" }]);
    expect(chunks.every((chunk) => "fullMessageId" in chunk && chunk.fullMessageId === undefined)).toBe(true);
  });

  test("a model that calls tools instead of answering is an error", async () => {
    const { agent } = agentWith({ answers: [callsOf(["x", {}])] });
    expect(String(await rejection(agent.run("go")))).toMatch(/produced no valid text response/);
  });

  test("a failure or an abort leaves the context as it was, and the next turn sees each message once", async () => {
    const { agent, client } = agentWith({ answers: [BLOCK, new RuntimeError("no quota"), "ok"], results: [GOOD] });
    await rejection(agent.run("one"));
    await agent.run("two");
    expect(client?.calls.at(-1)?.messages).toMatchObject([{ content: "two" }]);
  });

  test("an abort ends an executor that does not watch the signal", async () => {
    const begun = deferred<void>();
    const executor = new ScriptedExecutor([
      () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    ]);
    const { agent } = agentWith({ answers: [BLOCK], codeExecutor: executor });
    const controller = new AbortController();
    const running = rejection(agent.run("go", { signal: controller.signal }));
    await begun.promise;
    controller.abort(new CancelledError());
    expect(isAbortError(await running)).toBe(true);
  });
});

describe("approval", () => {
  test.each([{ approved: "no" }, { approved: 1, reason: 5 }, true, "yes", undefined])(
    "answered by %j is none: only a clear yes is one",
    async (given) => {
      const { agent, executor } = agentWith({ approvalFunc: () => given as never });
      expect(await answer(agent, BLOCK)).toMatch(/Code execution was not approved/);
      expect(executor.executed).toEqual([]);
    },
  );

  test.each([
    ["at once", allow],
    ["later", async () => allow()],
  ])("given %s lets the code run; it sees the fenced code and the context", async (_, decide) => {
    const asked: unknown[] = [];
    const { agent } = agentWith({
      answers: [`${BLOCK}\n${BLOCK}`, "done"],
      results: [GOOD],
      approvalFunc: (request) => {
        asked.push(request);
        return decide();
      },
    });
    await agent.run("go");
    expect(asked).toMatchObject([
      {
        code: "```sh\necho one\n\n```\n\n```sh\necho one\n\n```",
        context: [{ type: "UserMessage" }, { type: "AssistantMessage" }],
      },
    ]);
  });

  test.each([
    ["at once", () => ({ approved: false, reason: "too risky" })],
    ["later", async () => ({ approved: false, reason: "too risky" })],
  ])("refused %s: nothing runs, and the answer says so", async (_, approvalFunc) => {
    const { agent, executor } = agentWith({ approvalFunc });
    const text = await answer(agent, BLOCK);
    expect(text).toMatch(/Code execution was not approved/);
    expect(text).toMatch(/too risky/);
    expect(executor.executed).toEqual([]);
  });

  test("refused with a model: exit code 1 in the event", async () => {
    const { agent } = agentWith({
      answers: [BLOCK, "refused"],
      approvalFunc: () => ({ approved: false, reason: "no" }),
    });
    const { innerMessages } = await agent.onMessages([]);
    expect(innerMessages).toMatchObject([
      { type: "CodeGenerationEvent" },
      { type: "CodeExecutionEvent", result: { exitCode: 1 } },
    ]);
  });

  test("without a function a warning says that code runs unreviewed", async () => {
    const warnings = await warningsOf(() => agentWith({ approvalFunc: undefined }));
    expect(warnings).toEqual([expect.stringMatching(/without anybody's approval/)]);
  });

  test("makes the agent one that cannot be written", () => {
    expect(() => dumpComponent(agentWith({}).agent)).toThrow(/Cannot serialize CodeExecutorAgent with approval_func/);
  });
});

describe("a code executor agent", () => {
  test("saves and restores its model's context; a reset clears it and restarts the executor", async () => {
    const { agent, executor } = agentWith({ answers: ["one"] });
    await agent.run("go");
    const state = await agent.saveState();
    expect(state).toMatchObject({
      type: "BaseState",
      llm_context: { messages: [{ content: "go" }, { content: "one" }] },
    });
    const twin = agentWith({ answers: ["two"] });
    await twin.agent.loadState(state);
    expect(await twin.agent.saveState()).toEqual(state);
    await twin.agent.loadState({ type: "BaseState", version: "1.0.0" });
    await agent.onReset();
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [] } });
    expect(executor.events).toEqual(["restart"]);
  });

  test("needs a model with structured output to try again", () => {
    expect(() => agentWith({ maxRetriesOnError: 1 })).toThrow(/model_info must be provided/);
    const modelClient = new ScriptedClient([], { structuredOutput: false });
    expect(() => agentWith({ modelClient, maxRetriesOnError: 1 })).toThrow(/doesn't support structured output/);
    expect(() => agentWith({ maxRetriesOnError: -1 })).toThrow(/0 or more/);
  });

  test("produces text", () => {
    expect(typesOf(agentWith({}).agent.producedMessageTypes)).toEqual(["TextMessage"]);
  });
});
