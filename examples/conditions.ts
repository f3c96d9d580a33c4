/** When a team stops: conditions together, one from outside, one of your own. */
import {
  AssistantAgent,
  BaseTerminationCondition,
  ExternalTermination,
  FunctionalTermination,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TextMentionTermination,
  TimeoutTermination,
  type StreamItem,
  type TerminationCondition,
} from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

async function run(terminationCondition: TerminationCondition): Promise<void> {
  const modelClient = scriptedModel("one", "two", "three DONE", "four", "five");
  const team = new RoundRobinGroupChat({
    participants: [new AssistantAgent({ name: "counter", modelClient })],
    terminationCondition,
  });
  console.log((await team.run("Count.")).stopReason);
  await team.close();
}

//#region combined
const done = new TextMentionTermination("DONE").and(new MaxMessageTermination(3));
const stop = done.or(new TimeoutTermination(60));
//#endregion
await run(stop);

//#region external
const button = new ExternalTermination();
button.set(); // from a signal handler, a button, another request
//#endregion
await run(button);

//#region functional
const isLong = new FunctionalTermination((delta) =>
  delta.some((message) => message.type === "TextMessage" && message.content.length > 6),
);
//#endregion
await run(isLong);

//#region own
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
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    for (const { modelsUsage } of delta) this.#used += modelsUsage?.completionTokens ?? 0;
    return this.terminated ? `${this.#used} completion tokens used` : undefined;
  }
}
//#endregion
await run(new BudgetTermination(2));
