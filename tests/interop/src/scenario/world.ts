import { inputRequestId, type InputFunction } from "@tesserae/agentchat";
import { ValueError, type CodeExecutor, type CodeResult, type Json, type JsonObject } from "@tesserae/core";
import { makeError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../golden.ts";
import { Hold } from "./hold.ts";
import { ScriptedModel } from "./scripted-model.ts";
import type { Received } from "./scripted-agents.ts";
import { Rendezvous } from "./tools.ts";

/** A person who answers from a list. */
export class ScriptedPerson {
  readonly prompts: string[] = [];
  readonly requestIds: string[] = [];
  readonly hold: Hold = new Hold();
  readonly #inputs: readonly Json[];

  constructor(inputs: readonly Json[]) {
    this.#inputs = inputs;
  }

  readonly answer: InputFunction = async (prompt) => {
    this.prompts.push(prompt);
    this.requestIds.push(inputRequestId());
    const given = this.#inputs[this.prompts.length - 1];
    if (typeof given === "string") return given;
    const { hold, error } = objectOf(given, "input");
    if (hold === undefined) throw makeError(error);
    await this.hold.stopHere();
    return textOf(hold);
  };
}

/** An executor that runs nothing: its results are a list. */
export class ScriptedExecutor implements CodeExecutor {
  readonly executed: JsonObject[][] = [];
  readonly #results: readonly Json[];

  constructor(results: readonly Json[]) {
    this.#results = results;
  }

  async executeCodeBlocks(blocks: Parameters<CodeExecutor["executeCodeBlocks"]>[0]): Promise<CodeResult> {
    this.executed.push(blocks.map(({ code, language }) => ({ code, language })));
    const result = objectOf(this.#results[this.executed.length - 1], "result");
    return { exitCode: Number(result["exit_code"]), output: textOf(result["output"]) };
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }
}

/** The surroundings of one scenario. Agents and teams may be rebuilt; this stays and its scripts go on. */
export class World {
  readonly models: ReadonlyMap<string, ScriptedModel>;
  readonly rendezvous: Rendezvous = new Rendezvous();
  readonly #people = new Map<string, ScriptedPerson>();
  readonly #executors = new Map<string, ScriptedExecutor>();
  readonly #replies = new Map<string, Iterator<Json>>();
  readonly #received = new Map<string, Received>();
  readonly #approvals = new Map<string, string[]>();

  constructor(scenario: JsonObject) {
    const specs = Object.entries(objectOf(scenario["models"] ?? {}));
    this.models = new Map(specs.map(([name, spec]) => [name, new ScriptedModel(name, objectOf(spec))]));
  }

  model(name: unknown): ScriptedModel {
    const model = this.models.get(String(name));
    if (model === undefined) throw new ValueError(`The scenario has no model ${String(name)}.`);
    return model;
  }

  person(name: string, inputs: readonly Json[]): ScriptedPerson {
    return known(this.#people, name, () => new ScriptedPerson(inputs));
  }

  /** Where the model or the person of this name stops. */
  hold(name: string): Hold {
    return this.#people.get(name)?.hold ?? this.model(name).hold;
  }

  executor(name: string, results: readonly Json[]): ScriptedExecutor {
    return known(this.#executors, name, () => new ScriptedExecutor(results));
  }

  replies(name: string, replies: readonly Json[]): Iterator<Json> {
    return known(this.#replies, name, () => replies[Symbol.iterator]());
  }

  received(name: string): Received {
    return known(this.#received, name, () => []);
  }

  approvals(name: string): string[] {
    return known(this.#approvals, name, () => []);
  }

  /** The request ids that input functions saw, by person, then in order. */
  inputIds(): readonly string[] {
    return [...this.#people].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, person]) => person.requestIds);
  }

  /** What everyone was asked, for the trace; empty parts are left out. */
  record(): JsonObject {
    const parts: Record<string, JsonObject> = {
      models: asked(this.models, (model) => model.calls),
      prompts: asked(this.#people, (person) => person.prompts),
      executed: asked(this.#executors, (executor) => executor.executed),
      approvals: Object.fromEntries(this.#approvals),
      received: Object.fromEntries(this.#received),
    };
    return Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));
  }
}

function known<T>(map: Map<string, T>, name: string, make: () => T): T {
  const value = map.get(name) ?? make();
  map.set(name, value);
  return value;
}

function asked<T>(map: ReadonlyMap<string, T>, list: (value: T) => readonly Json[]): JsonObject {
  const entries = [...map].map(([name, value]) => [name, list(value)] as const);
  return Object.fromEntries(entries.filter(([, asks]) => listOf(asks).length > 0));
}
