import type { BaseGroupChat, ChatAgent, RunOptions, StreamItem, TaskResult } from "@tesserae/agentchat";
import { ValueError, type Json, type JsonObject } from "@tesserae/core";
import { describeError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../golden.ts";
import { makeTask } from "../messages.ts";
import { anonymous, traceOf } from "../trace.ts";
import { makeAgent } from "./agents.ts";
import { withNeutralPrompts } from "./orchestrator-prompts.ts";
import { Conditions } from "./conditions.ts";
import { TEAMS, makeTeam } from "./teams.ts";
import { World } from "./world.ts";

/** One scenario being played: it is built, its steps are taken, the trace is written. */
export class Player {
  readonly #scenario: JsonObject;
  readonly #world: World;
  readonly #saved = new Map<string, JsonObject>();
  readonly #given: ReadonlyMap<string, JsonObject>;
  #conditions = new Conditions();
  #runner: ChatAgent | BaseGroupChat;

  /** @param given states that the other side saved, by name: they are loaded instead of our own. */
  constructor(scenario: JsonObject, given: ReadonlyMap<string, JsonObject> = new Map()) {
    this.#given = given;
    this.#scenario = scenario;
    this.#world = new World(scenario);
    this.#runner = this.#build();
  }

  /** The states that were saved, by name. */
  get saved(): ReadonlyMap<string, JsonObject> {
    return this.#saved;
  }

  /** The trace, in the form of the expected files. */
  async play(): Promise<JsonObject> {
    const steps: JsonObject[] = [];
    for (const step of listOf(this.#scenario["steps"])) steps.push(await this.#step(objectOf(step)));
    const trace = { steps, ...this.#world.record(), final_state: anonymous(await this.#runner.saveState()) };
    return objectOf(withNeutralPrompts(trace));
  }

  /** Makes agents, conditions and teams anew; the last team (or, without teams, the last agent) is what runs. */
  #build(): ChatAgent | BaseGroupChat {
    const members = new Map<string, ChatAgent | BaseGroupChat>();
    this.#conditions = new Conditions();
    for (const member of [...listOf(this.#scenario["agents"]), ...listOf(this.#scenario["teams"])]) {
      const spec = objectOf(member);
      const made = TEAMS.includes(textOf(spec["type"]))
        ? makeTeam(spec, members, this.#conditions, this.#world)
        : makeAgent(spec, members, this.#world);
      members.set(textOf(spec["name"]), made);
    }
    const runner = [...members.values()].at(-1);
    if (runner === undefined) throw new ValueError("A scenario needs an agent or a team.");
    return runner;
  }

  async #step(step: JsonObject): Promise<JsonObject> {
    const op = textOf(step["op"]);
    try {
      return { op, ...(await this.#perform(op, step)) };
    } catch (error) {
      return { op, error: describeError(error) };
    }
  }

  async #perform(op: string, step: JsonObject): Promise<JsonObject> {
    const runner = this.#runner;
    switch (op) {
      case "run":
        return step["stream"] === false ? this.#run(step) : this.#runStream(step);
      case "reset":
        await ("onReset" in runner ? runner.onReset() : runner.reset());
        return {};
      case "save": {
        this.#saved.set(textOf(step["as"]), await runner.saveState());
        return { state: this.#savedAs(step) };
      }
      case "load":
        await runner.loadState(objectOf(this.#stateNamed(textOf(step["from"]))));
        return {};
      case "rebuild":
        this.#runner = this.#build();
        return {};
      case "external_stop":
        for (const condition of this.#conditions.external) condition.set();
        return {};
      case "pause":
        if ("onPause" in runner) throw new ValueError("Only a team can be paused.");
        await runner.pause();
        return {};
      default:
        throw new ValueError(`There is no step ${op}.`);
    }
  }

  async #run(step: JsonObject): Promise<JsonObject> {
    const result = await this.#runner.run(makeTask(step["task"]), runOptions(step));
    return this.#finished(result.messages, result);
  }

  async #runStream(step: JsonObject): Promise<JsonObject> {
    const items: StreamItem[] = [];
    const controller = new AbortController();
    const model = step["cancel_when_waiting"];
    if (model !== undefined) void this.#world.model(model).waiting.then(() => controller.abort());
    const held = step["save_when_held"] === undefined ? undefined : objectOf(step["save_when_held"]);
    if (held !== undefined) void this.#saveWhenHeld(held);
    const state = (): JsonObject => (held === undefined ? {} : { state: this.#savedAs(held) });
    let result: TaskResult | undefined;
    try {
      const options = { ...runOptions(step), signal: controller.signal };
      for await (const item of this.#runner.runStream(makeTask(step["task"]), options)) {
        if (item.type === "TaskResult") result = item;
        else items.push(item);
      }
    } catch (error) {
      return { items: this.#trace(items), error: describeError(error), ...state() };
    }
    if (result === undefined) throw new ValueError("The stream ended without a result.");
    return { ...this.#finished(items, result), ...state() };
  }

  /** Saves in the middle of the run, while a model or a person is held; then lets it go on. */
  async #saveWhenHeld(held: JsonObject): Promise<void> {
    const hold = this.#world.hold(textOf(held["by"]));
    await hold.reached();
    // Everybody who is not held goes on as far as they can.
    for (let left = 20; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
    const runner = this.#runner;
    const state = await ("onReset" in runner ? runner.saveState() : runner.saveState({ immediate: true }));
    this.#saved.set(textOf(held["as"]), state);
    hold.letGo();
  }

  #savedAs(step: JsonObject): Json {
    return anonymous(objectOf(this.#saved.get(textOf(step["as"])), "state"));
  }

  #stateNamed(name: string): JsonObject | undefined {
    return this.#given.get(name) ?? this.#saved.get(name);
  }

  #finished(items: readonly StreamItem[], result: TaskResult): JsonObject {
    return {
      items: this.#trace(items),
      messages: result.messages.map((message) => items.indexOf(message)),
      stop_reason: result.stopReason ?? null,
    };
  }

  #trace(items: readonly StreamItem[]): Json {
    return traceOf(items, this.#world.inputIds());
  }
}

function runOptions(step: JsonObject): RunOptions {
  return { outputTaskMessages: step["output_task_messages"] !== false };
}
