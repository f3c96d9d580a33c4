// A program that makes two requests, gives one up before there is a connection for it, and ends at once.
import { channel } from "node:diagnostics_channel";

const controller = new AbortController();
const ask = (signal) =>
  fetch(`${process.env.SERVER_URL}/v1/chat/completions`, { method: "POST", body: '{"model":"gpt-4o"}', signal });
let made = 0;
channel("undici:request:create").subscribe(() => {
  made += 1;
  // Before anything of the network is heard.
  if (made === 2) queueMicrotask(() => controller.abort());
});
ask().catch(() => undefined);
ask(controller.signal).catch((error) => {
  process.stdout.write(error.name);
  process.exit(3);
});
