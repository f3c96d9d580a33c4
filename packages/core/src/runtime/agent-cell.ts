import type { AsyncResource } from "node:async_hooks";
import type { Agent } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";

/** No limit on the messages that an agent handles at once: a small integer, so that the field stays one. */
export const UNLIMITED = 0x3fff_ffff;

/** One instantiated agent and how busy it is. */
export class AgentCell {
  readonly id: AgentId;
  readonly agent: Agent;
  /** Messages it may handle at once; 0 while it is being let go. */
  limit: number;
  /** Messages it is handling. */
  active = 0;
  /** False once the runtime has let go of the agent. */
  live = true;
  /** True when it got its first message. */
  greeted = false;
  /** The ambient context of its handlers, kept for agents that get messages often. */
  resource: AsyncResource | undefined;
  /** True when it got a message since the flag was last cleared. */
  touched = true;
  /** Deliveries that wait for their turn. */
  waiting: (() => void)[] | undefined = undefined;

  constructor(id: AgentId, agent: Agent, limit: number, resource?: AsyncResource) {
    this.resource = resource;
    this.id = id;
    this.agent = agent;
    this.limit = limit;
  }
}
