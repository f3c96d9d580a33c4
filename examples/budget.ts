/** A budget of tokens as a condition of one's own, written from nothing: it answers `true` when it is used up. */
import {
  AndTerminationCondition,
  AssistantAgent,
  MaxMessageTermination,
  OrTerminationCondition,
  RoundRobinGroupChat,
  type StreamItem,
  type TerminationCondition,
} from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

//#region condition
class BudgetTermination implements TerminationCondition {
  readonly #maxTokens: number;
  #used = 0;

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  get terminated(): boolean {
    return this.#used >= this.#maxTokens;
  }

  check(delta: readonly StreamItem[]): boolean {
    for (const { modelsUsage } of delta) this.#used += modelsUsage?.completionTokens ?? 0;
    console.log(`${this.#used} of ${this.#maxTokens}`);
    return this.terminated;
  }

  reset(): void {
    this.#used = 0;
  }

  and(other: TerminationCondition): TerminationCondition {
    return new AndTerminationCondition(this, other);
  }

  or(other: TerminationCondition): TerminationCondition {
    return new OrTerminationCondition(this, other);
  }
}
//#endregion

const long = `${"word ".repeat(1999)}word`;

//#region team
const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({ name: "writer", modelClient: scriptedModel(long, long) }),
    new AssistantAgent({ name: "editor", modelClient: scriptedModel(long, long) }),
  ],
  terminationCondition: new BudgetTermination(5000).or(new MaxMessageTermination(20)),
});
const { messages, stopReason, usage } = await team.run("Write without end.");
//#endregion
console.log(`${messages.length} messages, ${usage.completionTokens} tokens: ${stopReason}`);
await team.close();
