import http from "node:http";
import { expect, test } from "vitest";
import { CHAT, CHAT_COST } from "../../../test/capture/answers.ts";
import { serve } from "../../../test/capture/for-one-test.ts";
import { sendJson, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording } from "../../../test/capture/recording.ts";

const PATH = "/v1/chat/completions";

/** Sends callers from `/old/…` by way of `/older/…` to where there is an answer. */
const moved: Respond = (reply, { path, body }) => {
  const to = path.startsWith("/older") ? `/old${PATH}` : `${PATH}?b=1#part`;
  if (path.startsWith("/old")) {
    reply.writeHead(path.startsWith("/older") ? 308 : 307, { location: to, "content-type": "text/html" });
    reply.end("<p>moved</p>");
  } else sendJson(reply, { ...CHAT, id: String(body["user"]) });
};

const post = (url: string, user: string, redirect: RequestInit["redirect"] = "follow"): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify({ model: "gpt-4o", user }), redirect });

test("fetch that is sent elsewhere, twice: one event, of the answer, from the first request on", async () => {
  const server = await serve(moved);
  const recording = startRecording({ hosts: [server.host] });
  await (await post(`${server.url}/older${PATH}`, "a")).json();
  expect(server.seen).toHaveLength(3);
  const [event, ...more] = await recording.end();
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    status: "ok",
    http_status: 200,
    http_url: `${server.url}${PATH}?b=1`,
    request_body: { user: "a" },
    response_body: { id: "a" },
    cost_usd: CHAT_COST,
    call_site: { file: expect.stringContaining("redirects.test.ts") as unknown },
  });
});

test("many at once: one event each, with its own answer", async () => {
  const server = await serve(moved);
  const recording = startRecording({ hosts: [server.host] });
  const users = Array.from({ length: 20 }, (_, at) => `user ${at}`);
  await Promise.all(users.map(async (user) => (await post(`${server.url}/old${PATH}`, user)).json()));
  const events = await recording.end();
  expect(events).toHaveLength(20);
  for (const event of events) {
    expect(event["response_body"]).toMatchObject({ id: Reflect.get(Object(event["request_body"]), "user") });
  }
});

test("a client over node:http that follows by itself", async () => {
  const server = await serve(moved);
  const recording = startRecording({ hosts: [server.host] });
  await new Promise<void>((resolve, reject) => {
    const ask = (url: string): void => {
      const request = http.request(url, { method: "POST" }, (response) => {
        const { location } = response.headers;
        if (location === undefined) response.resume().on("end", resolve);
        else {
          response.destroy();
          ask(new URL(location, url).href);
        }
      });
      request.on("error", reject);
      request.end(JSON.stringify({ model: "gpt-4o", user: "a" }));
    };
    ask(`${server.url}/older${PATH}`);
  });
  const events = await recording.end();
  expect(events.map(({ http_status: status }) => status)).toEqual([200]);
});

test("a redirect that nobody follows, or that leads nowhere, is the end of its call, and no answer", async () => {
  const server = await serve(moved);
  const recording = startRecording({ hosts: [server.host] });
  await (await post(`${server.url}/old${PATH}`, "a", "manual")).text();
  await expect(post(`${server.url}/old${PATH}`, "a", "error")).rejects.toThrow();
  const events = await recording.end();
  expect(events.map(({ http_status, status, quality_signals: tags }) => [http_status, status, tags])).toEqual([
    [307, "error", []],
    [307, "error", []],
  ]);
});

test("a redirect that leads to itself is one failed call", async () => {
  const server = await serve((reply, { path }) => {
    reply.writeHead(307, { location: path });
    reply.end();
  });
  const recording = startRecording({ hosts: [server.host] });
  await expect(post(`${server.url}${PATH}`, "a")).rejects.toThrow("fetch failed");
  const events = await recording.end();
  expect(events.map(({ http_status, status }) => [http_status, status])).toEqual([[307, "error"]]);
});

test("a redirect to a host that is not listed: the one event is of the host that is", async () => {
  const other = await serve((reply) => sendJson(reply, CHAT));
  const server = await serve((reply) => {
    reply.writeHead(307, { location: `${other.url}${PATH}` });
    reply.end();
  });
  const recording = startRecording({ hosts: [server.host] });
  await (await post(`${server.url}${PATH}`, "a")).json();
  const events = await recording.end();
  expect(events.map((event) => [event.http_status, event.status, event.http_url])).toEqual([
    [307, "ok", `${server.url}${PATH}`],
  ]);
});

test("a redirect whose second request fails is one failed call", async () => {
  const server = await serve((reply, { path }) => {
    if (path.startsWith("/old")) {
      reply.writeHead(307, { location: PATH });
      reply.end();
    } else sendJson(reply, { error: { message: "busy", type: "server_error" } }, 503);
  });
  const recording = startRecording({ hosts: [server.host] });
  await (await post(`${server.url}/old${PATH}`, "a")).text();
  const events = await recording.end();
  expect(events.map((event) => [event.http_status, event.quality_signals])).toEqual([[503, ["server_error"]]]);
});
