/** The functions behind `python-team.json`, for `tesserae run … --tools`: exported under the names of its tools. */
import { tool } from "@tesserae/core";
import { z } from "zod";

export const tile_price = tool({
  name: "tile_price",
  description: "The price of a tile in euros.",
  parameters: z.object({ kind: z.enum(["blue", "white"]) }),
  execute: ({ kind }) => ({ blue: 2.5, white: 1.75 })[kind],
});
