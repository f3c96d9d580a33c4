/** The clients that the HTTP floor sees, each as a program would use it. */
import http from "node:http";

/** A request to be sent. */
interface Sending {
  readonly body: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called when the headers of the answer are here, with what gives its body up. */
  readonly onAnswer?: (leave: () => void) => void;
}

/** Asks, and gives the text of the answer as it is on the wire, or unpacked. */
type Ask = (url: string, sending: Sending) => Promise<string>;

const JSON_TYPE = { "content-type": "application/json" };

const byFetch: Ask = async (url, { body, signal, headers, onAnswer }) => {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { ...JSON_TYPE, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
  if (onAnswer === undefined) return response.text();
  const reader = response.body?.getReader();
  await reader?.read();
  onAnswer(() => void reader?.cancel());
  return "";
};

const byNode: Ask = (url, { body, signal, headers, onAnswer }) =>
  new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST", headers: { ...JSON_TYPE, ...headers }, signal }, (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (onAnswer === undefined) return;
        onAnswer(() => response.destroy());
        resolve(text);
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });

/** By name. */
export const CLIENTS: readonly (readonly [name: string, ask: Ask])[] = [
  ["fetch", byFetch],
  ["node:http", byNode],
];
