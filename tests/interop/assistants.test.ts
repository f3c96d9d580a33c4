import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageText, MultiModalMessage, TextMessage, type StreamItem } from "@tesserae/agentchat";
import { imageFromBase64, isObject, tool, type JsonObject } from "@tesserae/core";
import { OpenAIAssistantAgent, type OpenAIAssistantAgentOptions } from "@tesserae/ext/agents/openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantsServer } from "../../packages/ext/src/agents/openai/testing/assistants-server.ts";
import { ROOT, objectOf } from "./src/golden.ts";
import { HAS_PYTHON, NO_PYTHON } from "./src/python.ts";

/** As Python's library for images writes it: Python encodes images anew, and ours keeps their bytes. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNg+M8AAAICAQB7CYF4AAAAAElFTkSuQmCC";

let folder: string;
const servers: AssistantsServer[] = [];
const agents: OpenAIAssistantAgent[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tesserae-assistants-"))));
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
  for (const server of servers.splice(0)) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server whose runs go as the scenario wants it. */
async function scriptedServer(): Promise<AssistantsServer> {
  const server = await AssistantsServer.start();
  servers.push(server);
  const calls = [
    { id: "c1", name: "add", args: { a: 1, b: 2 } },
    { id: "c2", name: "fail", args: { reason: "no luck" } },
  ];
  server.plans.push(
    ["queued", { calls }, { text: "It is 3" }],
    [{ text: "Second answer" }],
    [{ text: "Third answer" }],
  );
  return server;
}

/** Ours, as `python/assistants.py` makes Python's. */
function ours(url: string, options: Partial<OpenAIAssistantAgentOptions> = {}): OpenAIAssistantAgent {
  const agent = new OpenAIAssistantAgent({
    name: "helper",
    description: "Helps.",
    client: { baseUrl: url, apiKey: "unused", maxRetries: 0 },
    model: "gpt-4o",
    instructions: "You help.",
    pollInterval: 0.001,
    ...options,
  });
  agents.push(agent);
  return agent;
}

const INTEGER = (title: string): JsonObject => ({ title, type: "integer", description: title.toLowerCase() });
const add = tool({
  name: "add",
  description: "Adds.",
  parameters: { type: "object", properties: { a: INTEGER("A"), b: INTEGER("B") }, required: ["a", "b"] },
  execute: ({ a, b }) => String(Number(a) + Number(b)),
});
const fail = tool({
  name: "fail",
  description: "Fails.",
  parameters: {
    type: "object",
    properties: { reason: { title: "Reason", type: "string", description: "reason" } },
    required: ["reason"],
  },
  execute: ({ reason }) => {
    throw new Error(String(reason));
  },
});

/** The server answers in this process, so nothing here may block. */
function python(given: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      `${ROOT}.venv/bin/python`,
      ["assistants.py"],
      { cwd: `${ROOT}python`, env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" } },
      (error, stdout, stderr) => {
        if (error === null) resolve(objectOf(JSON.parse(stdout)));
        else reject(new Error(stderr));
      },
    );
    child.stdin?.end(JSON.stringify(given));
  });
}

/** What both show of a message. */
function essence(item: StreamItem): JsonObject {
  if (item.type === "ToolCallRequestEvent")
    return { type: item.type, source: item.source, content: [...item.content] as never };
  if (item.type === "ToolCallExecutionEvent") {
    const content = item.content.map(({ content: text, name, callId, isError }) => ({
      content: text,
      name,
      call_id: callId,
      is_error: isError ?? false,
    }));
    return { type: item.type, source: item.source, content };
  }
  return { type: item.type, source: item.source, content: messageText(item) };
}

describe.skipIf(!HAS_PYTHON)(
  `an agent on the Assistants API, ours beside Python's (${HAS_PYTHON ? "" : NO_PYTHON})`,
  () => {
    test("asks the same of the service, in the same order, and has the same state", async () => {
      const files = ["data.csv", "notes.txt"].map((name) => join(folder, name));
      for (const file of files) writeFileSync(file, "a,b\n1,2\n");
      const [theirServer, ourServer] = [await scriptedServer(), await scriptedServer()];
      const theirs = await python({ url: theirServer.url, files, image: PIXEL });

      const first = ours(ourServer.url, { tools: ["code_interpreter", "file_search", add, fail] });
      await first.onUploadForCodeInterpreter(files[0] ?? "");
      await first.onUploadForFileSearch([files[1] ?? ""]);
      const messages = [
        TextMessage({ content: "First", source: "user" }),
        MultiModalMessage({ content: ["Look", imageFromBase64(PIXEL)], source: "writer" }),
      ];
      const items: JsonObject[] = [];
      for await (const item of first.onMessagesStream(messages)) {
        items.push(essence(item.type === "Response" ? item.chatMessage : item));
      }
      const states = [await first.saveState()];
      await first.onReset();
      await first.deleteUploadedFiles();
      await first.deleteVectorStore();
      await first.deleteAssistant();
      const second = ours(ourServer.url, {
        threadId: "thread_7",
        metadata: { team: "blue" },
        responseFormat: { type: "json_object" },
        temperature: 0.5,
        topP: 0.9,
        toolResources: { code_interpreter: { file_ids: ["file_9"] } },
      });
      await second.onMessages([TextMessage({ content: "Second", source: "user" })]);
      states.push(await second.saveState());

      expect(ourServer.asked).toEqual(theirServer.asked);
      expect(states.map(sorted)).toEqual((theirs["states"] as JsonObject[]).map(sorted));
      expect(items).toEqual(theirs["messages"]);
    });

    test("each goes on from the other's state", async () => {
      const [theirServer, ourServer] = [await scriptedServer(), await scriptedServer()];
      const state = {
        type: "OpenAIAssistantAgentState",
        assistant_id: "asst_5",
        thread_id: "thread_5",
        initial_message_ids: [],
        vector_store_id: "vs_5",
        uploaded_file_ids: ["file_5"],
      };
      for (const server of [theirServer, ourServer]) server.plans.splice(0, 1);
      const { states } = await python({ url: theirServer.url, state, files: [] });
      const agent = ours(ourServer.url);
      await agent.loadState(state);
      await agent.onMessages([TextMessage({ content: "Third", source: "user" })]);
      expect([await agent.saveState()]).toEqual(states);
      // Python forgets at which message the thread began; ours keeps that, and need not ask.
      const list = "GET /threads/thread_5/messages?limit=100&order=asc";
      expect(ourServer.asked).toEqual(theirServer.asked.filter(([line]) => line !== list));
    });
  },
);

/** Python keeps the ids of messages as a set. */
function sorted(state: JsonObject): JsonObject {
  const ids = state["initial_message_ids"];
  return isObject(state) && Array.isArray(ids)
    ? { ...state, initial_message_ids: ids.toSorted((a, b) => wordOf(a).localeCompare(wordOf(b))) }
    : state;
}

function wordOf(value: unknown): string {
  return JSON.stringify(value);
}
