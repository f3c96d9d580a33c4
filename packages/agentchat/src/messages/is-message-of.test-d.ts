import { expectTypeOf } from "vitest";
import { z } from "zod";
import { contentType } from "./content-type.ts";
import { defineMessage } from "./define-message.ts";
import { isMessageOf } from "./is-message-of.ts";
import type { StreamItem } from "./types.ts";

const Weather = contentType("Weather", z.object({ degrees: z.number() }));
const Stock = defineMessage("Stock", z.object({ left: z.number().int() }));

/** The content of a structured message, and the fields of a message of one's own, have the types of their schemas. */
export function narrow(items: readonly StreamItem[], last: StreamItem | undefined): void {
  if (isMessageOf(last, Weather)) expectTypeOf(last.content.degrees).toEqualTypeOf<number>();
  if (isMessageOf(last, Stock)) expectTypeOf(last.left).toEqualTypeOf<number>();
  expectTypeOf(items.filter((item) => isMessageOf(item, Stock)).map(({ left }) => left)).toEqualTypeOf<number[]>();
  // @ts-expect-error: no such field
  if (isMessageOf(last, Stock)) void last.right;
}
