import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MessageContext } from "../agents/agent.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { DropMessage, type InterventionHandler } from "../intervention/intervention-handler.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Recorder, settled } from "./testing/agents.ts";

const AGENTS = 4;

/** What a handler does; a tree, so that every cascade ends. */
interface Task {
  readonly to: number;
  readonly how: "send" | "publish" | "send and forget";
  readonly pauses: number;
  readonly end: "return" | "throw" | "abort own calls";
  readonly fate:
    | "pass"
    | "drop"
    | "drop answer"
    | "intervention throws"
    | "slow intervention"
    | "answer intervention throws";
  readonly timeout: boolean;
  readonly aborted: "never" | "before" | "at once";
  readonly then: readonly Task[];
}

const taskOf = (depth: number): fc.Arbitrary<Task> =>
  fc.record<Task>({
    to: fc.nat(AGENTS),
    how: fc.constantFrom("send", "publish", "send and forget"),
    pauses: fc.nat(3),
    end: fc.constantFrom("return", "return", "throw", "abort own calls"),
    fate: fc.constantFrom(
      "pass",
      "pass",
      "pass",
      "drop",
      "drop answer",
      "intervention throws",
      "slow intervention",
      "answer intervention throws",
    ),
    timeout: fc.boolean(),
    aborted: fc.constantFrom("never", "never", "before", "at once"),
    then: depth === 0 ? fc.constant([]) : fc.array(taskOf(depth - 1), { maxLength: 3 }),
  });

const task = taskOf(3);

const options = fc.record({
  intervened: fc.boolean(),
  cloneMessages: fc.boolean(),
  maxQueueSize: fc.constantFrom(undefined, 1, 3),
  yieldEvery: fc.constantFrom(1, 2, 64),
  lateStart: fc.boolean(),
  badFactory: fc.boolean(),
});

const interventions: InterventionHandler = {
  onSend: (message) => intervene(message as Task),
  onPublish: (message) => intervene(message as Task),
  onResponse: (message) => {
    if (message === "drop answer") return DropMessage;
    if (message === "answer intervention throws") return Promise.reject(new Error("intervention"));
    return message;
  },
};

function intervene(message: Task): unknown {
  if (message.fate === "drop") return DropMessage;
  if (message.fate === "intervention throws") throw new Error("intervention");
  return message.fate === "slow intervention" ? settled().then(() => message) : message;
}

/** Every call that was made, and whether its caller got an outcome. */
class Ledger {
  made = 0;
  settled = 0;

  async watch(call: Promise<unknown>): Promise<void> {
    this.made += 1;
    await Promise.allSettled([call]);
    this.settled += 1;
  }
}

async function perform(
  { to, how, timeout, aborted, ...rest }: Task,
  ledger: Ledger,
  send: (
    message: unknown,
    recipient: AgentId,
    options: { signal?: AbortSignal; timeoutMs?: number },
  ) => Promise<unknown>,
  publish: (message: unknown, topicId: TopicId, options: { signal?: AbortSignal }) => Promise<void>,
  ownCalls: AbortSignal | undefined,
): Promise<void> {
  const message = { to, how, timeout, aborted, ...rest };
  const controller = new AbortController();
  if (aborted === "before") controller.abort();
  const signal = ownCalls === undefined ? controller.signal : AbortSignal.any([controller.signal, ownCalls]);
  const call =
    how === "publish"
      ? publish(message, new TopicId("topic", String(to % 2)), { signal })
      : send(message, new AgentId(`agent${to}`, String(to % 2)), timeout ? { signal, timeoutMs: 0 } : { signal });
  if (aborted === "at once") controller.abort();
  const watched = ledger.watch(call);
  if (how !== "send and forget") await watched;
}

function handlerOf(ledger: Ledger) {
  return (message: unknown, context: MessageContext): unknown => {
    const task = message as Task;
    const ownCalls = new AbortController();
    const work = async (): Promise<unknown> => {
      for (let pause = 0; pause < task.pauses; pause += 1) await (pause === 2 ? settled() : Promise.resolve());
      const all = task.then.map((next) =>
        perform(
          next,
          ledger,
          (text, recipient, given) => context.send(text, recipient, given),
          (text, topicId, given) => context.publish(text, topicId, given),
          ownCalls.signal,
        ),
      );
      if (task.end === "abort own calls") ownCalls.abort();
      await Promise.all(all);
      if (task.end === "throw") throw new Error("handler");
      return task.fate;
    };
    // Some handlers are plain functions.
    if (task.pauses === 0 && task.then.length === 0) {
      if (task.end === "throw") throw new Error("handler");
      return task.fate;
    }
    return work();
  };
}

