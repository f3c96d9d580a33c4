/** A budget of tokens as a condition of one's own: it answers `true` when it is used up. */
import {
  AssistantAgent,
  BaseTerminationCondition,
  MaxMessageTermination,
  RoundRobinGroupChat,
  type StreamItem,
} from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

//#region condition
class BudgetTermination extends BaseTerminationCondition {
  protected readonly source = "BudgetTermination";
  readonly #maxTokens: number;
  #used = 0;

  constructor(maxTokens: number) {
    super();
    this.#maxTokens = maxTokens;
  }

  override get terminated(): boolean {
    return this.#used >= this.#maxTokens;
  }

  override reset(): void {
    this.#used = 0;
    void super.reset();
  }

  protected evaluate(delta: readonly StreamItem[]): boolean {
    for (const { modelsUsage } of delta) this.#used += modelsUsage?.completionTokens ?? 0;
    console.log(`${this.#used} of ${this.#maxTokens}`);
    return this.terminated;
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
