/** A run that is stopped from outside: the turn that has begun is finished, and the next run goes on from there. */
import { AssistantAgent, ExternalTermination, RoundRobinGroupChat, TextMentionTermination } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

//#region team
const button = new ExternalTermination();
const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({ name: "writer", modelClient: scriptedModel("One.", "Two.", "Three.") }),
    new AssistantAgent({ name: "critic", modelClient: scriptedModel("More.", "More.", "APPROVE") }),
  ],
  terminationCondition: button.or(new TextMentionTermination("APPROVE")),
});
//#endregion

/** Follows a run; `look` is told who said something. */
async function follow(task: string | undefined, look: (source: string) => void): Promise<void> {
  for await (const item of team.runStream(task)) {
    if (item.type === "TaskResult") {
      console.log(`(${item.status}: ${item.stopReason})`);
    } else {
      console.log(item.source);
      look(item.source);
    }
  }
}

//#region press
// From a button, a signal handler, a timer: `setTimeout(() => button.set(), 5000)`.
await follow("Write a story.", (source) => source === "critic" && button.set());
//#endregion
await follow(undefined, () => {});
await team.close();
