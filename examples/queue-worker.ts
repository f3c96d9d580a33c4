/** Tasks of a queue, worked on by a team. A worker that is told to leave finishes its turn; the next one goes on there. */
import { AssistantAgent, FunctionalTermination, RoundRobinGroupChat } from "@tesserae/agentchat";
import { MemoryJournalStore } from "@tesserae/core";
import { MemoryQueue } from "./queue-worker/memory-queue.ts";
import { work } from "./queue-worker/worker.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const queue = new MemoryQueue();
const journals = new MemoryJournalStore();
const modelClient = scriptedModel("Draw the plan.", "Lay the tiles.", "Draw another plan.", "Lay more tiles.");

/** Works until somebody tells it to leave: after a number of turns, as SIGTERM would. */
async function startWorker(name: string, turns: number): Promise<void> {
  const leaving = new AbortController();
  let turn = 0;
  const clock = new FunctionalTermination(([{ source } = { source: "user" }]) => {
    if (source !== "user") console.log(`${name}: ${source}`);
    if (source !== "user" && (turn += 1) === turns) leaving.abort();
    return false;
  });
  await work({
    queue,
    journals,
    makeTeam: () =>
      new RoundRobinGroupChat({
        participants: ["architect", "mason"].map((agent) => new AssistantAgent({ name: agent, modelClient })),
        terminationCondition: clock,
        maxTurns: 2,
      }),
    post: async (id, { type }) => console.log(`${name}: ${id} is ${type}`),
    signal: leaving.signal,
    idleMs: 1,
  });
}

queue.add("floor", "A floor of tiles.");
queue.add("wall", "A wall of tiles.");
await startWorker("first worker", 1);
await startWorker("second worker", 3);
for (const id of ["floor", "wall"]) {
  const outcome = queue.outcome(id);
  if (outcome?.type === "done") console.log(id, outcome.result["status"], outcome.result["stop_reason"]);
}
console.log(`${modelClient.createCalls.length} model calls`);
