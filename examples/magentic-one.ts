/** A team that a model leads: it plans, tells its members what to do, plans anew when they are stuck, and answers. */
import { AssistantAgent, MagenticOneGroupChat, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

/** What the leading model answers in each round. */
function ledger(round: { done?: string; progress?: boolean; speaker?: string; say?: string }): string {
  const entry = (answer: boolean | string, reason = ""): object => ({ reason, answer });
  return JSON.stringify({
    is_request_satisfied: entry(round.done !== undefined, round.done),
    is_in_loop: entry(false),
    is_progress_being_made: entry(round.progress ?? true),
    next_speaker: entry(round.speaker ?? "searcher"),
    instruction_or_question: entry(round.say ?? ""),
  });
}

const leader = scriptedModel(
  "1. Given: nothing.\n2. To look up: the price in a shop.",
  "- The searcher finds a shop.",
  ledger({ speaker: "searcher", say: "Look up a price in a shop." }),
  ledger({ progress: false }),
  "1. Given: the shop is closed.\n2. To look up: the price in a catalogue.",
  "- The shop was closed. The searcher reads the catalogue, the clerk reckons.",
  ledger({ speaker: "searcher", say: "Look it up in the catalogue." }),
  ledger({ speaker: "clerk", say: "What do 40 tiles cost at 3 euros each?" }),
  ledger({ done: "The price is known." }),
  "Forty tiles cost 120 euros.",
);
const searcher = new AssistantAgent({
  name: "searcher",
  modelClient: scriptedModel("The shop is closed.", "A tile costs 3 euros."),
  description: "Looks things up.",
});
const clerk = new AssistantAgent({
  name: "clerk",
  modelClient: scriptedModel("40 tiles cost 120 euros."),
  description: "Reckons.",
});

//#region team
const team = new MagenticOneGroupChat({
  participants: [searcher, clerk],
  modelClient: leader,
  maxStalls: 1,
});

const { messages, stopReason } = await team.run("What do 40 tiles cost?");
//#endregion
for (const message of messages) {
  const [firstLine = ""] = messageText(message).split("\n");
  console.log(`${message.source}: ${firstLine}`);
}
console.log(stopReason);
