import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, tool, type JsonObject } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  recordingsFolder,
  startRecordedServer,
  type RecordedInteraction,
  type Recording,
} from "../../../testing/recorded-server.ts";
import { objectsOf, textOf } from "./answer-data.ts";
import { OpenAIAgent } from "./openai-agent.ts";

interface Recorded {
  readonly name: string;
  readonly base: string;
  readonly interaction: RecordedInteraction;
  readonly streamed: boolean;
  /** The answer; of a stream the one that its last event holds. */
  readonly answer: JsonObject;
}

/** Every recorded answer of the Responses API that needs no tool of ours, of all providers. */
function recorded(): readonly Recorded[] {
  const folder = recordingsFolder();
  if (folder === undefined) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const { interactions } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording;
    return interactions.flatMap((interaction, place) => {
      const { request, response } = interaction;
      const { pathname } = new URL(request.url);
      if (request.method !== "POST" || !pathname.endsWith("/responses") || response.status !== 200) return [];
      const { body } = response;
      const streamed = typeof body === "string";
      const answer = streamed ? lastAnswer(body) : body;
      if (!isObject(answer) || answer["status"] !== "completed") return [];
      const asks = objectsOf(answer["output"]).some(({ type }) =>
        /^(function_call|mcp_approval_request)$/.test(textOf(type) ?? ""),
      );
      const base = pathname.slice(0, -"/responses".length);
      return asks ? [] : [{ name: `${file} #${place}`, base, interaction, streamed, answer: answer as JsonObject }];
    });
  });
}

function lastAnswer(stream: string): unknown {
  const events = stream.split(/\r?\n/).filter((line) => line.startsWith("data: {"));
  const event: unknown = JSON.parse(events.at(-1)?.slice(6) ?? "{}");
  return isObject(event) ? event["response"] : undefined;
}

function textsOf(answer: JsonObject): string {
  const parts = objectsOf(answer["output"]).flatMap((item) =>
    item["type"] === "message" ? objectsOf(item["content"]) : [],
  );
  return parts.map((part) => textOf(part["text"]) ?? textOf(part["refusal"]) ?? "").join("");
}

function annotationsOf(answer: JsonObject): readonly JsonObject[] {
  const parts = objectsOf(answer["output"]).flatMap((item) => objectsOf(item["content"]));
  return parts.flatMap((part) => objectsOf(part["annotations"]));
}

const all = recorded();
afterEach(() => vi.restoreAllMocks());

describe.skipIf(recordingsFolder() === undefined)(
  "recorded answers (skipped where TESSERAE_RECORDINGS is unset)",
  () => {
    test("are there, whole and streamed", () => {
      expect(all.filter(({ streamed }) => !streamed).length).toBeGreaterThan(30);
      expect(all.filter(({ streamed }) => streamed).length).toBeGreaterThan(5);
    });

    test.each(all)("$name is the answer of an agent", async ({ name, base, interaction, streamed, answer }) => {
      vi.spyOn(process, "emitWarning").mockImplementation(() => {});
      const server = await startRecordedServer({ recording: name, interactions: [interaction] });
      const agent = new OpenAIAgent({
        name: "a",
        description: "d",
        model: textOf(answer["model"]) ?? "gpt-4o",
        instructions: "i",
        modelClientStream: streamed,
        client: { baseUrl: server.url + base, apiKey: "k", maxRetries: 0 },
      });
      try {
        const chunks: string[] = [];
        const result = { content: "", images: 0, citations: 0, prompt: 0 };
        for await (const item of agent.runStream("Hi")) {
          if (item.type === "ModelClientStreamingChunkEvent") chunks.push(item.content);
          if (item.type !== "TextMessage" && item.type !== "MultiModalMessage") continue;
          const parts = typeof item.content === "string" ? [item.content] : item.content;
          result.content = parts.filter((part) => typeof part === "string").join("");
          result.images = parts.filter((part) => typeof part !== "string").length;
          result.citations = objectsOf(JSON.parse(item.metadata["citations"] ?? "[]")).length;
          result.prompt = item.modelsUsage?.promptTokens ?? 0;
        }
        const images = objectsOf(answer["output"]).filter(
          (item) => item["type"] === "image_generation_call" && typeof item["result"] === "string",
        );
        const usage = isObject(answer["usage"]) ? answer["usage"] : {};
        expect(result).toEqual({
          content: textsOf(answer),
          images: images.length,
          citations: annotationsOf(answer).length,
          prompt: usage["input_tokens"] ?? 0,
        });
        if (streamed) expect(chunks.join("")).toBe(result.content);
        expect(await agent.saveState()).toMatchObject({ response_id: answer["id"] });
      } finally {
        await agent.close();
        await server.close();
      }
    });

    test("a recorded conversation with a tool is gone through, call by call", async () => {
      vi.spyOn(process, "emitWarning").mockImplementation(() => {});
      const file = "openai/openai-responses-openai-responses-stream.json";
      const server = await startRecordedServer(join(recordingsFolder() ?? "", file));
      const capital = tool({
        name: "get_capital",
        description: "The capital of a country",
        parameters: { type: "object", properties: { country: { type: "string" } }, required: ["country"] },
        execute: () => "Paris",
      });
      const agent = new OpenAIAgent({
        name: "a",
        description: "d",
        model: "gpt-4o",
        instructions: "",
        tools: [capital],
        modelClientStream: true,
        client: { baseUrl: `${server.url}/v1`, apiKey: "k", maxRetries: 0 },
      });
      try {
        const { messages } = await agent.run("What is the capital of France?");
        expect(messages.map(({ type }) => type)).toEqual([
          "TextMessage",
          "ToolCallRequestEvent",
          "ToolCallExecutionEvent",
          "TextMessage",
        ]);
        expect(messages.at(-1)).toMatchObject({ content: expect.stringContaining("Paris") });
        expect(server.remaining).toEqual([]);
        expect(server.requests[1]?.body).toMatchObject({
          input: [{ type: "function_call_output", output: "Paris" }],
        });
      } finally {
        await agent.close();
        await server.close();
      }
    });
  },
);
