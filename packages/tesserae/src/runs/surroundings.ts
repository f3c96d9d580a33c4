import type { JsonObject } from "@tesserae/core";
import { openGateway, type CommandGateway, type GatewayChoice } from "../gateway/command-gateway.ts";
import type { GatewayBill } from "../gateway/gateway-bill.ts";
import type { Connect } from "../gateway/model-route.ts";
import { startRecording } from "../recording/start-recording.ts";

/** What is around the run of a command: the recorder, and a gateway. */
export interface Surroundings {
  /** How models are reached. */
  readonly connect: Connect;
  /** Kept with the run, so that `tesserae show` finds what recorder and gateway know of it. Complete once models are connected. */
  labels(): JsonObject;
  /** What the gateway did for a run; `undefined` without a gateway, or where its ledger cannot be read. */
  bill(runId: string | undefined): Promise<GatewayBill | undefined>;
}

/** What a command was told about its surroundings. */
export interface SurroundingOptions {
  /** False for `--no-record`. */
  readonly record?: boolean;
  readonly gateway?: GatewayChoice;
}

/** Runs a command's work with recorder and gateway around it, and closes both. */
export async function surrounded<T>(
  name: string,
  { record, gateway: choice = false }: SurroundingOptions,
  work: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const recording = record === false ? undefined : await startRecording(name);
  let gateway: CommandGateway | undefined;
  try {
    return await work({
      connect: async (routes) => {
        gateway ??= await openGateway(choice, routes);
        return gateway?.transport;
      },
      labels: () => ({
        ...(recording === undefined ? {} : { tessen: recording.labels }),
        ...(gateway === undefined ? {} : { tessera: gateway.labels }),
      }),
      bill: async (runId) => (runId === undefined ? undefined : gateway?.bill(runId)),
    });
  } finally {
    await gateway?.close();
    await recording?.stop();
  }
}
