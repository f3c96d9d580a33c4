import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { allEvents, post, TestSocket } from "./chat-client.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

/** Starts a program of the examples; gives its address, and what to call for its end. */
async function start(file: string): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-web-"));
  const { PATH } = process.env;
  const child = spawn(process.execPath, ["--conditions=source", join(EXAMPLES, file)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH, PORT: "0", CHATS_DIR: folder, NODE_COMPILE_CACHE: join(tmpdir(), "tesserae-test-cache") },
  });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString("utf8")));
  const closed = once(child, "close");
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  const stop = async (): Promise<unknown> => {
    child.kill("SIGTERM");
    await closed;
    return { errors, signal: child.signalCode };
  };
  return { url, stop };
}

test.each(["web-hono/server.ts", "web-express/server.ts"])(
  "%s lives on when clients leave in the middle of an answer and of a question",
  async (file) => {
    const { url, stop } = await start(file);
    const socket = await TestSocket.open(url, "a");
    socket.send({ type: "task", text: "a refund, please" });
    expect((await socket.until("input_request")).at(-2)).toMatchObject({ content: "Shall I refund LH 507?" });
    await socket.close();
    const left = await post(url, "b", "My money, please.");
    await left.body?.cancel();
    expect((await allEvents(await post(url, "c", "My money, please."))).at(-1)).toMatchObject({
      stop_reason: "Handoff to user from refunds detected.",
    });
    const refunded = await allEvents(await post(url, "c", "It was LH 507."));
    expect(refunded.at(-2)).toMatchObject({ content: "Your flight is refunded. Anything else?" });
    expect(await stop()).toEqual({ errors: "", signal: "SIGTERM" });
  },
);

test("web-chat/server.ts serves its page, and answers", async () => {
  const { url, stop } = await start("web-chat/server.ts");
  expect(await (await fetch(url)).text()).toContain("<title>Refund desk</title>");
  expect((await allEvents(await post(url, "a", "Hello.")))[1]).toMatchObject({ content: "Good " });
  expect((await allEvents(await post(url, "a", "A refund!"))).at(-2)).toMatchObject({ content: "Which flight is it?" });
  expect((await allEvents(await post(url, "a", "LH 507"))).at(-2)).toMatchObject({
    content: "Your flight is refunded. Anything else?",
  });
  expect(await stop()).toEqual({ errors: "", signal: "SIGTERM" });
});
