/** One recorded run: run again offline, compared, and branched off. */
import { isDeepStrictEqual } from "node:util";
import { AssistantAgent, RoundRobinGroupChat, type TaskResult } from "@tesserae/agentchat";
import {
  MemoryJournalStore,
  forkFrom,
  isTesseraeError,
  readRun,
  recordTo,
  replayFrom,
  tool,
  type ChatCompletionClient,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

let orders = 0;
const order = tool({
  name: "order",
  description: "Orders tiles.",
  parameters: z.object({ tiles: z.number() }),
  execute: ({ tiles }) => {
    orders += 1;
    return `ordered ${tiles} tiles`;
  },
});

/** The same team every time: what differs is the model. */
function makeTeam(modelClient: ChatCompletionClient, systemMessage = "Buy what is needed."): RoundRobinGroupChat {
  const buyer = new AssistantAgent({ name: "buyer", modelClient, tools: [order], systemMessage });
  return new RoundRobinGroupChat({ participants: [buyer], maxTurns: 3 });
}

function show(what: string, { status, messages }: TaskResult, model: ReturnType<typeof scriptedModel>): void {
  const calls = `${model.createCalls.length} model calls, ${orders} orders in all`;
  console.log(`${what}: ${status}, ${messages.length} messages, ${calls}`);
}

//#region record
const store = new MemoryJournalStore();
const journal = recordTo(store);

const model = scriptedModel(asks(["order", { tiles: 40 }]), "Ordered.", "Nothing else.");
const recorded = await makeTeam(model).run("We need 40 tiles.", { journal });
const runId = journal.runId ?? "";
//#endregion
show("record", recorded, model);

//#region replay
const nobody = scriptedModel(); // any call of it would fail
const replayed = await makeTeam(nobody).run(undefined, { journal: replayFrom(store, runId) });
console.log(isDeepStrictEqual(replayed.messages, recorded.messages));
//#endregion
show("replay", replayed, nobody);

//#region diverged
try {
  const changed = makeTeam(nobody, "Buy as little as possible.");
  await changed.run(undefined, { journal: replayFrom(store, runId) });
} catch (error) {
  if (isTesseraeError(error, "ERR_JOURNAL_DIVERGED")) console.log(error.message.split("\n")[0]);
}
//#endregion

//#region fork
const frugal = scriptedModel("And 10 in reserve.", "Done.");
const fork = forkFrom(store, runId, { turn: 1 });
const forked = await makeTeam(frugal, "Think of a reserve.").run(undefined, { journal: fork });
console.log((await readRun(store, fork.runId ?? "")).summary.parent === runId);
//#endregion
show("fork", forked, frugal);
