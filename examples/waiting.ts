/** A question to a person who is not there: the run waits in its journal, and goes on when the answer was given. */
import { AssistantAgent, RoundRobinGroupChat, UserProxyAgent } from "@tesserae/agentchat";
import { MemoryJournalStore, RuntimeError, answer, readRun, recordTo, resumeFrom } from "@tesserae/core";
import { scriptedModel } from "./support/scripted-model.ts";

const store = new MemoryJournalStore();
const modelClient = scriptedModel("May I order 40 tiles?", "Ordered.");

//#region wait
function makeTeam(): RoundRobinGroupChat {
  const nobody = (): never => {
    throw new RuntimeError("Nobody is at the desk.", { code: "ERR_INPUT_WAITING" });
  };
  return new RoundRobinGroupChat({
    participants: [
      new AssistantAgent({ name: "buyer", modelClient }),
      new UserProxyAgent({ name: "boss", inputFunc: nobody }),
    ],
    maxTurns: 3,
  });
}

const journal = recordTo(store);
const stream = makeTeam().runStream("We need tiles.", { journal });
const outcome = await stream.result.catch((error: Error) => error.message);
console.log(outcome);

const runId = journal.runId ?? "";
const { status, summary } = await readRun(store, runId);
console.log(status, summary.inputs[0]?.path, summary.inputs[0]?.prompt);
//#endregion

//#region answer
// Later, perhaps in another process:
await answer(store, runId, summary.inputs[0]?.requestId ?? "", "Yes, 40.");
const result = await makeTeam().run(undefined, { journal: resumeFrom(store, runId) });
console.log(result.status, result.stopReason);
//#endregion
