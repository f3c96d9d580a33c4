import { ValueError } from "../errors/kinds.ts";

const TOPIC_TYPE = /^[\p{L}\p{N}_.\-:=]+$/u;

/** Throws unless the text can be the type of a topic: letters, digits, `_`, `.`, `-`, `:`, `=`. */
export function checkTopicType(type: unknown): asserts type is string {
  if (typeof type !== "string" || !TOPIC_TYPE.test(type)) {
    throw new ValueError(
      `Invalid topic type: ${String(type)}. Allowed are letters, digits, "_", ".", "-", ":" and "=".`,
    );
  }
}

/** Names a topic: its type (what it is about) and its source (for whom, the key of the agents that get it). */
export class TopicId {
  readonly type: string;
  readonly source: string;
  readonly #text: string;

  constructor(type: string, source: string) {
    checkTopicType(type);
    if (typeof source !== "string") {
      throw new ValueError(`Invalid topic source: expected a string, got ${typeof source}.`);
    }
    this.type = type;
    this.source = source;
    this.#text = `${type}/${source}`;
  }

  /** Reads `type/source`, split at the first slash. */
  static fromString(text: string): TopicId {
    const slash = text.indexOf("/");
    if (slash < 0) throw new ValueError(`Invalid topic id: ${text}. Expected "type/source".`);
    return new TopicId(text.slice(0, slash), text.slice(slash + 1));
  }

  equals(other: TopicId): boolean {
    return this.#text === other.toString();
  }

  toString(): string {
    return this.#text;
  }
}
