/** An answer in a shape of your own, checked and typed. */
import { AssistantAgent, contentType, isMessageOf, messageText } from "@tesserae/agentchat";
import { z } from "zod";
import { scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel('{ "thoughts": "42 times 37 is 40 · 37 and 2 · 37.", "answer": 1554 }');

//#region agent
const Product = contentType("Product", z.object({ thoughts: z.string(), answer: z.number().int() }));

const agent = new AssistantAgent({
  name: "mathematician",
  modelClient,
  outputContentType: Product,
  outputContentTypeFormat: "{answer}, because: {thoughts}",
});

const { messages } = await agent.run("What is 37 times 42?");
const last = messages.at(-1);
if (isMessageOf(last, Product)) {
  const { answer } = last.content;
  console.log(answer, answer === 37 * 42);
  console.log(messageText(last));
}
//#endregion
