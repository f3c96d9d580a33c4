/** The runtime below the teams: agents with handlers, topics, and a look at every message on its way. */
import {
  AgentId,
  ClosureAgent,
  DefaultInterventionHandler,
  DefaultSubscription,
  DefaultTopicId,
  DropMessage,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  defineMessage,
  event,
  isTesseraeError,
  rpc,
  type ClassSubscriptions,
  type HandlerDefinition,
  type Infer,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";

//#region messages
const Order = defineMessage("Order", z.object({ tiles: z.number().int() }));
const Ordered = defineMessage("Ordered", z.object({ by: z.string(), tiles: z.number() }));
type Order = Infer<typeof Order>;
//#endregion

//#region agent
class Shop extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Order, (self: Shop, order, context) => self.sell(order, context)),
    event(Ordered, (self: Shop, { by, tiles }) => console.log(`${self.id}: ${by} sold ${tiles}`)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];

  async sell({ tiles }: Order, context: MessageContext): Promise<string> {
    await context.publish(Ordered({ by: this.id.toString(), tiles }), new DefaultTopicId());
    return `${tiles} tiles are on their way`;
  }
}
//#endregion

//#region runtime
const runtime = new SingleThreadedAgentRuntime();
await Shop.register(runtime, "shop", () => new Shop("Sells tiles."));
await Shop.register(runtime, "branch", () => new Shop("Sells tiles, too."));
await ClosureAgent.registerClosure(runtime, "auditor", (_self, { tiles }) => console.log(`audited: ${tiles}`), {
  messages: Ordered,
  subscriptions: () => [new TypeSubscription("default", "auditor")],
});

runtime.start();
console.log(await runtime.sendMessage<string>(Order({ tiles: 40 }), new AgentId("shop", "lisbon")));
await runtime.publishMessage(Ordered({ by: "the headquarters", tiles: 7 }), new TopicId("default", "porto"));
await runtime.stopWhenIdle();
//#endregion
await runtime.close();

//#region intervention
class Limit extends DefaultInterventionHandler {
  override onSend(message: unknown): unknown {
    return Order.is(message) && message.tiles > 1000 ? DropMessage : message;
  }
}

const guarded = new SingleThreadedAgentRuntime({ interventionHandlers: [new Limit()] });
await Shop.register(guarded, "shop", () => new Shop("Sells tiles."));
guarded.start();
try {
  await guarded.sendMessage(Order({ tiles: 5000 }), new AgentId("shop", "lisbon"));
} catch (error) {
  console.log(isTesseraeError(error) ? error.code : error);
}
await guarded.close();
//#endregion
