import type { AgentMetadata } from "../agents/agent.ts";
import type { JsonObject } from "../json.ts";
import type { AgentRuntime, SendOptions } from "../runtime/agent-runtime.ts";
import type { AgentId } from "./agent-id.ts";

/** Stands for an agent where only its id is at hand: every call goes to the runtime. */
export class AgentProxy {
  readonly id: AgentId;
  readonly #runtime: AgentRuntime;

  constructor(id: AgentId, runtime: AgentRuntime) {
    this.id = id;
    this.#runtime = runtime;
  }

  get metadata(): Promise<AgentMetadata> {
    return this.#runtime.agentMetadata(this.id);
  }

  /** Sends as another agent; resolves with its answer. */
  sendMessage<Reply = unknown>(message: unknown, options: SendOptions & { readonly sender: AgentId }): Promise<Reply> {
    return this.#runtime.sendMessage<Reply>(message, this.id, options);
  }

  saveState(): Promise<JsonObject> {
    return this.#runtime.agentSaveState(this.id);
  }

  loadState(state: JsonObject): Promise<void> {
    return this.#runtime.agentLoadState(this.id, state);
  }
}
