import {
  AgentId,
  BaseAgent,
  DefaultInterventionHandler,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  ValueError,
  type JsonObject,
  type MessageContext,
} from "@tesserae/core";
import { subscribeTracing } from "@tesserae/ext/telemetry";
import { SpanKind, context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listOf, objectOf, readGolden, textOf } from "./src/golden.ts";

const { agents, steps } = objectOf(readGolden("fixtures/span-steps.json"));
const AGENTS = listOf(agents).map((row) => objectOf(row));
const EXPECTED = new Map(
  listOf(readGolden("fixtures/spans.json")).map((row) => [textOf(objectOf(row)["title"]), objectOf(row)["spans"]]),
);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});

class Note {
  static readonly typeName = "Note";
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Does one thing with every message. */
class Scripted extends BaseAgent {
  readonly #row: JsonObject;

  constructor(row: JsonObject) {
    super("scripted");
    this.#row = row;
  }

  override async onMessageImpl(_message: unknown, ctx: MessageContext): Promise<unknown> {
    const { does, to } = this.#row;
    switch (textOf(does)) {
      case "answer":
        return new Note("answer");
      case "send":
        return ctx.send(new Note("inner"), new AgentId(textOf(to), "default"));
      case "publish":
        await ctx.publish(new Note("inner"), new TopicId(textOf(to), "default"));
        break;
      case "throw":
        throw new ValueError("it broke");
    }
    return new Note("done");
  }
}

class Looker extends DefaultInterventionHandler {}

/** The spans of one step, in the order of their ends, in the form of `python/trace_spans.py`. */
async function play(step: JsonObject): Promise<readonly unknown[]> {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const stop = subscribeTracing({ tracerProvider, captureContent: true });
  const runtime = new SingleThreadedAgentRuntime(
    step["intervened"] === true ? { interventionHandlers: [new Looker()] } : {},
  );
  for (const row of AGENTS) {
    const type = textOf(row["type"]);
    await runtime.registerFactory(type, () => new Scripted(row));
    if (row["hears"] !== undefined) await runtime.addSubscription(new TypeSubscription(textOf(row["hears"]), type));
  }
  runtime.start();
  const to = textOf(step["to"]);
  if (step["op"] === "publish") await runtime.publishMessage(new Note("hello"), new TopicId(to, "default"));
  else await runtime.sendMessage(new Note("hello"), new AgentId(to, "default")).catch(() => undefined);
  await runtime.stopWhenIdle();
  await runtime.close();
  stop();
  const spans = exporter.getFinishedSpans();
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const shown = spans.map((span) => ({
    tracer: span.instrumentationScope.name,
    name: span.name,
    kind: SpanKind[span.kind],
    attributes: attributesOf(span),
    parent: names.get(span.parentSpanContext?.spanId ?? "") ?? null,
    links: span.links.map((link) => names.get(link.context.spanId) ?? null),
    ...errorOf(span),
  }));
  await tracerProvider.shutdown();
  return shown;
}

/** Attributes with JSON texts parsed and ids of messages replaced. Ours tell the class of an error as well. */
function attributesOf(span: ReadableSpan): JsonObject {
  const { message, message_context: about, "error.type": _class, ...others } = span.attributes;
  return {
    ...objectOf(others),
    ...(about === undefined ? {} : { message_context: { ...objectOf(JSON.parse(String(about))), message_id: "<id>" } }),
    ...(message === undefined ? {} : { message: objectOf(JSON.parse(String(message))) }),
  };
}

function errorOf(span: ReadableSpan): JsonObject {
  const [event] = span.events;
  const { "exception.type": name, "exception.message": message } = event?.attributes ?? {};
  return event === undefined ? {} : { error: { class: String(name), message: String(message) } };
}

test.each(listOf(steps).map((row) => [textOf(objectOf(row)["title"]), objectOf(row)] as const))(
  "%s gives the spans that Python gives",
  async (title, step) => {
    // Which of two independent stages ends first is up to the scheduler.
    expect(sorted(await play(step))).toEqual(sorted(listOf(EXPECTED.get(title))));
  },
);

function sorted(spans: readonly unknown[]): readonly unknown[] {
  return spans.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf(span: unknown): string {
  const { name, parent, links } = objectOf(span);
  return JSON.stringify([name, parent, links]);
}
