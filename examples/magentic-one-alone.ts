/** Magentic-One with a single member: the leading model plans, and asks it until the task is done. */
import { AssistantAgent, MagenticOneGroupChat } from "@tesserae/agentchat";
import { Console } from "@tesserae/agentchat/ui";
import { scriptedModel } from "./support/scripted-model.ts";

const entry = (answer: boolean | string): object => ({ reason: "", answer });
const ledger = (done: boolean, instruction: string): string =>
  JSON.stringify({
    is_request_satisfied: entry(done),
    is_in_loop: entry(false),
    is_progress_being_made: entry(true),
    next_speaker: entry("assistant"),
    instruction_or_question: entry(instruction),
  });
const leader = scriptedModel(
  "1. Given: a theorem.\n2. To derive: another proof.",
  "- The assistant looks for a proof that is not Wiles'.",
  ledger(false, "Sketch another proof."),
  ledger(true, ""),
  "No other complete proof is known; a sketch by way of modular forms is the best that there is.",
);
const modelClient = scriptedModel("Every road that I know leads by way of modular forms.");

//#region team
const assistant = new AssistantAgent({ name: "assistant", modelClient });
const team = new MagenticOneGroupChat({ participants: [assistant], modelClient: leader });
await Console(team.runStream("Give another proof of Fermat's last theorem."));
//#endregion
await team.close();
