import { describe, expect, test } from "vitest";
import { StopMessage, TextMessage } from "../messages/factories.ts";
import type { StreamItem } from "../messages/types.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { MaxMessageTermination } from "./max-message-termination.ts";
import type { Verdict } from "./stop-of.ts";
import { TerminatedException } from "./terminated-exception.ts";

/** Stops when it has counted so many tokens of answers. */
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
    return this.terminated;
  }
}

/** Answers what it was told to. */
class Answering extends BaseTerminationCondition {
  protected readonly source = "Answering";
  readonly #verdict: Verdict | Promise<Verdict>;

  constructor(verdict: Verdict | Promise<Verdict>) {
    super();
    this.#verdict = verdict;
  }

  protected evaluate(): Verdict | Promise<Verdict> {
    return this.#verdict;
  }
}

const used = (completionTokens: number): StreamItem =>
  TextMessage({ content: "x", source: "a", modelsUsage: { promptTokens: 0, completionTokens } });

describe("a condition of the user's own", () => {
  const whole = StopMessage({ content: "enough", source: "me" });

  test.each<readonly [verdict: Verdict, content: string | undefined, source: string | undefined]>([
    [true, "Termination condition met", "Answering"],
    [false, undefined, undefined],
    [undefined, undefined, undefined],
    [null, undefined, undefined],
    ["because", "because", "Answering"],
    [whole, "enough", "me"],
  ])("that answers %j at once or later stops with %j", async (verdict, content, source) => {
    for (const answer of [verdict, Promise.resolve(verdict)]) {
      const condition = new Answering(answer);
      const stop = await condition.check([]);
      const said = typeof stop === "object" ? stop : undefined;
      expect([said?.content, said?.source]).toEqual([content, source]);
      expect(condition.terminated).toBe(content !== undefined);
      const either = await new Answering(answer).or(new MaxMessageTermination(99)).check([]);
      expect(typeof either === "object" ? either.content : undefined).toBe(content);
    }
  });

  test("may count, say itself when it is reached, and begins anew with the next run", async () => {
    const condition = new BudgetTermination(5000);
    expect(await condition.check([used(3000)])).toBeUndefined();
    expect(await condition.check([used(2000)])).toMatchObject({ source: "BudgetTermination" });
    expect(() => condition.check([used(1)])).toThrow(TerminatedException);
    condition.reset();
    expect(await condition.check([used(4999)])).toBeUndefined();
  });

  test("ends a team in the middle of a conversation", async () => {
    const team = new RoundRobinGroupChat({
      participants: [new SayingAgent("a"), new SayingAgent("b")],
      terminationCondition: new Answering(true).and(new MaxMessageTermination(3)),
    });
    const { stopReason, messages } = await team.run("go");
    expect(messages).toHaveLength(3);
    expect(stopReason).toMatch(/^Termination condition met, Maximum number of messages/);
  });
});
