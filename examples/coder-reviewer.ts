/** A team keeps its conversation between runs: without a task it goes on, with one it is told more, `reset` forgets. */
import { AssistantAgent, MaxMessageTermination, RoundRobinGroupChat } from "@tesserae/agentchat";
import type { TaskResult } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const coder = new AssistantAgent({
  name: "coder",
  modelClient: scriptedModel("const sum = (a, b) => a + b;", "With types, then.", "Here it is.", "const one = 1;"),
});
const reviewer = new AssistantAgent({
  name: "reviewer",
  modelClient: scriptedModel("No types.", "Good.", "Also good.", "Fine."),
});

function show({ messages, stopReason }: TaskResult): void {
  console.log(`${messages.map(({ source }) => source).join(", ")} | ${stopReason ?? ""}`);
}

//#region runs
const team = new RoundRobinGroupChat({
  participants: [coder, reviewer],
  terminationCondition: new MaxMessageTermination(3),
});

show(await team.run("Write a function that adds two numbers."));
show(await team.run());
await team.reset();
show(await team.run("Write a constant."));
//#endregion
await team.close();
