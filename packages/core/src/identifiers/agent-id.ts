import { ValueError } from "../errors/kinds.ts";

const AGENT_TYPE = /^[\p{L}\p{N}_.\-]+$/u;

/** Throws unless the text can be the type of an agent: letters, digits, `_`, `.`, `-`. */
export function checkAgentType(type: string): void {
  if (!AGENT_TYPE.test(type)) {
    throw new ValueError(`Invalid agent type: ${type}. Allowed are letters, digits, "_", "." and "-".`);
  }
}

/** Names one agent: its type (who makes it) and its key (which instance). Equal by value: compare `toString()`. */
export class AgentId {
  readonly type: string;
  readonly key: string;
  readonly #text: string;

  constructor(type: string, key: string) {
    checkAgentType(type);
    this.type = type;
    this.key = key;
    this.#text = `${type}/${key}`;
  }

  /** Reads `type/key`, split at the first slash. */
  static fromString(text: string): AgentId {
    const slash = text.indexOf("/");
    if (slash < 0) throw new ValueError(`Invalid agent id: ${text}. Expected "type/key".`);
    return new AgentId(text.slice(0, slash), text.slice(slash + 1));
  }

  equals(other: AgentId): boolean {
    return this.#text === other.toString();
  }

  toString(): string {
    return this.#text;
  }
}
