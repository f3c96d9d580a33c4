import { describe, expect, test } from "vitest";
import { AndTerminationCondition, OrTerminationCondition } from "../conditions/combined-conditions.ts";
import { HandoffTermination } from "../conditions/handoff-termination.ts";
import { MaxMessageTermination } from "../conditions/max-message-termination.ts";
import { StopMessageTermination } from "../conditions/stop-message-termination.ts";
import { TextMentionTermination } from "../conditions/text-mention-termination.ts";
import { TokenUsageTermination } from "../conditions/token-usage-termination.ts";
import { ComponentRegistry, dumpComponent } from "@tesserae/core";
import { agentchatComponents } from "../components/agentchat-components.ts";
import { TextMessage } from "../messages/factories.ts";
import type { TerminationCondition } from "./termination-condition.ts";

function said(...texts: readonly string[]): readonly TextMessage[] {
  return texts.map((content) => TextMessage({ content, source: "user" }));
}

async function fires(condition: TerminationCondition, ...texts: readonly string[]): Promise<boolean> {
  await condition.reset();
  return (await condition.check(said(...texts))) !== undefined;
}

describe("conditions that are put together", () => {
  test("Max(2) and Mention(stop): both must have fired", async () => {
    const condition = new MaxMessageTermination(2).and(new TextMentionTermination("stop"));
    expect(await fires(condition, "hello")).toBe(false);
    expect(await fires(condition, "hello", "world")).toBe(false);
    expect(await fires(condition, "hello", "stop")).toBe(true);
  });

  test("and is sticky, not simultaneous", async () => {
    const condition = new MaxMessageTermination(2).and(new TextMentionTermination("stop"));
    expect(await condition.check(said("one", "two"))).toBeUndefined();
    expect(await condition.check(said("stop"))).toMatchObject({
      source: "MaxMessageTermination, TextMentionTermination",
    });
    expect(condition.terminated).toBe(true);
  });

  test("Max(3) or Mention(stop): either", async () => {
    const condition = new MaxMessageTermination(3).or(new TextMentionTermination("stop"));
    expect(await fires(condition, "hello")).toBe(false);
    expect(await fires(condition, "hello", "stop")).toBe(true);
    expect(await fires(condition, "a", "b", "c")).toBe(true);
    expect(await fires(condition, "a", "b", "c", "stop")).toBe(true);
  });

  test("or, of both firing at once: contents and sources joined by a comma and a blank", async () => {
    const condition = new MaxMessageTermination(2).or(new TextMentionTermination("stop"));
    expect(await condition.check(said("one", "stop"))).toMatchObject({
      content: "Maximum number of messages 2 reached, current message count: 2, Text 'stop' mentioned",
      source: "MaxMessageTermination, TextMentionTermination",
    });
  });

  test.each([
    ["and", new MaxMessageTermination(1).and(new TextMentionTermination("stop"))],
    ["or", new MaxMessageTermination(1).or(new TextMentionTermination("stop"))],
    ["a plain one", new MaxMessageTermination(1)],
  ])("asking again after it fired is one error: %s", async (_, condition) => {
    await condition.check(said("stop"));
    await expect((async () => condition.check(said("more")))()).rejects.toThrow(/already been reached/);
    await condition.reset();
    expect(await condition.check(said("stop"))).toBeDefined();
  });

  test("(max or stop) and (token or handoff) dumps as And with two Or children and loads back", async () => {
    const condition = new AndTerminationCondition(
      new OrTerminationCondition(new MaxMessageTermination(2), new StopMessageTermination()),
      new OrTerminationCondition(new TokenUsageTermination({ maxTotalToken: 9 }), new HandoffTermination("user")),
    );
    const dump = dumpComponent(condition);
    expect(dump.provider).toBe("autogen_agentchat.base.AndTerminationCondition");
    expect(dump.config["conditions"]).toMatchObject([
      { provider: "autogen_agentchat.base.OrTerminationCondition" },
      { provider: "autogen_agentchat.base.OrTerminationCondition" },
    ]);
    const registry = new ComponentRegistry().register(...agentchatComponents());
    const loaded = await registry.load(dump, { expected: "termination" });
    expect(loaded).toBeInstanceOf(AndTerminationCondition);
    expect(dumpComponent(loaded)).toEqual(dump);
  });
});
