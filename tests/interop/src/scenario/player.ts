import type { ChatAgent, RunOptions, StreamItem, TaskResult, Team } from "@tesserae/agentchat";
import { ValueError, type Json, type JsonObject } from "@tesserae/core";
import { describeError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../golden.ts";
import { makeTask } from "../messages.ts";
import { anonymous, traceOf } from "../trace.ts";
import { makeAgent } from "./agents.ts";
import { withNeutralPrompts } from "./orchestrator-prompts.ts";
import { Conditions } from "./conditions.ts";
import { makeTeam } from "./teams.ts";
import { World } from "./world.ts";

/** One scenario being played: it is built, its steps are taken, the trace is written. */
export class Player {
  readonly #scenario: JsonObject;
  readonly #world: World;
  readonly #saved = new Map<string, JsonObject>();
  #conditions = new Conditions();
  #runner: ChatAgent | Team;

  constructor(scenario: JsonObject) {
    this.#scenario = scenario;
    this.#world = new World(scenario);
    this.#runner = this.#build();
  }

  /** The trace, in the form of the expected files. */
  async play(): Promise<JsonObject> {
    const steps: JsonObject[] = [];
    for (const step of listOf(this.#scenario["steps"])) steps.push(await this.#step(objectOf(step)));
    const trace = { steps, ...this.#world.record(), final_state: anonymous(await this.#runner.saveState()) };
    return objectOf(withNeutralPrompts(trace));
  }

  /** Makes agents, conditions and teams anew; the last team (or, without teams, the last agent) is what runs. */
  #build(): ChatAgent | Team {
    const members = new Map<string, ChatAgent | Team>();
    this.#conditions = new Conditions();
    for (const agent of listOf(this.#scenario["agents"])) {
      const spec = objectOf(agent);
      members.set(textOf(spec["name"]), makeAgent(spec, this.#world));
    }
    for (const team of listOf(this.#scenario["teams"])) {
      const spec = objectOf(team);
      members.set(textOf(spec["name"]), makeTeam(spec, members, this.#conditions, this.#world));
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
        const state = await runner.saveState();
        this.#saved.set(textOf(step["as"]), state);
        return { state: anonymous(state) };
      }
      case "load":
        await runner.loadState(objectOf(this.#saved.get(textOf(step["from"]))));
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
    let result: TaskResult | undefined;
    try {
      const options = { ...runOptions(step), signal: controller.signal };
      for await (const item of this.#runner.runStream(makeTask(step["task"]), options)) {
        if (item.type === "TaskResult") result = item;
        else items.push(item);
      }
    } catch (error) {
      return { items: this.#trace(items), error: describeError(error) };
    }
    if (result === undefined) throw new ValueError("The stream ended without a result.");
    return this.#finished(items, result);
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
