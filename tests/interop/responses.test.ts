import { execFile } from "node:child_process";
import { TextMessage } from "@tesserae/agentchat";
import { isObject, type JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ResponsesFixture, said, whole } from "../../packages/ext/src/agents/openai/testing/responses-fixture.ts";
import { ROOT, objectOf } from "./src/golden.ts";
import { HAS_PYTHON, NO_PYTHON } from "./src/python.ts";

/** A server for ours, and one for Python's. */
let here: ResponsesFixture;
let there: ResponsesFixture;
beforeEach(async () => void ([here, there] = [await ResponsesFixture.start(), await ResponsesFixture.start()]));
afterEach(async () => {
  await here.close();
  await there.close();
});

/** The servers answer in this process, so nothing here may block. */
function python(given: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      `${ROOT}.venv/bin/python`,
      ["responses.py"],
      { cwd: `${ROOT}python`, env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" } },
      (error, stdout, stderr) => {
        if (error === null) resolve(objectOf(JSON.parse(stdout)));
        else reject(new Error(stderr));
      },
    );
    child.stdin?.end(JSON.stringify(given));
  });
}

const AGENT = { description: "Helps.", instructions: "You help." };
const USER = (content: string): JsonObject => ({ role: "user", content });

describe.skipIf(!HAS_PYTHON)(
  `an agent on the Responses API, ours beside Python's (${HAS_PYTHON ? "" : NO_PYTHON})`,
  () => {
    test("asks the same in its first turn; in the second only what is new, where Python says all again", async () => {
      const options = {
        tools: ["web_search_preview", { type: "code_interpreter", container: { type: "auto" } }],
        temperature: 0.5,
        max_output_tokens: 100,
        truncation: "auto",
      };
      for (const { server } of [here, there]) server.next(whole("r1", [said("One")]), whole("r2", [said("Two")]));
      const theirs = await python({ url: `${there.server.url}/v1`, options, tasks: ["First", "Second"] });
      const agent = here.agent({
        ...AGENT,
        tools: options.tools,
        temperature: 0.5,
        maxOutputTokens: 100,
        truncation: "auto",
      });
      const answers = [];
      for (const content of ["First", "Second"]) {
        const { chatMessage } = await agent.onMessages([TextMessage({ content, source: "user" })]);
        answers.push({
          type: chatMessage.type,
          source: chatMessage.source,
          content: "content" in chatMessage ? chatMessage.content : undefined,
        });
      }
      expect(here.bodies[0]).toEqual(there.bodies[0]);
      const system = { role: "system", content: "You help." };
      const before = [system, USER("First"), { role: "assistant", content: "One" }];
      expect(there.bodies[1]).toEqual({ ...here.bodies[1], input: [...before, USER("Second")] });
      expect(here.bodies[1]).toMatchObject({ input: [USER("Second")], previous_response_id: "r1" });
      expect(answers).toEqual(theirs["answers"]);
      expect(await agent.saveState()).toEqual(theirs["state"]);
    });

    test("asks for JSON where the interface takes it, and Python where it does not", async () => {
      for (const { server } of [here, there]) server.next(whole("r1", [said("{}")]));
      await python({ url: `${there.server.url}/v1`, options: { json_mode: true, store: false }, tasks: ["First"] });
      await here.agent({ ...AGENT, jsonMode: true, store: false }).run("First");
      expect(there.bodies[0]).toMatchObject({ text: { type: "json_object" } });
      expect(here.bodies[0]).toEqual({ ...there.bodies[0], text: { format: { type: "json_object" } } });
    });

    test("goes on from the other's state", async () => {
      for (const { server } of [here, there]) server.next(whole("r1", [said("One")]), whole("r2", [said("Two")]));
      const url = `${there.server.url}/v1`;
      const first = here.agent(AGENT);
      await first.run("First");
      const state = await first.saveState();
      const theirs = await python({ url, options: {}, tasks: ["Second"], state });
      expect(there.bodies[0]).toMatchObject({ previous_response_id: "r1" });
      const given = theirs["state"];
      const second = here.agent(AGENT);
      await second.loadState(isObject(given) ? given : {});
      expect(await second.saveState()).toEqual(given);
      await second.run("Third");
      expect(here.bodies[1]).toMatchObject({ input: [USER("Third")], previous_response_id: "r1" });
    });
  },
);
