import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { dumpComponent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { says, scripted } from "../../../test/web-surfer/surfer.ts";
import { defaultRegistry } from "../../components/index.ts";
import { MagenticOneCoderAgent } from "./index.ts";

describe("the coder of Magentic-One", () => {
  test("is an assistant with instructions of its own", async () => {
    const modelClient = scripted([says("```python\nprint(1)\n```")]);
    const coder = new MagenticOneCoderAgent({ name: "Coder", modelClient });
    expect(coder).toBeInstanceOf(AssistantAgent);
    const { messages } = await coder.run("Print one.");
    expect(messages.map(messageText).at(-1)).toContain("print(1)");
    const [system] = modelClient.createCalls[0]?.messages ?? [];
    expect(system).toMatchObject({ type: "SystemMessage", content: expect.stringContaining("# filename: NAME") });
  });

  test("is written with the keys of an assistant, of which two are read", async () => {
    const dump = dumpComponent(new MagenticOneCoderAgent({ name: "Coder", modelClient: scripted([]) }));
    expect(dump).toMatchObject({
      provider: "autogen_ext.agents.magentic_one.MagenticOneCoderAgent",
      component_type: "agent",
      version: 2,
      component_version: 2,
      label: "MagenticOneCoderAgent",
    });
    expect(Object.keys(dump.config)).toEqual(
      Object.keys(dumpComponent(new AssistantAgent({ name: "a", modelClient: scripted([]) })).config),
    );
    const config = { ...dump.config, system_message: "Be somebody else.", description: "Somebody else." };
    const loaded = await defaultRegistry().load<MagenticOneCoderAgent>({ ...dump, config });
    expect(loaded).toBeInstanceOf(MagenticOneCoderAgent);
    expect(dumpComponent(loaded)).toEqual(dump);
  });

  test("takes its options as an object", () => {
    expect(() => Reflect.construct(MagenticOneCoderAgent, [])).toThrow("an object with its options");
  });
});
