import { ValueError } from "../errors/kinds.ts";

const AGENT_TYPE = /^[\p{L}\p{N}_.-]+$/u;

/** Throws unless the text can be the type of an agent: letters, digits, `_`, `.`, `-`, at least one. */
export function checkAgentType(type: unknown): asserts type is string {
  if (typeof type !== "string" || !AGENT_TYPE.test(type)) {
    throw new ValueError(`Invalid agent type: ${String(type)}. Allowed are letters, digits, "_", "." and "-".`);
  }
}

/**
 * The name under which agents of one kind are registered.
 *
 * Every call that takes an agent type takes this or the plain string. Equal by value: compare `type`.
 */
export class AgentType {
  readonly type: string;

  /** @throws ValueError `Invalid agent type: …`, so that a bad name is found here and not at the first message. */
  constructor(type: string) {
    checkAgentType(type);
    this.type = type;
    Object.freeze(this);
  }

  equals(other: AgentType): boolean {
    return this.type === other.type;
  }

  toString(): string {
    return this.type;
  }
}

/** The plain text of an agent type given either way. */
export function agentTypeText(type: string | AgentType): string {
  return typeof type === "string" ? type : type.type;
}
