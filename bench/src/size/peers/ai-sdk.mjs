/* The same with the AI SDK: agents with a tool, and loops over them, since it has no teams. */
import { ToolLoopAgent, stepCountIs, tool } from "ai";
import { z } from "zod";

const weather = tool({
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `${city}: sunny`,
});

/** Runs two agents in turn. */
export async function run(model, task) {
  const agents = [1, 2].map(() => new ToolLoopAgent({ model, tools: { weather }, stopWhen: stepCountIs(2) }));
  const messages = [{ role: "user", content: task }];
  for (let index = 0; index < 4; index += 1) {
    const { text } = await agents[index % 2].generate({ messages });
    messages.push({ role: "assistant", content: text });
  }
}
