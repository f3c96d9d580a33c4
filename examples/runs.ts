/** One run from outside: its result, a limit, an abort, a loop that is left, an HTTP response. */
import { AssistantAgent, MaxMessageTermination, RoundRobinGroupChat } from "@tesserae/agentchat";
import { isAbortError, isTesseraeError } from "@tesserae/core";
import { scriptedModel } from "./support/scripted-model.ts";

function makeTeam(): RoundRobinGroupChat {
  const modelClient = scriptedModel("one", "two", "three", "four", "five", "six");
  return new RoundRobinGroupChat({
    participants: [new AssistantAgent({ name: "counter", modelClient })],
    terminationCondition: new MaxMessageTermination(5),
  });
}

//#region result
const team = makeTeam();
const result = await team.run("Count.");
console.log(result.status, result.stopReason);
console.log(result.messages.length, result.usage, result.cost);
//#endregion

//#region limits
try {
  await makeTeam().run("Count.", { limits: { maxModelCalls: 2, maxDurationMs: 60_000 } });
} catch (error) {
  console.log(isTesseraeError(error) ? error.code : error);
}
//#endregion

//#region partial
const stream = makeTeam().runStream("Count.", { limits: { maxModelCalls: 2 } });
try {
  for await (const item of stream) {
    if (item.type === "TaskResult") console.log(item.status, item.messages.length);
  }
} catch (error) {
  console.log(String(error).split("\n")[0]);
}
//#endregion

//#region abort
const controller = new AbortController();
try {
  for await (const item of makeTeam().runStream("Count.", { signal: controller.signal })) {
    if (item.type === "TextMessage" && item.content === "two") controller.abort();
    if (item.type === "TaskResult") console.log(item.status, item.messages.length);
  }
} catch (error) {
  console.log(isAbortError(error));
}
//#endregion

//#region leave
const left = makeTeam();
for await (const item of left.runStream("Count.")) {
  if (item.type === "TextMessage" && item.content === "two") break; // aborts the run and waits for its clean-up
}
console.log((await left.run("Again.")).status);
//#endregion

//#region response
const response = makeTeam().runStream("Count.").toResponse();
console.log(response.headers.get("content-type"));
console.log((await response.text()).split("\n\n").filter((event) => event !== "").length);
//#endregion
