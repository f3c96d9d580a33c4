import { ValueError } from "../errors/kinds.ts";
import { agentTypeText, checkAgentType, type AgentType } from "./agent-type.ts";

/** Names one agent: its type (who makes it) and its key (which instance). Equal by value: compare `toString()`. */
export class AgentId {
  readonly type: string;
  /** Any text, also the empty one. */
  readonly key: string;
  readonly #text: string;

  /** @throws ValueError `Invalid agent type: …` */
  constructor(type: string | AgentType, key: string) {
    const typeText = agentTypeText(type);
    checkAgentType(typeText);
    if (typeof key !== "string") throw new ValueError(`Invalid agent key: expected a string, got ${typeof key}.`);
    this.type = typeText;
    this.key = key;
    this.#text = `${typeText}/${key}`;
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

  /** `type/key`: unambiguous, because a type holds no slash. */
  toString(): string {
    return this.#text;
  }
}
