import * as core from "@tesserae/core";
import * as agentchat from "@tesserae/agentchat";
import { pendingInputs } from "@tesserae/agentchat";
import { costOf } from "@tesserae/ext/models";
import { FallbackChatCompletionClient } from "@tesserae/ext/models/fallback";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { expect, test } from "vitest";

/*
 * A program without types gives what the compiler would refuse. Each row is the public API called like that; it must
 * give one error that names what was wrong and what is wanted, at once or from the promise, and nothing else.
 */

/** Calls something as a program without types does. */
function untyped(callee: unknown, ...args: readonly unknown[]): unknown {
  if (typeof callee !== "function") throw new Error("The public name is gone.");
  const isClass = /^class\b/.test(Function.prototype.toString.call(callee));
  return isClass ? Reflect.construct(callee, args) : Reflect.apply(callee, undefined, args);
}

/** What no type allows here. */
function given(value: unknown): never {
  return value as never;
}

function model(usage: object = { promptTokens: 1, completionTokens: 1 }): core.ChatCompletionClient {
  const client = new ReplayChatCompletionClient({
    chatCompletions: ["one", "two"],
    modelInfo: { vision: false, functionCalling: true, jsonOutput: true, family: "unknown", structuredOutput: true },
  });
  const answer = client.create.bind(client);
  client.create = async (...args) =>
    ({ ...(await answer(...args)), ...(Object.keys(usage).length > 0 ? { usage } : {}) }) as core.CreateResult;
  return client;
}

const agentWith = (options: object): unknown =>
  untyped(agentchat.AssistantAgent, { name: "a", modelClient: model(), ...options });
const agent = (name = "a"): agentchat.AssistantAgent => new agentchat.AssistantAgent({ name, modelClient: model() });
const teamWith = (options: object): unknown =>
  untyped(agentchat.RoundRobinGroupChat, { participants: [agent()], maxTurns: 1, ...options });
const selectorWith = (options: object): unknown =>
  untyped(agentchat.SelectorGroupChat, {
    participants: [agent("a"), agent("b")],
    modelClient: model(),
    maxTurns: 1,
    ...options,
  });
const coder = (options: object): unknown =>
  untyped(agentchat.CodeExecutorAgent, { name: "c", codeExecutor: { executeCodeBlocks: () => {} }, ...options });
const graphWith = (edge: unknown): unknown =>
  new agentchat.DiGraphBuilder().addNode(agent("a")).addNode(agent("b")).addEdge("a", "b", given(edge)).build();
const run = (options: unknown): unknown => agent().run("task", options as agentchat.RunOptions);
const runTeam = (options: unknown): unknown =>
  new agentchat.RoundRobinGroupChat({ participants: [agent()], maxTurns: 1 }).run(
    "task",
    options as agentchat.RunOptions,
  );
const stream = async (options: object): Promise<void> => {
  for await (const _item of agent().runStream("task", options));
};
const used = (usage: object, limits?: core.RunLimits): unknown =>
  new agentchat.AssistantAgent({ name: "a", modelClient: model(usage) }).run("task", { limits });

