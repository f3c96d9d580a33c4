import { ComponentRegistry, coreComponents, dumpComponent, type ComponentDefinition } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { linesOf } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { SelectorGroupChat, type SelectorGroupChatOptions } from "./selector-group-chat.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

class Model extends ScriptedClient {
  static readonly component: ComponentDefinition<Model> = {
    provider: "test.Model",
    componentType: "model",
    label: "Model",
    description: "A model for tests.",
    schema: { type: "object" },
    toConfig: () => ({}),
    fromConfig: () => new Model([]),
  };
}

async function linesWith(
  client: ScriptedClient,
  options: Partial<SelectorGroupChatOptions> = {},
): Promise<readonly string[]> {
  const participants = ["a", "b", "speaker"].map((name) => new SayingAgent(name, name));
  const team = new SelectorGroupChat({
    participants,
    modelClient: client,
    maxTurns: 2,
    structuredChoice: true,
    runtime: tested?.runtime,
    ...options,
  });
  return linesOf((await team.run("Go")).messages).slice(1);
}

const choice = (speaker: string): string => JSON.stringify({ speaker });

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("a choice in a form", () => {
    test("can name the candidates only, also one whose name is a word of the form", async () => {
      const client = new ScriptedClient([choice("b"), choice("speaker")]);
      expect(await linesWith(client)).toEqual(["b: b", "speaker: speaker"]);
      expect(client.calls.map(({ options }) => options.jsonOutput)).toEqual(
        [
          ["a", "b", "speaker"],
          ["a", "speaker"],
        ].map((names) => ({
          name: "NextSpeaker",
          schema: {
            type: "object",
            properties: { speaker: { type: "string", enum: names } },
            required: ["speaker"],
            additionalProperties: false,
          },
          strict: true,
        })),
      );
    });

    test("that names somebody else all the same is asked for again", async () => {
      const client = new ScriptedClient([choice("b"), choice("b"), choice("nobody"), choice("a")]);
      expect(await linesWith(client)).toEqual(["b: b", "a: a"]);
      expect(client.calls[2]?.messages.at(-1)?.content).toMatch(/b has just spoken/);
      expect(client.calls[3]?.messages.at(-1)?.content).toMatch(/nobody may not speak now/);
    });

    test.each(["b, please", '{"name":"b"}', '{"next":"b","then":7}', '["b"]'])(
      "that comes as %s is read as text",
      async (text) => {
        expect(await linesWith(new ScriptedClient([text, choice("a")]))).toEqual(["b: b", "a: a"]);
      },
    );

    test.each([
      ["a model without structured output", { structuredOutput: false }, {}],
      ["a team that did not ask for it", {}, { structuredChoice: undefined }],
    ])("is not asked of %s", async (_name, info, options) => {
      const client = new ScriptedClient(["b", "a"], info);
      expect(await linesWith(client, options)).toEqual(["b: b", "a: a"]);
      expect(client.calls.every(({ options: asked }) => !("jsonOutput" in asked))).toBe(true);
    });

    test("streams too, with and without team events", async () => {
      const client = new ScriptedClient([choice("b"), choice("a")]);
      expect(await linesWith(client, { modelClientStreaming: true })).toEqual(["b: b", "a: a"]);
      expect(client.calls.every(({ streamed, options }) => streamed && options.jsonOutput !== undefined)).toBe(true);
    });

    test("is a key of the component, written when it is asked for", async () => {
      const registry = new ComponentRegistry().register(...coreComponents(), ...agentchatComponents(), Model);
      const participants = ["a", "b"].map((name) => new AssistantAgent({ name, modelClient: new Model([]) }));
      const make = (structuredChoice: boolean): SelectorGroupChat =>
        new SelectorGroupChat({ participants, modelClient: new Model([]), maxTurns: 1, structuredChoice });
      expect(dumpComponent(make(false)).config).not.toHaveProperty("structured_choice");
      const dump = dumpComponent(make(true));
      expect(dump.config).toHaveProperty("structured_choice", true);
      expect(dumpComponent(await registry.load(dump))).toEqual(dump);
    });
  });
});
