import { METHODS } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CHAT, json, startMockUpstream, type MockUpstream } from "../../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call, sendBytes } from "../../test/gateway/raw-client.ts";

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream(() => {});
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.handler = (_, response) => json(response, CHAT);
});

const BODY = '{"model":"m"}';

function request(method = "POST", more = "", path = "/v1/chat/completions"): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\nx-tessera-api-key: ${KEY}\r\n${more}`;
  return `${head}content-length: ${BODY.length}\r\n\r\n${BODY}`;
}

/** The answers that stand in a text, each with its status, what of its headers matters here, and its error's code. */
function answersIn(text: string): readonly (readonly unknown[])[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .filter((answer) => answer !== "")
    .map((answer) => {
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const status = Number(head.slice(9, 12));
      const value = JSON.parse(body) as { readonly error?: { readonly code: string } };
      return [status, /\r\nallow: ([^\r]*)/i.exec(head)?.[1], value.error?.code];
    });
}

const REFUSED = [405, "GET, POST, DELETE", "tessera_bad_request"];
const UNREADABLE = [400, undefined, "tessera_bad_request"];
const ANSWERED = [200, undefined, undefined];

test.each([
  ["POST", "/v1/chat/completions"],
  ["POST", "/v1/responses"],
  ["POST", "/v1/messages"],
  ["POST", "/v1/messages/count_tokens"],
  ["POST", "/v1/embeddings"],
  ["POST", "/v1/openai/chat/completions"],
  ["POST", "/v1/anthropic/v1/messages"],
  ["GET", "/v1/models"],
  ["GET", "/v1/models/m"],
  ["GET, DELETE", "/v1/responses/r"],
  ["GET, POST", "/v1/responses/r/cancel"],
  ["GET, HEAD", "/healthz"],
  ["GET, HEAD", "/health"],
  ["GET, HEAD", "/readyz"],
])("405 tells that %s is what %s has, whatever else is asked", async (allowed, path) => {
  for (const method of METHODS.filter((name) => name !== "CONNECT")) {
    const { status, headers } = await call(gateway.url + path, undefined, AUTHORIZED, method);
    if (allowed.split(", ").includes(method)) expect(status).not.toBe(405);
    else expect([method, status, headers.allow, headers["x-should-retry"]]).toEqual([method, 405, allowed, "false"]);
  }
  for (const method of ["FOO", "post", "X-Y_Z!"])
    expect(answersIn(await sendBytes(gateway.url, request(method, "", path)))).toEqual([REFUSED]);
});

test.each([
  ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000"],
  ["hello\r\n\r\n"],
  ["FOO /v1/models\r\n\r\n"],
  ["FOO / HTTP/7.7\r\n\r\n"],
])("what is no request has no method either: %j", async (bytes) => {
  expect(answersIn(await sendBytes(gateway.url, bytes))).toEqual([UNREADABLE]);
});

test("an expectation that nobody knows keeps no request from its answer", async () => {
  const text = await sendBytes(gateway.url, request("POST", "expect: unicorn\r\nconnection: close\r\n"));
  expect(answersIn(text)).toEqual([ANSWERED]);
  expect(upstream.requests.at(-1)?.headers).not.toHaveProperty("expect");
});

describe("what cannot be read, over a connection that was used before, is refused", () => {
  test.each([
    ["hello\r\n\r\n", UNREADABLE],
    ["\r\nFOO / HTTP/1.1\r\n\r\n", REFUSED],
    ["CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n", REFUSED],
  ])("behind requests that have no answer yet, which they get first: %j", async (bytes, refusal) => {
    const before = gateway.rows.length;
    const waiting: (() => void)[] = [];
    upstream.handler = (_, response) => {
      waiting.push(() => json(response, CHAT));
      if (waiting.length < 2) return;
      // The second one's answer comes first, and waits.
      for (const answer of waiting.reverse()) answer();
    };
    const text = await sendBytes(gateway.url, request() + request() + bytes);
    expect(answersIn(text)).toEqual([ANSWERED, ANSWERED, refusal]);
    expect(gateway.rows.slice(before).map(({ outcome }) => outcome.status)).toEqual(["complete", "complete"]);
  });

  test("when the one before has its answer", async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname, () => socket.write(request()));
    let text = "";
    socket.on("data", (chunk) => {
      if (text === "") socket.write("hello\r\n\r\n");
      text += chunk.toString("latin1");
    });
    await new Promise((resolve) => socket.on("close", resolve));
    expect(answersIn(text)).toEqual([ANSWERED, UNREADABLE]);
  });

  test("in the body of a request: the refusal is its answer", async () => {
    const head = request().replace(/content-length[^]*/, "transfer-encoding: chunked\r\n\r\n");
    expect(answersIn(await sendBytes(gateway.url, `${head}zz\r\n`))).toEqual([UNREADABLE]);
    expect(answersIn(await sendBytes(gateway.url, `${request()}${head}zz\r\n`))).toEqual([ANSWERED, UNREADABLE]);
  });
});