async function makeRuntime(given: {
  readonly intervened: boolean;
  readonly cloneMessages: boolean;
  readonly maxQueueSize: number | undefined;
  readonly yieldEvery: number;
  readonly badFactory: boolean;
}): Promise<{ readonly runtime: SingleThreadedAgentRuntime; readonly ledger: Ledger }> {
  const { intervened, badFactory, ...rest } = given;
  const ledger = new Ledger();
  const runtime = new SingleThreadedAgentRuntime({ ...rest, interventionHandlers: intervened ? [interventions] : [] });
  // One more address than there are agents: some messages go to nobody.
  for (let index = 0; index < AGENTS; index += 1) {
    const make = (): Recorder => new Recorder(handlerOf(ledger));
    await runtime.registerFactory(`agent${index}`, () => {
      if (badFactory && index === 0) throw new Error("factory");
      return index === 1 ? settled().then(make) : make();
    });
    await runtime.addSubscription(new TypeSubscription("topic", `agent${index}`));
  }
  return { runtime, ledger };
}

describe("random cascades of sends, publishes, throws, drops, aborts and timeouts", () => {
  test("always reach idle, nobody hangs, every caller settles", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(task, { minLength: 1, maxLength: 4 }),
        options,
        async (tasks, { lateStart, ...given }) => {
          const { runtime, ledger } = await makeRuntime(given);
          const begin = (): Promise<void>[] =>
            tasks.map((first) =>
              perform(
                first,
                ledger,
                (message, recipient, sent) => runtime.sendMessage(message, recipient, sent),
                (message, topicId, sent) => runtime.publishMessage(message, topicId, sent),
                undefined,
              ),
            );
          if (!lateStart) runtime.start();
          const calls = begin();
          if (lateStart) runtime.start();
          await Promise.all(calls);
          await runtime.stopWhenIdle();
          await settled();
          expect(ledger.settled).toBe(ledger.made);
          expect(runtime.unprocessedMessagesCount).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("are left at once by stop, at any moment: every caller settles, and the next start is clean", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(task, { minLength: 1, maxLength: 4 }),
        options,
        fc.nat(6),
        async (tasks, given, ticks) => {
          const { runtime, ledger } = await makeRuntime(given);
          runtime.start();
          const calls = tasks.map((first) =>
            perform(
              first,
              ledger,
              (message, recipient, sent) => runtime.sendMessage(message, recipient, sent),
              (message, topicId, sent) => runtime.publishMessage(message, topicId, sent),
              undefined,
            ),
          );
          for (let tick = 0; tick < ticks; tick += 1) await (tick === 3 ? settled() : Promise.resolve());
          await runtime.stop();
          // Handlers of before the stop may still send; what they send is in the next epoch.
          runtime.start();
          await Promise.all(calls);
          await settled();
          await runtime.stopWhenIdle();
          await settled();
          expect(ledger.settled).toBe(ledger.made);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("dispatch order", () => {
  const message = fc.record({ direct: fc.boolean(), to: fc.nat(2), pauses: fc.nat(3) });

  test("handlers start in the order in which messages were queued, and recipients in that of their subscriptions", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 30 }), fc.constantFrom(1, 64), async (messages, yieldEvery) => {
        const runtime = new SingleThreadedAgentRuntime({ yieldEvery });
        const started: string[] = [];
        for (let index = 0; index < 3; index += 1) {
          await runtime.registerFactory(
            `agent${index}`,
            () =>
              new Recorder(async (got) => {
                const { number, pauses } = got as { number: number; pauses: number };
                started.push(`${number} at ${index}`);
                for (let pause = 0; pause < pauses; pause += 1) await (pause === 2 ? settled() : Promise.resolve());
              }),
          );
        }
        for (const index of [2, 0]) await runtime.addSubscription(new TypeSubscription("topic", `agent${index}`));
        const expected: string[] = [];
        const answers: Promise<unknown>[] = [];
        for (const [number, { direct, to, pauses }] of messages.entries()) {
          if (direct) {
            answers.push(runtime.sendMessage({ number, pauses }, new AgentId(`agent${to}`, "k")));
            expected.push(`${number} at ${to}`);
          } else {
            answers.push(runtime.publishMessage({ number, pauses }, new TopicId("topic", "k")));
            expected.push(`${number} at 2`, `${number} at 0`);
          }
        }
        runtime.start();
        await Promise.all(answers);
        await runtime.stopWhenIdle();
        expect(started).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
