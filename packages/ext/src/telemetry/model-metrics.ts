import type { Attributes, Histogram, Meter } from "@opentelemetry/api";
import type { ModelPayload } from "@tesserae/wire/channels";
import { ATTRIBUTES } from "./attributes.ts";
import { providerName } from "./model-span.ts";
import { present } from "./span-writer.ts";

/** The boundaries that the conventions advise: powers of two from 10 ms, powers of four from one token. */
const SECONDS = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** Measures model calls by the names of OpenTelemetry's conventions for generative AI. */
export class ModelMetrics {
  readonly #duration: Histogram;
  readonly #firstChunk: Histogram;
  readonly #tokens: Histogram;

  constructor(meter: Meter) {
    this.#duration = meter.createHistogram("gen_ai.client.operation.duration", {
      description: "How long model calls take, their retries included.",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#firstChunk = meter.createHistogram("gen_ai.client.operation.time_to_first_chunk", {
      description: "How long it takes to the first piece of a streamed answer.",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#tokens = meter.createHistogram("gen_ai.client.token.usage", {
      description: "Tokens of model calls, by input and output.",
      unit: "{token}",
      advice: { explicitBucketBoundaries: TOKENS },
    });
  }

  /** Measures a call that is over. What a journal answered took no model, and is not measured. */
  measure(payload: ModelPayload): void {
    if (payload.source === "journal") return;
    const { durationMs, firstDeltaMs, usage } = payload;
    const attributes = attributesOf(payload);
    if (durationMs !== undefined) this.#duration.record(durationMs / 1000, attributes);
    if (firstDeltaMs !== undefined) this.#firstChunk.record(firstDeltaMs / 1000, attributes);
    if (usage === undefined) return;
    this.#tokens.record(usage.inputTokens, { ...attributes, [ATTRIBUTES.tokenType]: "input" });
    this.#tokens.record(usage.outputTokens, { ...attributes, [ATTRIBUTES.tokenType]: "output" });
  }
}

/** Few values each: every combination is a series of its own. */
function attributesOf({ provider, model, response, error }: ModelPayload): Attributes {
  return present({
    [ATTRIBUTES.operation]: "chat",
    [ATTRIBUTES.provider]: providerName(provider),
    [ATTRIBUTES.requestModel]: model,
    [ATTRIBUTES.responseModel]: response?.model,
    [ATTRIBUTES.errorType]: error?.name,
  });
}
