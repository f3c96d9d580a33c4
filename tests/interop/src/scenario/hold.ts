import { Gate } from "../../../../packages/agentchat/src/testing/team-agents.ts";

/** A place where a model or a person stops in the middle of a run until the player lets it go on. */
export class Hold {
  #gate = new Gate();

  /** Resolves when somebody stops here. */
  reached(): Promise<void> {
    return this.#gate.reached;
  }

  async stopHere(): Promise<void> {
    await this.#gate.pass();
    this.#gate = new Gate();
  }

  letGo(): void {
    this.#gate.open();
  }
}
