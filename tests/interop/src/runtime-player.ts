import {
  AgentId,
  SingleThreadedAgentRuntime,
  TypePrefixSubscription,
  TypeSubscription,
  ValueError,
  eventSink,
  isObject,
  logEventToJson,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import { describeError } from "./errors.ts";
import { listOf, objectOf, textOf } from "./golden.ts";
import { Intervening, Note, ScriptedActor, topicOf, type Stage } from "./scripted-actor.ts";
import { Hold } from "./scenario/hold.ts";

/** Plays a scenario of the core runtime, as `python/runtime_player.py` does. */
export class RuntimePlayer {
  readonly #scenario: JsonObject;
  readonly #stage: Stage = { starts: [], ends: [], gate: (name) => this.#gate(name) };
  readonly #events: JsonObject[] = [];
  readonly #gates = new Map<string, Hold>();
  readonly #pending: Promise<JsonObject>[] = [];
  readonly #saved = new Map<string, JsonObject>();
  readonly #subscriptions = new Map<string, string>();
  #agents = new Map<string, ScriptedActor>();
  #runtime = new SingleThreadedAgentRuntime();

  constructor(scenario: JsonObject) {
    this.#scenario = scenario;
  }

  /** The trace, in the form of `runtime/expected.json`. */
  async play(): Promise<JsonObject> {
    await this.#renew();
    const steps: JsonObject[] = [];
    for (const step of listOf(this.#scenario["steps"])) steps.push(await this.#step(objectOf(step)));
    await pause();
    const { starts, ends } = this.#stage;
    const made = [...this.#agents].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      steps,
      counts: Object.fromEntries(made.map(([id, { count }]) => [id, count])),
      ...(this.#scenario["quiet"] === true ? {} : { starts, ends: ends.toSorted() }),
      ...(this.#scenario["events"] === true ? { events: this.#events } : {}),
    };
  }

  #gate(name: string): Hold {
    const gate = this.#gates.get(name) ?? new Hold();
    this.#gates.set(name, gate);
    return gate;
  }

  async #step(step: JsonObject): Promise<JsonObject> {
    const op = textOf(step["op"]);
    try {
      return { op, ...(await this.#perform(op, step)) };
    } catch (error) {
      return { op, error: describeError(error) };
    }
  }

  async #perform(op: string, step: JsonObject): Promise<JsonObject | undefined> {
    const runtime = this.#runtime;
    switch (op) {
      case "renew":
        await this.#renew();
        return undefined;
      case "start":
        runtime.start();
        return undefined;
      case "stop":
        await runtime.stop();
        return undefined;
      case "idle":
        await runtime.stopWhenIdle();
        return undefined;
      case "next":
        await runtime.processNext();
        await pause();
        return undefined;
      case "count":
        return { unprocessed: runtime.unprocessedMessagesCount };
      case "publish":
        await runtime.publishMessage(noteOf(step), topicOf(step["topic"]), senderOf(step));
        return undefined;
      case "send": {
        const sending = this.#send(step);
        if (step["later"] !== true) return sending;
        this.#pending.push(sending);
        await pause();
        return undefined;
      }
      case "answers":
        return { answers: await Promise.all(this.#pending) };
      case "open":
        this.#gate(textOf(step["gate"])).letGo();
        await pause();
        return undefined;
      case "subscribe": {
        const subscription = new TypeSubscription(textOf(step["topic"]), textOf(step["type"]));
        await runtime.addSubscription(subscription);
        this.#subscriptions.set(textOf(step["topic"]), subscription.id);
        return undefined;
      }
      case "unsubscribe":
        await runtime.removeSubscription(this.#subscriptions.get(textOf(step["topic"])) ?? "unknown");
        return undefined;
      case "save": {
        const state = await runtime.saveState();
        this.#saved.set(textOf(step["as"]), state);
        return { state };
      }
      case "load":
        await runtime.loadState(objectOf(step["state"] ?? this.#saved.get(textOf(step["from"]))));
        return undefined;
      case "get": {
        const { id, count } = await runtime.tryGetUnderlyingAgentInstance(idOf(step["id"]), ScriptedActor);
        return { id: id.toString(), count };
      }
      default:
        throw new ValueError(`There is no step ${op}.`);
    }
  }

  async #send(step: JsonObject): Promise<JsonObject> {
    try {
      const answer = await this.#runtime.sendMessage(noteOf(step), idOf(step["to"]), senderOf(step));
      return { answer: answer instanceof Note ? answer.text : null };
    } catch (error) {
      return { error: describeError(error) };
    }
  }

  /** Makes the runtime and all that belongs to it anew. */
  async #renew(): Promise<void> {
    this.#agents = new Map();
    const runtime = new SingleThreadedAgentRuntime({
      interventionHandlers: listOf(this.#scenario["interventions"]).map((does) => new Intervening(objectOf(does))),
      ignoreUnhandledExceptions: this.#scenario["ignore_unhandled_exceptions"] !== false,
      log: eventSink((event) => void this.#events.push(withData(logEventToJson(event)))),
    });
    this.#runtime = runtime;
    for (const agent of listOf(this.#scenario["agents"])) {
      const spec = objectOf(agent);
      const type = textOf(spec["type"]);
      for (const key of listOf(spec["instances"])) {
        const made = new ScriptedActor(objectOf(spec["on"] ?? {}), this.#stage);
        const id = new AgentId(type, textOf(key));
        await made.registerInstance(runtime, id, { skipDirectMessageSubscription: true });
        this.#agents.set(id.toString(), made);
      }
      if (spec["instances"] === undefined && spec["unknown"] !== true) {
        await runtime.registerFactory(type, () => this.#make(spec));
      }
      for (const heard of listOf(spec["hears"])) {
        const topic = textOf(heard);
        await runtime.addSubscription(
          topic.endsWith("*")
            ? new TypePrefixSubscription(topic.slice(0, -1), type)
            : new TypeSubscription(topic, type),
        );
      }
    }
  }

  #make(spec: JsonObject): ScriptedActor {
    if (spec["fails"] === true) throw new ValueError(`no ${textOf(spec["type"])}`);
    const made = new ScriptedActor(objectOf(spec["on"] ?? {}), this.#stage);
    this.#agents.set(made.id.toString(), made);
    return made;
  }
}

/** Turns of the event loop in which everybody goes on as far as they can. */
async function pause(): Promise<void> {
  for (let left = 10; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
}

function noteOf(step: JsonObject): Note {
  return new Note(textOf(step["kind"] ?? "note"), textOf(step["text"] ?? ""));
}

function idOf(text: Json | undefined): AgentId {
  return AgentId.fromString(textOf(text));
}

function senderOf(step: JsonObject): { readonly sender?: AgentId } {
  return step["sender"] === undefined ? {} : { sender: idOf(step["sender"]) };
}

/** The event with the message as data instead of JSON text. */
function withData(event: JsonObject): JsonObject {
  const { payload } = event;
  const parsed: unknown = typeof payload === "string" && payload.startsWith("{") ? JSON.parse(payload) : undefined;
  return isObject(parsed) ? { ...event, payload: objectOf(parsed) } : event;
}
