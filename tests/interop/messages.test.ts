import {
  createResultFromJson,
  createResultToJson,
  functionCallFromJson,
  functionCallToJson,
  llmMessageFromJson,
  llmMessageToJson,
  requestUsageFromJson,
  requestUsageToJson,
  toolResultFromJson,
  toolResultToJson,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import { readDifferences, withDifferences } from "./src/differences.ts";
import { listOf, objectOf, readGolden, textOf } from "./src/golden.ts";
import { MESSAGES, definitionOf } from "./src/messages.ts";

const FILE = "fixtures/messages.json";
const GOLDEN = objectOf(withDifferences(readDifferences(), FILE, readGolden(FILE)));

function rows(part: string): [string, JsonObject][] {
  return Object.entries(objectOf(GOLDEN[part])).map(([id, row]) => [id, objectOf(row)]);
}

describe("a message that Python wrote is read, written equal, and gives the same texts", () => {
  test.each(rows("chat_messages"))("%s", (_, row) => {
    const message = MESSAGES.create(row["dump"]);
    const ours = {
      dump: MESSAGES.toJson(message),
      to_text: MESSAGES.toText(message),
      to_model_text: MESSAGES.toModelText(message),
      to_model_message: llmMessageToJson(MESSAGES.toModelMessage(message)),
    };
    expect(differencesOf(ours, row)).toEqual([]);
  });

  test.each(rows("events"))("%s", (_, row) => {
    const event = MESSAGES.create(row["dump"]);
    expect(differencesOf({ dump: MESSAGES.toJson(event), to_text: MESSAGES.toText(event) }, row)).toEqual([]);
  });
});

test("a message for a model is read and written equal", () => {
  const dumps = listOf(GOLDEN["llm_messages"]);
  expect(dumps.map((dump) => llmMessageToJson(llmMessageFromJson(dump)))).toEqual(dumps);
});

/** Reads and writes; classes that are plain data in ours are written as they are. */
const CODECS: Readonly<Record<string, (dump: Json) => Json>> = {
  CreateResult: (dump) => createResultToJson(createResultFromJson(dump)),
  ToolResult: (dump) => toolResultToJson(toolResultFromJson(dump)),
  RequestUsage: (dump) => requestUsageToJson(requestUsageFromJson(dump)),
  FunctionCall: (dump) => functionCallToJson(functionCallFromJson(dump)),
};

describe("a result that Python wrote is read and written equal", () => {
  const results = listOf(GOLDEN["results"]).map((row) => objectOf(row));
  const coded = results.filter((row) => Object.hasOwn(CODECS, textOf(row["class"])));
  test.each(coded)("$class", ({ class: name, dump }) => {
    expect(CODECS[textOf(name)]?.(dump ?? null)).toEqual(dump);
  });

  test("of every class that has a form of its own", () => {
    const covered = ["CodeBlock", "CodeResult", "TopLogprob"];
    const rest = results.map((row) => textOf(row["class"])).filter((name) => !Object.hasOwn(CODECS, name));
    // These are inside of events and results above.
    expect(rest.filter((name) => !covered.includes(name))).toEqual([]);
  });
});

describe("a text message with missing or surplus keys", () => {
  const partial = listOf(GOLDEN["partial_text_messages"]).map((row) => objectOf(row));
  test.each(partial)("%j", (row) => {
    const data = objectOf(row["data"]);
    const load = (): JsonObject => {
      const definition = definitionOf("TextMessage");
      return definition.toJson(definition.fromJson(data));
    };
    if (row["error"] !== undefined) {
      expect(load).toThrow();
      return;
    }
    const { id, created_at: time, ...rest } = load();
    const kept = {
      ...rest,
      ...("id" in data ? { id } : {}),
      ...("created_at" in data ? { created_at: time } : {}),
    };
    expect(differencesOf(kept, row["dump"] ?? null)).toEqual([]);
  });
});
