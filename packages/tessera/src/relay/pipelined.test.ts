import { expect, test } from "vitest";
import { beginStream, chatEvents, startMockUpstream } from "../../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway } from "../../test/gateway/parts.ts";
import { sendBytes } from "../../test/gateway/raw-client.ts";

/** The body of an answer in the chunked coding. */
function dechunked(text: string): string {
  let body = "";
  for (let rest = text; ;) {
    const line = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (size === 0 || Number.isNaN(size)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}

test("streams that are asked for at once over one connection come one after the other, each whole", async () => {
  // The first one is answered last: what comes for the second must wait for it.
  const order: (() => void)[] = [];
  await using upstream = await startMockUpstream(({ body }, response) => {
    const number = Number(/"seed":(\d)/.exec(body.toString())?.[1]);
    beginStream(response);
    const events = chatEvents(20 * (number + 1), true);
    const go = (): void => {
      const next = events.shift();
      if (next === undefined) response.end(() => order.pop()?.());
      else response.write(next, () => setImmediate(go));
    };
    order[number] = go;
    if (order.filter(Boolean).length === 3) order.pop()?.();
  });
  await using gateway = await startTestGateway(upstream.url);
  const ask = (seed: number): string => {
    const body = `{"model":"m","seed":${seed},"stream":true,"stream_options":{"include_usage":true}}`;
    const last = seed === 2 ? "connection: close\r\n" : "";
    return `POST /v1/openai/chat/completions HTTP/1.1\r\nhost: x\r\nx-tessera-api-key: ${KEY}\r\n${last}content-length: ${body.length}\r\n\r\n${body}`;
  };
  const text = await sendBytes(gateway.url, ask(0) + ask(1) + ask(2));
  const answers = text.split(/(?=HTTP\/1\.1 200)/).map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4));
  expect(answers.map(dechunked)).toEqual(
    [20, 40, 60].map((parts) => Buffer.from(chatEvents(parts, true).join("")).toString("latin1")),
  );
});
