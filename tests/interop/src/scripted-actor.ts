import {
  AgentId,
  BaseAgent,
  DefaultInterventionHandler,
  DropMessage,
  TopicId,
  ValueError,
  type Json,
  type JsonObject,
  type MessageContext,
} from "@tesserae/core";
import { listOf, objectOf, textOf } from "./golden.ts";
import type { Hold } from "./scenario/hold.ts";

/** The message of the scenarios of the runtime. */
export class Note {
  readonly kind: string;
  readonly text: string;

  constructor(kind: string, text: string) {
    this.kind = kind;
    this.text = text;
  }
}

/** What the actors of a scenario share. */
export interface Stage {
  readonly starts: string[];
  readonly ends: string[];
  gate(name: string): Hold;
}

/** Does what the scenario says for the kind of a message; counts its messages. */
export class ScriptedActor extends BaseAgent {
  count = 0;
  readonly #on: JsonObject;
  readonly #stage: Stage;

  constructor(on: JsonObject, stage: Stage) {
    super("scripted");
    this.#on = on;
    this.#stage = stage;
  }

  override async onMessageImpl(message: unknown, context: MessageContext): Promise<unknown> {
    if (!(message instanceof Note)) throw new ValueError("Every message of a scenario is a note.");
    this.count += 1;
    const line = `${this.id} ${message.kind} ${message.text} ${how(context)}`;
    this.#stage.starts.push(line);
    let answer: Note | undefined;
    for (const action of listOf(this.#on[message.kind])) {
      for (const [verb, value] of Object.entries(objectOf(action))) {
        answer = (await this.#act(verb, value, message)) ?? answer;
      }
    }
    this.#stage.ends.push(line);
    return answer;
  }

  override saveState(): Promise<JsonObject> {
    return Promise.resolve({ count: this.count });
  }

  override loadState(state: JsonObject): Promise<void> {
    this.count = Number(state["count"]);
    return Promise.resolve();
  }

  async #act(verb: string, value: Json, message: Note): Promise<Note | undefined> {
    switch (verb) {
      case "publish": {
        const { kind, text = "", topic } = objectOf(value);
        await this.publishMessage(new Note(textOf(kind), textOf(text)), topicOf(topic));
        return undefined;
      }
      case "again": {
        const { until, topic } = objectOf(value);
        const number = Number(message.text);
        if (number < Number(until)) {
          await this.publishMessage(new Note(message.kind, String(number + 1)), topicOf(topic));
        }
        return undefined;
      }
      case "send": {
        const { kind, text = "", to } = objectOf(value);
        const note = new Note(textOf(kind), textOf(text));
        const answer = await this.sendMessage(note, AgentId.fromString(textOf(to)));
        return new Note("answer", answer instanceof Note ? `${answer.text} by ${textOf(to)}` : "nothing");
      }
      case "throw":
        throw new ValueError(textOf(value));
      case "answer":
        return new Note("answer", textOf(value));
      case "pass":
        await this.#stage.gate(textOf(value)).stopHere();
        return undefined;
      case "open":
        this.#stage.gate(textOf(value)).letGo();
        return undefined;
      default:
        throw new ValueError(`There is no action ${verb}.`);
    }
  }
}

/** Drops, throws, or adds a letter to the text, by stage. */
export class Intervening extends DefaultInterventionHandler {
  readonly #does: JsonObject;

  constructor(does: JsonObject) {
    super();
    this.#does = does;
  }

  override onSend(message: unknown): unknown {
    return this.#intervene("send", message);
  }

  override onPublish(message: unknown): unknown {
    return this.#intervene("publish", message);
  }

  override onResponse(message: unknown): unknown {
    return this.#intervene("response", message);
  }

  #intervene(stage: string, message: unknown): unknown {
    const does = this.#does[stage];
    if (does === undefined || !(message instanceof Note)) return message;
    if (does === "drop") return DropMessage;
    if (does === "throw") throw new ValueError(`no ${stage}`);
    if (does === "nothing") return undefined;
    return new Note(message.kind, message.text + textOf(does));
  }
}

/** The topic of `type/source`. */
export function topicOf(text: Json | undefined): TopicId {
  const [type = "", source = ""] = textOf(text).split("/");
  return new TopicId(type, source);
}

function how({ isRpc, sender, topicId }: MessageContext): string {
  const topic = topicId === undefined ? "" : ` on ${topicId}`;
  return `${isRpc ? "asked" : "told"} by ${sender ?? "nobody"}${topic}`;
}
