/** Starts the page: `node --conditions=source examples/web-chat/server.ts`, then open http://127.0.0.1:3000. */
import { serve } from "@hono/node-server";
import { AssistantAgent, HandoffTermination, MemoryThreadStore, RoundRobinGroupChat } from "@tesserae/agentchat";
import { ruleModel } from "../support/rule-model.ts";
import { asks } from "../support/scripted-model.ts";
import { pageApp } from "./app.ts";

const offline = ruleModel(
  [/\b[A-Z]{2} ?\d+/, "Your flight is refunded. Anything else?"],
  [/money|refund/i, asks(["transfer_to_user", {}])],
  [/./, "Good day. Shall I refund a flight?"],
);

//#region team
/** One answer for each line of the user, or a question to the user. */
function makeTeam(): RoundRobinGroupChat {
  const clerk = new AssistantAgent({
    name: "clerk",
    modelClient: process.env["OPENAI_API_KEY"] === undefined ? offline : "openai/gpt-5-mini",
    modelClientStream: true,
    handoffs: [{ target: "user", message: "Which flight is it?" }],
  });
  return new RoundRobinGroupChat({
    participants: [clerk],
    terminationCondition: new HandoffTermination("user"),
    maxTurns: 1,
  });
}
//#endregion

//#region server
const app = pageApp({ makeTeam, store: new MemoryThreadStore() });
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
//#endregion
