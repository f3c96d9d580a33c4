import type { JoinedItem } from "../run/join.ts";
import { ItemStrand } from "./item-strand.ts";
import type { ShowingCall } from "./run-session.ts";

/** Runs calls at once and hands on what they show as `join` orders it. A failing call does not keep others from their end. */
export async function callsAtOnce<Item, Result>(
  calls: readonly ShowingCall<Item, Result>[],
  onItem: (item: Item) => void | Promise<void>,
  join: (strands: readonly AsyncIterable<Item>[]) => AsyncIterable<JoinedItem<Item>>,
): Promise<readonly PromiseSettledResult<Result>[]> {
  const strands = calls.map(() => new ItemStrand<Item>());
  const outcomes = Promise.allSettled(
    calls.map((call, index) => {
      const strand = strands[index];
      return call((item) => strand?.push(item)).finally(() => strand?.end());
    }),
  );
  let failed: { readonly error: unknown } | undefined;
  try {
    for await (const { value } of join(strands)) await onItem(value);
  } catch (error) {
    failed = { error };
  }
  const settled = await outcomes;
  if (failed !== undefined) throw failed.error;
  return settled;
}
