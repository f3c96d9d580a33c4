/** Magentic-One with a browser: the leading model sends a surfer to a page, and answers with what it found. */
import { MagenticOneGroupChat, messageText } from "@tesserae/agentchat";
import { MultimodalWebSurfer } from "@tesserae/ext/agents/web-surfer";
import { localSite } from "./support/local-site.ts";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const site = await localSite({
  "/": `<title>UV index</title><h1>UV index today</h1>
    <table><tr><th>City</th><th>UV index</th></tr><tr><td>Hobart</td><td>5</td></tr><tr><td>Melbourne</td><td>9</td></tr></table>
    <a href="/advice">What to do about it</a>`,
  "/advice": `<title>Advice</title><p>From 8 on: stay in the shade, and use sunscreen.</p>`,
});
const entry = (answer: boolean | string, reason = ""): object => ({ reason, answer });
const ledger = (done: string | undefined, instruction = ""): string =>
  JSON.stringify({
    is_request_satisfied: entry(done !== undefined, done),
    is_in_loop: entry(false),
    is_progress_being_made: entry(true),
    next_speaker: entry("WebSurfer"),
    instruction_or_question: entry(instruction),
  });
const leader = scriptedModel(
  "1. To look up: the UV index in Melbourne, on a page of the weather office.",
  "- WebSurfer reads the page, and what one should do.",
  ledger(undefined, "What is the UV index in Melbourne?"),
  ledger(undefined, "Open the advice."),
  ledger("Index and advice are known."),
  "The UV index in Melbourne is 9: stay in the shade, and use sunscreen.",
);
const modelClient = scriptedModel(
  asks(["answer_question", { reasoning: "It is in the table.", question: "The UV index in Melbourne?" }]),
  "It is 9.",
  asks(["click", { reasoning: "The link leads there.", target_id: 10 }]),
);

//#region team
const surfer = new MultimodalWebSurfer({
  name: "WebSurfer",
  modelClient,
  startPage: site.url,
  allowedHosts: [site.host],
});
const team = new MagenticOneGroupChat({ participants: [surfer], modelClient: leader });
try {
  const { messages, stopReason } = await team.run("What is the UV index in Melbourne today, and what should one do?");
  for (const message of messages) {
    console.log(`${message.source}: ${messageText(message)}`.replaceAll(site.host, "weather.example"));
  }
  console.log(stopReason);
} finally {
  await team.close();
  await surfer.close();
}
//#endregion
site.close();
