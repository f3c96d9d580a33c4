import { toJson } from "../to-json.ts";
import { isObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { EffectCodec, EffectIo, EffectSpec, LeafItems } from "./effect-spec.ts";
import { leaf } from "./effect.ts";
import { ItemQueue } from "./item-queue.ts";

/** An effect that shows items while it runs. */
export interface EffectStreamSpec<I, T> extends EffectSpec<T> {
  /** Needed when the items are not JSON themselves. */
  readonly itemCodec?: EffectCodec<I> | undefined;
}

/** The items of an effect as they come, and its outcome. */
export interface EffectStream<I, T> extends AsyncIterable<I> {
  /** Never an unhandled rejection. */
  readonly result: Promise<T>;
}

/**
 * Like `effect`, for something that shows items on its way: `perform` yields them and returns the result.
 * It begins at once. Items that nobody takes are kept; leaving the loop early aborts it. A replay gives the same items.
 */
export function effectStream<I, T>(
  context: RunContext,
  spec: EffectStreamSpec<I, T>,
  perform: (io: EffectIo) => AsyncIterator<I, T>,
): EffectStream<I, T> {
  const leaving = new AbortController();
  const queue = new ItemQueue<I>(() => leaving.abort());
  const signal = context.signal === undefined ? leaving.signal : AbortSignal.any([context.signal, leaving.signal]);
  // The items are what `perform` yields, or what the item codec reads.
  const push = (item: unknown): void => queue.push(item as I);
  const items: LeafItems<T> = { deliver: push, ...wholeItems(spec.itemCodec) };
  const recorded = context.session !== undefined;
  const result = leaf(context.withSignal(signal), { ...spec, items }, async (io) => {
    const iterator = perform(io);
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return value;
      if (recorded) await io.emit(value);
      else push(value);
    }
  });
  result.then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  return { result, [Symbol.asyncIterator]: () => queue };
}

/** Items that are written whole. */
export function wholeItems<I>(codec: EffectCodec<I> | undefined): Pick<LeafItems<unknown>, "encode" | "decode"> {
  return {
    encode: (items) => ({
      i: items.map((item, index) =>
        codec === undefined ? toJson(item, `item ${index} of the stream`) : codec.encode(item as I),
      ),
    }),
    decode: (json) => {
      const list = isObject(json) && Array.isArray(json["i"]) ? json["i"] : [];
      return codec === undefined ? list : list.map((item) => codec.decode(item));
    },
  };
}
