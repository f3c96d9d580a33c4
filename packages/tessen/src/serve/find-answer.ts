import { isRawObject } from "@tesserae/wire";
import type { AnswerSource, FoundAnswer, Reply } from "./answer-source.ts";
import { errorReply } from "./errors.ts";
import { modelsReply } from "./models-route.ts";
import type { ServedProtocol, TrafficRequest } from "./traffic-request.ts";

/** What answers are looked for in. */
export interface AnswerPlaces {
  readonly sources: readonly AnswerSource[];
  readonly models: readonly string[];
}

/** The answer to a request: from the sources, or an error in the protocol's form that says what was asked. */
export async function findAnswer(request: TrafficRequest, { sources, models }: AnswerPlaces): Promise<FoundAnswer> {
  const { protocol } = request;
  const flaw = protocol === undefined ? undefined : flawOf(protocol, request);
  if (flaw !== undefined)
    return none(errorReply(protocol ?? "openai-chat", { kind: "invalid_request", message: flaw }));
  for (const source of sources) {
    const found = await source.answer(request);
    if (found !== undefined) return found;
  }
  const known = modelsReply(request, models);
  if (known !== undefined) return { from: "models", answer: known };
  return none(protocol === undefined ? unknownRoute(request) : unanswered(protocol, request, sources));
}

function none(answer: Reply): FoundAnswer {
  return { from: "no answer", answer };
}

/** What makes a body no request of its protocol. */
function flawOf(protocol: ServedProtocol, { body, bytes, model }: TrafficRequest): string | undefined {
  if (!isRawObject(body))
    return bytes.byteLength === 0 ? "The request has no body." : "The body of the request is no JSON object.";
  if (protocol === "openai-responses") {
    return model === "" && !isRawObject(body["prompt"]) ? "The request has no `model`." : undefined;
  }
  if (model === "") return "The request has no `model`.";
  return Array.isArray(body["messages"]) ? undefined : "The request has no list of `messages`.";
}

function unknownRoute({ method, path, headers }: TrafficRequest): Reply {
  const message =
    `Nothing answers ${method} ${path} here. ` +
    "The server answers POST /v1/chat/completions, POST /v1/responses, POST /v1/messages and GET /v1/models.";
  const dialect = headers["anthropic-version"] === undefined ? "openai-chat" : "anthropic";
  return errorReply(dialect, { kind: "not_found", message, code: "unknown_url" });
}

function unanswered(protocol: ServedProtocol, request: TrafficRequest, sources: readonly AnswerSource[]): Reply {
  const { method, path, model, call, lastText, toolResults } = request;
  const said = [
    ...(lastText === "" ? [] : [`last message ${shortened(lastText)}`]),
    ...toolResults.map(({ name, text }) => `result of ${name || "a tool"} ${shortened(text)}`),
  ];
  const asked = `${method} ${path}, call ${call}, model "${model}"${said.map((part) => `, ${part}`).join("")}`;
  const nearest = sources.flatMap((source) => source.nearest(request) ?? []);
  const message = [`There is no answer to ${asked}.`, ...nearest].join(" ");
  return errorReply(protocol, { kind: "not_found", message, code: "no_answer" });
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}…` : text);
}
