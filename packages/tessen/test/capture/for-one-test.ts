/** Servers and recordings that end with the test which began them. */
import { onTestFinished } from "vitest";
import { startModelServer, type ModelServer, type Respond } from "./model-server.ts";
import { startRecording, type TestRecording } from "./recording.ts";

/** A model's server, until the test is over. */
export async function serve(respond: Respond): Promise<ModelServer> {
  const server = await startModelServer(respond);
  onTestFinished(() => server.close());
  return server;
}

/** A recording of what goes to a server, until the test is over. */
export function record(server: ModelServer): TestRecording {
  const recording = startRecording({ hosts: [server.host] });
  onTestFinished(async () => void (await recording.end()));
  return recording;
}
