import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { ScriptedClient } from "@tesserae/agentchat/testing";
import { AgentId, AgentInstantiationContext, SingleThreadedAgentRuntime } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { subscribeTracing } from "./subscribe-tracing.ts";
import { SpanRecorder, kindOf, statusOf } from "./testing/span-recorder.ts";

let recorder: SpanRecorder;
let stop: () => void;

beforeEach(() => {
  recorder = new SpanRecorder();
  stop = subscribeTracing({ tracerProvider: recorder.provider, runtimeSpans: false });
});
afterEach(async () => {
  stop();
  await recorder.close();
});

const agent = (name: string, ...answers: readonly (string | Error)[]): AssistantAgent =>
  new AssistantAgent({ name, description: `Is ${name}.`, modelClient: new ScriptedClient(answers) });

describe("an agent that is made", () => {
  test("has one span, with its name and description", () => {
    agent("writer");
    expect(recorder.spans.map((span) => [span.name, kindOf(span), span.attributes])).toEqual([
      [
        "create_agent writer",
        "CLIENT",
        {
          "gen_ai.operation.name": "create_agent",
          "gen_ai.system": "autogen",
          "gen_ai.agent.name": "writer",
          "gen_ai.agent.description": "Is writer.",
        },
      ],
    ]);
  });

  test("by a factory of a runtime has the id that it will have", () => {
    const making = { runtime: new SingleThreadedAgentRuntime(), agentId: new AgentId("writer", "k") };
    AgentInstantiationContext.populateContext(making, () => agent("writer"));
    expect(recorder.spans[0]?.attributes["gen_ai.agent.id"]).toBe("writer/k");
  });

  test("with a bad name marks its span", () => {
    expect(() => agent("bad name")).toThrow("valid Python identifier");
    expect(recorder.spans.map((span) => [span.name, statusOf(span), span.attributes["error.type"]])).toEqual([
      ["create_agent bad name", "ERROR", "ValueError"],
    ]);
  });
});

describe("a run of a team", () => {
  test("has one span a turn, with the id of the agent in the runtime", async () => {
    const inner = new RoundRobinGroupChat({ name: "inner", participants: [agent("x", "x")], maxTurns: 1 });
    const team = new RoundRobinGroupChat({ name: "team", participants: [agent("a", "a"), inner], maxTurns: 2 });
    await team.run("Go");
    const turns = recorder.spans.filter(({ name }) => /^invoke_agent (a|inner|x)$/.test(name));
    expect(turns.map(({ attributes }) => attributes)).toMatchObject([
      {
        "gen_ai.agent.name": "a",
        "gen_ai.agent.id": expect.stringMatching(/^a_[^/]+\/.+$/),
        "gen_ai.agent.description": "Is a.",
      },
      { "gen_ai.agent.name": "x", "gen_ai.agent.id": expect.stringMatching(/^x_[^/]+\/.+$/) },
      { "gen_ai.agent.name": "inner", "gen_ai.agent.id": expect.stringMatching(/^inner_[^/]+\/.+$/) },
    ]);
  });

  test("with an agent that throws tells the exception and its class", async () => {
    const team = new RoundRobinGroupChat({ participants: [agent("a", new RangeError("too far"))], maxTurns: 1 });
    await expect(team.run("Go")).rejects.toThrow("too far");
    const turn = recorder.span("invoke_agent a");
    expect([statusOf(turn), turn.attributes["error.type"]]).toEqual(["ERROR", "RangeError"]);
    expect(turn.events).toMatchObject([{ name: "exception", attributes: { "exception.message": "too far" } }]);
  });
});

test("an agent on its own has its description in the span of its run, and no id", async () => {
  await agent("writer", "Written.").run("Write.");
  const { attributes } = recorder.span("invoke_agent writer");
  expect(attributes["gen_ai.agent.description"]).toBe("Is writer.");
  expect(attributes).not.toHaveProperty("gen_ai.agent.id");
});
