/** A tool: the types of its arguments follow from the schema, and arguments that do not fit never reach its code. */
import { tool } from "@tesserae/core";
import { z } from "zod";

//#region tool
const forecast = tool({
  name: "forecast",
  description: "The weather of a city in the coming days.",
  parameters: z.object({ city: z.string(), days: z.number().int().max(7).optional() }),
  execute: async ({ city, days }) => `${city}: sunny for ${days ?? 1} days`,
});
//#endregion

console.log(await forecast.runJson({ city: "Lisbon", days: 3 }));

//#region refused
try {
  await forecast.runJson({ city: "Lisbon", days: 30 });
} catch (error) {
  console.log(String(error));
}
//#endregion

//#region json-schema
const percentageChange = tool({
  name: "percentage_change",
  description: "By how many percent a number has changed.",
  parameters: {
    type: "object",
    properties: { from: { type: "number" }, to: { type: "number" } },
    required: ["from", "to"],
  },
  execute: (args) => Math.round(((Number(args["to"]) - Number(args["from"])) / Number(args["from"])) * 10_000) / 100,
  toText: (percent) => `${percent} %`,
});
//#endregion

const percent = await percentageChange.runJson({ from: 214, to: 398 });
console.log(percentageChange.name, percentageChange.returnValueAsString(percent));
