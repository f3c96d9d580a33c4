import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FunctionalTermination } from "../conditions/functional-termination.ts";
import { contentType } from "./content-type.ts";
import { defineMessage } from "./define-message.ts";
import { TextMessage } from "./factories.ts";
import { isMessageOf } from "./is-message-of.ts";
import { StructuredMessage } from "./structured-message.ts";

const Weather = contentType("Weather", z.object({ degrees: z.number() }));
const Stock = defineMessage("Stock", z.object({ left: z.number().int() }));

const weather = StructuredMessage({ content: { degrees: 21 }, contentType: Weather, source: "station" });
const stock = Stock.create({ source: "keeper", left: 0 });
const text = TextMessage({ content: "Stock", source: "user" });

describe("a message of a kind of one's own", () => {
  test("is told from others by its kind, and its fields have their types", () => {
    const found = [text, weather, stock].map((message) => [isMessageOf(message, Weather), isMessageOf(message, Stock)]);
    expect(found).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
    expect(isMessageOf(weather, Weather) && weather.content.degrees).toBe(21);
    expect(isMessageOf(stock, Stock) && stock.left).toBe(0);
    expect(isMessageOf([].at(-1), Stock)).toBe(false);
  });

  test("ends a run when it says so", async () => {
    const soldOut = new FunctionalTermination((delta) =>
      delta.some((message) => isMessageOf(message, Stock) && message.left === 0),
    );
    expect(await soldOut.check([text, weather])).toBeUndefined();
    expect((await soldOut.check([stock]))?.type).toBe("StopMessage");
  });
});
