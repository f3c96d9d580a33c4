/** The edge between Express and handlers of the web's `Request` and `Response`. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";

//#region edge
/** Turns a handler into one of Express. When the client goes away, `request.signal` is aborted and the body cancelled. */
export function webHandler(
  handle: (request: Request, params: ExpressRequest["params"]) => Promise<Response>,
): (request: ExpressRequest, response: ExpressResponse) => Promise<void> {
  return async (request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { status, headers, body } = await handle(toWebRequest(request, gone.signal), request.params);
    response.writeHead(status, Object.fromEntries(headers));
    if (body === null) response.end();
    // A client that goes away is no error of ours; the run has heard of it.
    else await pipeline(Readable.fromWeb(body), response).catch(() => undefined);
  };
}

function toWebRequest(request: ExpressRequest, signal: AbortSignal): Request {
  const { method, headers, protocol, host, originalUrl } = request;
  const names = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const body = method === "GET" || method === "HEAD" ? undefined : Readable.toWeb(request);
  return new Request(new URL(originalUrl, `${protocol}://${host}`), {
    method,
    headers: Object.fromEntries(names),
    signal,
    ...(body === undefined ? {} : { body, duplex: "half" }),
  });
}
//#endregion
