/** A group chat of actors: all hear what is said under one topic, and a manager tells who may speak next. */
import { SingleThreadedAgentRuntime, TopicId } from "@tesserae/core";
import { Manager, Member, Said, Screen } from "./core-group-chat/agents.ts";
import { CAST, chooser } from "./core-group-chat/cast.ts";
import { scriptedModel } from "./support/scripted-model.ts";

//#region chat
const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false });
const models = new Map(Object.entries(CAST).map(([name, { lines }]) => [name, scriptedModel(...lines)]));
for (const [name, model] of models) {
  await Member.register(runtime, name, () => new Member(CAST[name]?.task ?? "", model));
}
await Manager.register(runtime, "manager", () => new Manager(Object.keys(CAST), chooser()));
await Screen.register(runtime, "screen", () => new Screen());

runtime.start();
await runtime.publishMessage(Said({ text: "A story with a picture, please.", by: "user" }), new TopicId("chat", "1"));
await runtime.stopWhenIdle();
//#endregion
const heard = (models.get("writer")?.createCalls[1]?.messages.length ?? 1) - 1;
console.log(`the writer had heard ${heard} messages before its second text`);
await runtime.close();
