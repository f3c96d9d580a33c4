/** A run that broke off, gone on with: what has its result is not asked for again. */
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { MemoryJournalStore, isTesseraeError, recordTo, resumeFrom } from "@tesserae/core";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import { startTestServer } from "@tesserae/ext/testing";
import { answers, fails } from "./support/scripted-answer.ts";

/** A provider of models on this machine. */
const server = await startTestServer(() => answers("Lay the tiles."));
const store = new MemoryJournalStore();

function makeTeam(): RoundRobinGroupChat {
  const modelClient = new OpenAIChatCompletionClient({
    model: "gpt-5-mini",
    apiKey: "none is needed here",
    baseUrl: server.url,
    maxRetries: 0,
  });
  const agents = ["architect", "mason"].map((name) => new AssistantAgent({ name, modelClient }));
  return new RoundRobinGroupChat({ participants: agents, maxTurns: 2 });
}

server.next(answers("Draw the plan."), fails(503, "closed for today"));

//#region resume
const journal = recordTo(store);
try {
  await makeTeam().run("A floor of tiles.", { journal });
} catch (error) {
  console.log(isTesseraeError(error) ? error.code : error);
}
console.log(`${server.requests.length} requests`);

const result = await makeTeam().run(undefined, { journal: resumeFrom(store, journal.runId ?? "") });
console.log(result.status, result.messages.map(({ source }) => source).join(", "));
console.log(`${server.requests.length} requests`);
//#endregion
await server.close();
