/** A process of its own: a worker with an agent that takes orders. Its argument is the address of the host. */
import { RoutedAgent, rpc, type HandlerDefinition } from "@tesserae/core";
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { Order, Receipt } from "./messages.ts";

//#region clerk
class Clerk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Order, (self: Clerk, order) => self.take(order)),
  ];

  take({ tiles }: Order): unknown {
    if (tiles < 1) throw new RangeError(`${tiles} tiles cannot be sold.`);
    return Receipt({ price: tiles * 3, by: this.id.toString() });
  }
}

const worker = new GrpcWorkerAgentRuntime({ hostAddress: process.argv[2] ?? "localhost:50051" });
worker.addMessageSerializer(Receipt.serializers);
await worker.start();
await Clerk.register(worker, "clerk", () => new Clerk("takes orders"));
console.log("ready");
await worker.stopWhenSignal();
//#endregion