const ROWS: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  "run: limits null": [() => run({ limits: null }), /option limits must be an object .* found null/],
  "run: limits 5": [() => run({ limits: 5 }), /option limits .* found the number 5/],
  "run of a team: limits 5": [() => runTeam({ limits: 5 }), /option limits .* found the number 5/],
  "run: a limit with a wrong name": [() => run({ limits: { maxCalls: 5 } }), /no limit "maxCalls"/],
  "run: journal 5": [() => run({ journal: 5 }), /option journal must be a journal, such as recordTo/],
  "run: journal null": [() => run({ journal: null }), /option journal .* found null/],
  "run: journal {}": [() => run({ journal: {} }), /option journal .* found an object/],
  "run: signal 5": [() => run({ signal: 5 }), /option signal must be an AbortSignal, found the number 5/],
  "run of a team: signal 5": [() => runTeam({ signal: 5 }), /option signal must be an AbortSignal/],
  "runStream: signal {}": [() => stream({ signal: {} }), /option signal must be an AbortSignal/],
  "run of a conversation: signal 5": [
    () =>
      agent()
        .thread("t", { store: new agentchat.MemoryThreadStore() })
        .run("task", { signal: given(5) }),
    /option signal must be an AbortSignal/,
  ],
  "run: context 5": [() => run({ context: 5 }), /option context must be the context of a run/],
  "run: options 5": [() => run(5), /second argument of a run must be an object/],
  "run: options null": [() => run(null), /second argument of a run must be an object/],
  "run: middleware 5": [() => run({ middleware: 5 }), /option middleware takes a list/],
  "run: approve 5": [() => run({ approve: 5 }), /option approve must be a function/],
  "run: toolPolicy 5": [() => run({ toolPolicy: 5 }), /option toolPolicy must be a function/],
  "run: a task that is none": [() => agent().run(given(5)), /Task must be a string/],
  "AssistantAgent: no options": [() => untyped(agentchat.AssistantAgent), /AssistantAgent takes an object/],
  "AssistantAgent: memory [{}]": [() => agentWith({ memory: [{}] }), /option memory\[0\] must be a memory/],
  "AssistantAgent: memory 5": [() => agentWith({ memory: 5 }), /memory takes a list/],
  "AssistantAgent: modelContext {}": [
    () => agentWith({ modelContext: {} }),
    /option modelContext must be a model context/,
  ],
  "AssistantAgent: workbench {}": [() => agentWith({ workbench: {} }), /option workbench must be a workbench/],
  "AssistantAgent: workbench 5": [() => agentWith({ workbench: 5 }), /option workbench must be a workbench/],
  "AssistantAgent: stopWhen 5": [() => agentWith({ stopWhen: 5 }), /option stopWhen must be a function or a list/],
  "AssistantAgent: stopWhen [5]": [() => agentWith({ stopWhen: [5] }), /option stopWhen must be a function or a list/],
  "AssistantAgent: prepareStep 5": [() => agentWith({ prepareStep: 5 }), /option prepareStep must be a function/],
  "AssistantAgent: systemMessage 5": [() => agentWith({ systemMessage: 5 }), /option systemMessage must be a string/],
  "AssistantAgent: description 5": [() => agentWith({ description: 5 }), /option description must be a string/],
  "AssistantAgent: toolPolicy 5": [() => agentWith({ toolPolicy: 5 }), /option toolPolicy must be a function/],
  "AssistantAgent: onLimit, a text": [() => agentWith({ onLimit: "Sorry." }), /option onLimit must be a function/],
  "AssistantAgent: toolCallSummaryFormatter, a text": [
    () => agentWith({ toolCallSummaryFormatter: "{result}" }),
    /option toolCallSummaryFormatter must be a function/,
  ],
  "AssistantAgent: toolCallSummaryFormat, a function": [
    () => agentWith({ toolCallSummaryFormat: () => "" }),
    /option toolCallSummaryFormat must be a string, found a function/,
  ],
  "AssistantAgent: outputContentTypeFormat, a function": [
    () => agentWith({ outputContentTypeFormat: () => "" }),
    /option outputContentTypeFormat must be a string, found a function/,
  ],
  "AssistantAgent: metadata, a text": [() => agentWith({ metadata: "a" }), /option metadata must be an object/],
  "AssistantAgent: outputContentType 5": [
    () => agentWith({ outputContentType: 5 }),
    /output type is a contentType\(name, schema\) or a Standard Schema/,
  ],
  "AssistantAgent: tools 'x'": [() => agentWith({ tools: "x" }), /option tools must be a list, found a string/],
  "AssistantAgent: tools [5]": [() => agentWith({ tools: [5] }), /Unsupported tool type/],
  "AssistantAgent: handoffs 5": [() => agentWith({ handoffs: 5 }), /option handoffs must be a list/],
  "AssistantAgent: modelClient undefined": [
    () => agentWith({ modelClient: undefined }),
    /needs the option modelClient/,
  ],
  "AssistantAgent: modelClient {}": [() => agentWith({ modelClient: {} }), /option modelClient must be a model client/],
  "a team: participants [{}]": [() => teamWith({ participants: [{}] }), /must be an agent or a team/],
  "a team: participants 5": [() => teamWith({ participants: 5 }), /option participants must be a list/],
  "a team: terminationCondition {}": [
    () => teamWith({ terminationCondition: {} }),
    /termination condition must be an object/,
  ],
  "a team: runtime {}": [() => teamWith({ runtime: {} }), /option runtime must be an agent runtime/],
  "a team: name 5": [() => teamWith({ name: 5 }), /option name must be a string/],
  "a team: teamId 5": [() => teamWith({ teamId: 5 }), /option teamId must be a string/],
  "a team: emitTeamEvents yes": [
    () => teamWith({ emitTeamEvents: "yes" }),
    /option emitTeamEvents must be a boolean, found a string/,
  ],
  "a team: customMessageTypes 5": [
    () => teamWith({ customMessageTypes: 5 }),
    /option customMessageTypes must be a list/,
  ],
  "SelectorGroupChat: selectorFunc 5": [
    () => selectorWith({ selectorFunc: 5 }),
    /option selectorFunc must be a function/,
  ],
  "SelectorGroupChat: candidateFunc 5": [
    () => selectorWith({ candidateFunc: 5 }),
    /option candidateFunc must be a function/,
  ],
  "SelectorGroupChat: selectorPrompt 5": [
    () => selectorWith({ selectorPrompt: 5 }),
    /option selectorPrompt must be a string/,
  ],
  "SelectorGroupChat: modelContext 5": [
    () => selectorWith({ modelContext: 5 }),
    /option modelContext must be a model context, found the number 5/,
  ],
  "MagenticOneGroupChat: finalAnswerPrompt 5": [
    () =>
      untyped(agentchat.MagenticOneGroupChat, {
        participants: [agent()],
        modelClient: model(),
        finalAnswerPrompt: 5,
      }),
    /option finalAnswerPrompt must be a string/,
  ],
  "a conversation: store {}": [
    () => agent().thread("t", given({ store: {} })),
    /option store must be a store, such as new MemoryThreadStore\(\), found an object/,
  ],
  "a conversation: no store": [() => agent().thread("t", given({})), /A conversation needs the option store/],
  "a conversation: id 5": [
    () => agent().thread(given(5), { store: new agentchat.MemoryThreadStore() }),
    /id of a conversation must be a text that is not empty, found the number 5/,
  ],
  "SelectorGroupChat: modelClient {}": [
    () => selectorWith({ modelClient: {} }),
    /option modelClient must be a model client/,
  ],
  "UserProxyAgent: inputFunc 5": [
    () => untyped(agentchat.UserProxyAgent, { name: "u", inputFunc: 5 }),
    /option inputFunc must be a function/,
  ],
  "SocietyOfMindAgent: an agent as the team": [
    () => untyped(agentchat.SocietyOfMindAgent, { name: "s", team: agent(), modelClient: model() }),
    /option team must be a team/,
  ],
  "MessageFilterAgent: wrappedAgent {}": [
    () => untyped(agentchat.MessageFilterAgent, { name: "f", wrappedAgent: {}, filter: { perSource: [] } }),
    /option wrappedAgent must be an agent/,
  ],
  "CodeExecutorAgent: codeExecutor {}": [() => coder({ codeExecutor: {} }), /codeExecutor must be a code executor/],
  "CodeExecutorAgent: a text as the sources": [() => coder({ sources: "user" }), /option sources must be a list/],
  "CodeExecutorAgent: supportedLanguages 5": [() => coder({ supportedLanguages: 5 }), /must be a list of texts/],
  "CodeExecutorAgent: approvalFunc 5": [() => coder({ approvalFunc: 5 }), /approvalFunc must be a function/],
  "DiGraphBuilder: a condition in the place of the options": [
    () => graphWith("yes"),
    /third argument of addEdge must be an object .* found a string/,
  ],
  "DiGraphBuilder: condition 5": [() => graphWith({ condition: 5 }), /condition of the edge from 'a' to 'b'/],
  "DiGraphBuilder: activationCondition some": [
    () => graphWith({ activationCondition: "some" }),
    /activationCondition of the edge .* must be "all" or "any"/,
  ],
  "DiGraphBuilder: activation in the place of the options": [
    () => new agentchat.DiGraphBuilder().addNode(agent(), given("any")),
    /second argument of addNode/,
  ],
  "loadState: a text": [() => agent().loadState(given("{}")), /must hold its model context/],
  "loadState: null": [() => agent().loadState(given(null)), /must hold its model context/],
  "pendingInputs: a text": [() => untyped(pendingInputs, "{}"), /state must be an object/],
  "ListMemory: a text": [
    async () => new core.ListMemory().add(given("Tea, please.")),
    /content of a memory must be an object/,
  ],
  "TextMessage: nothing": [() => untyped(agentchat.TextMessage), /argument of a message must be an object/],
  "TextMessage: no source": [
    () => untyped(agentchat.TextMessage, { content: "a" }),
    /source of a message must be text/,
  ],
  "TextMessage: content 5": [
    () => untyped(agentchat.TextMessage, { content: 5, source: "a" }),
    /content of a TextMessage must be text/,
  ],
  "StopMessage: no content": [
    () => untyped(agentchat.StopMessage, { source: "a" }),
    /content of a StopMessage must be text/,
  ],
  "HandoffMessage: no target": [
    () => untyped(agentchat.HandoffMessage, { source: "a", content: "b" }),
    /target of a HandoffMessage/,
  ],
  "MultiModalMessage: text": [
    () => untyped(agentchat.MultiModalMessage, { source: "a", content: "b" }),
    /content of a MultiModalMessage must be a list/,
  ],
  "ToolCallSummaryMessage: no calls": [
    () => untyped(agentchat.ToolCallSummaryMessage, { source: "a", content: "b" }),
    /toolCalls of a ToolCallSummaryMessage/,
  ],
  "StructuredMessage: no type": [
    () => untyped(agentchat.StructuredMessage, { source: "a", content: {} }),
    /contentType of a StructuredMessage/,
  ],
  "UserMessage: no content": [() => untyped(core.UserMessage, {}), /content of a UserMessage must be text or a list/],
  "SystemMessage: content 5": [
    () => untyped(core.SystemMessage, { content: 5 }),
    /content of a SystemMessage must be text/,
  ],
  "AssistantMessage: no content": [() => untyped(core.AssistantMessage, {}), /content of an AssistantMessage/],
  "FunctionExecutionResultMessage: text": [
    () => untyped(core.FunctionExecutionResultMessage, { content: "a" }),
    /must be a list, found a string/,
  ],
  "costOf: nothing": [() => untyped(costOf, undefined, "openai/gpt-5"), /usage that costOf is given .* found nothing/],
  "costOf: no model": [
    () => untyped(costOf, { promptTokens: 1, completionTokens: 1 }),
    /model that costOf is given .* found nothing/,
  ],
  "FallbackChatCompletionClient: no options": [
    () => untyped(FallbackChatCompletionClient),
    /options of a FallbackChatCompletionClient/,
  ],
  "FallbackChatCompletionClient: clients [5]": [
    () => untyped(FallbackChatCompletionClient, { clients: [5] }),
    /option clients\[0\] must be a model client/,
  ],
  "a client that reports NaN tokens": [
    () => used({ promptTokens: Number.NaN, completionTokens: 1 }),
    /promptTokens that the client of "replay" reports must be a number/,
  ],
  "a client that reports negative tokens, in a limited run": [
    () => used({ promptTokens: 1, completionTokens: -1 }, { maxTokens: 1000 }),
    /completionTokens that the client of "replay" reports must be a number, 0 or more, found the number -1/,
  ],
  "a client that reports no usage": [() => used({ promptTokens: 1 }), /completionTokens .* found nothing/],
};

test.each(Object.entries(ROWS))("%s", async (_name, [call, words]) => {
  const error: unknown = await Promise.resolve()
    .then(call)
    .then(
      () => "It was accepted.",
      (refusal: unknown) => refusal,
    );
  expect(error).toBeInstanceOf(core.TesseraeError);
  expect(error).toMatchObject({ code: "ERR_INVALID_ARGUMENT", message: expect.stringMatching(words) as unknown });
});
