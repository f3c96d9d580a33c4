/** How to test what agents do at once: in an order that a seed decides, with hours that take no time. */
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import {
  ScriptedClient,
  SeededSchedule,
  VirtualClock,
  abortAtEveryStep,
  assertHappened,
  assertNeverHappened,
  callsOf,
  recordTrace,
} from "@tesserae/core/testing";
import { expect, test } from "vitest";

const book = tool({
  name: "book",
  description: "Books a flight.",
  parameters: { type: "object", properties: { to: { type: "string" } }, required: ["to"] },
  execute: ({ to }) => `Booked: ${String(to)}.`,
});

//#region trace
test("books first, then tells, and cancels nothing", async () => {
  const modelClient = new ScriptedClient([callsOf(["book", { to: "Lisbon" }]), "You fly to Lisbon."]);
  const agent = new AssistantAgent({ name: "agent", modelClient, tools: [book], reflectOnToolUse: true });

  const trace = await recordTrace(() => agent.run("A flight to Lisbon, please."));

  assertHappened(trace, 'tool book({"to":"Lisbon"})', "model reflect: You fly to Lisbon.");
  assertNeverHappened(trace, "tool cancel");
  expect(trace.lines).toEqual([
    "run agent",
    "  agent agent",
    '    model reply: book({"to":"Lisbon"})',
    '    tool book({"to":"Lisbon"}): Booked: Lisbon.',
    "    model reflect: You fly to Lisbon.",
  ]);
});
//#endregion

//#region schedule
/** A team of two whose model waits for its turn, as a real one takes its time. */
function writers(schedule: SeededSchedule): RoundRobinGroupChat {
  const participant = (name: string): AssistantAgent => {
    const before = (): Promise<void> => schedule.turn(name);
    return new AssistantAgent({ name, modelClient: new ScriptedClient([`${name} is done.`], {}, { before }) });
  };
  return new RoundRobinGroupChat({ participants: [participant("a"), participant("b")], maxTurns: 2 });
}

test("two teams at once do not mix, whoever comes first", async () => {
  for (let seed = 0; seed < 10; seed += 1) {
    const schedule = new SeededSchedule(seed);
    const teams = [writers(schedule), writers(schedule)];

    const results = await schedule.run(() => Promise.all(teams.map((team) => team.run("Write."))));

    for (const { messages } of results) expect(messages.map(({ source }) => source)).toEqual(["user", "a", "b"]);
  }
});
//#endregion

//#region abort
test("wherever it is aborted, the team ends with a partial result, and can be run again", async () => {
  const steps = await abortAtEveryStep("seed", async (schedule, signal, abortsAt) => {
    const team = writers(schedule);
    const stream = team.runStream("Write.", { signal });

    const status = await schedule.run(async () => {
      let last;
      try {
        for await (const item of stream) last = item;
      } catch (error) {
        expect(signal.aborted, String(error)).toBe(true);
      }
      return last?.type === "TaskResult" ? last.status : undefined;
    });

    expect(status).toBe(abortsAt === undefined ? "finished" : "aborted");
    await team.reset();
  });
  expect(steps).toBe(2);
});
//#endregion

//#region clock
test("gives up after a day, which takes no time", async () => {
  const clock = new VirtualClock().install();
  try {
    const before = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30 * 3_600_000));
    const agent = new AssistantAgent({ name: "slow", modelClient: new ScriptedClient(["late"], {}, { before }) });

    const run = agent.run("Think.", { limits: { maxDurationMs: 24 * 3_600_000 } });
    await Promise.all([
      expect(run).rejects.toThrow("The run may take 86400000 ms; they are over."),
      clock.advance(24 * 3_600_000),
    ]);
  } finally {
    clock.uninstall();
  }
});
//#endregion
