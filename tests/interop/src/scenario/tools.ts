import { ModelClientStreamingChunkEvent, TextMessage, type StreamItem } from "@tesserae/agentchat";
import {
  BaseTool,
  FunctionTool,
  ValueError,
  isObject,
  type JsonObject,
  type StreamTool,
  type Tool,
  type ToolSchema,
} from "@tesserae/core";
import { listOf, objectOf, readGolden, textOf } from "../golden.ts";

type Execute = (args: Readonly<Record<string, unknown>>) => unknown;

/** Two tools that wait for each other: they answer only if both calls run at the same time. */
export class Rendezvous {
  readonly left: Execute;
  readonly right: Execute;

  constructor() {
    let arriveLeft: () => void = () => undefined;
    let arriveRight: () => void = () => undefined;
    const leftIsThere = new Promise<void>((resolve) => (arriveLeft = resolve));
    const rightIsThere = new Promise<void>((resolve) => (arriveRight = resolve));
    this.left = async () => {
      arriveLeft();
      await rightIsThere;
      return "left met right";
    };
    this.right = async () => {
      arriveRight();
      await leftIsThere;
      return "right met left";
    };
  }
}

/** A tool that shows an item a step, then answers. */
class Steps extends BaseTool<string> implements StreamTool<StreamItem, string> {
  readonly schema: ToolSchema;
  readonly #item: (step: number) => StreamItem;
  readonly #verb: string;

  constructor(schema: ToolSchema, verb: string, item: (step: number) => StreamItem) {
    super({ name: schema.name, description: schema.description ?? "" });
    this.schema = schema;
    this.#verb = verb;
    this.#item = item;
  }

  async runJson(args: unknown): Promise<string> {
    return `${this.#verb} ${steps(args)}`;
  }

  async *runJsonStream(args: unknown): AsyncGenerator<StreamItem | string> {
    for (let step = 1; step <= steps(args); step += 1) yield this.#item(step);
    yield `${this.#verb} ${steps(args)}`;
  }
}

/** Every tool of the scenarios; the two that meet belong to one scenario. */
export function makeTools(rendezvous: Rendezvous): ReadonlyMap<string, Tool> {
  const executes: Readonly<Record<string, Execute>> = {
    add: ({ a, b }) => String(Number(a) + Number(b)),
    upper: ({ text }) => textOf(text).toUpperCase(),
    fail: ({ reason }) => {
      throw new ValueError(textOf(reason));
    },
    ping: () => "pong",
    lookup: ({ key, limit }) => `${textOf(key)}:${String(limit)}`,
    make_record: ({ name, count }) => ({ name, count, ok: true, tags: ["x", null], nested: { half: 0.5 } }),
    meet_left: rendezvous.left,
    meet_right: rendezvous.right,
  };
  const schemas = toolSchemas();
  const functions = Object.entries(executes).map(([name, execute]) => functionTool(schemaOf(schemas, name), execute));
  const narrate = new Steps(schemaOf(schemas, "narrate"), "narrated", (step) =>
    TextMessage({ content: `step ${step}`, source: "narrator" }),
  );
  const chatter = new Steps(schemaOf(schemas, "chatter"), "chattered", (step) =>
    ModelClientStreamingChunkEvent({ content: `chunk ${step}`, source: "narrator" }),
  );
  return new Map([...functions, narrate, chatter].map((tool) => [tool.name, tool]));
}

/** A function tool with a given schema. */
export function functionTool(schema: JsonObject, execute: Execute): Tool {
  return new FunctionTool({
    name: textOf(schema["name"]),
    description: textOf(schema["description"]),
    parameters: objectOf(schema["parameters"]),
    execute,
  });
}

/** What Python says of the shared tools. */
export function toolSchemas(): readonly JsonObject[] {
  return listOf(readGolden("fixtures/tool-schemas.json")).map((schema) => objectOf(schema));
}

function schemaOf(schemas: readonly JsonObject[], name: string): JsonObject & ToolSchema {
  const schema = schemas.find((one) => one["name"] === name);
  if (schema === undefined) throw new ValueError(`There is no schema of the tool ${name}.`);
  // What Python wrote as a tool's schema.
  return schema as JsonObject & ToolSchema;
}

function steps(args: unknown): number {
  return isObject(args) ? Number(args["steps"]) : 0;
}
