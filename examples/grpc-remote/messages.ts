/** What the processes of the example say to each other. */
import { defineMessage, type Infer } from "@tesserae/core";
import { z } from "zod";

//#region messages
export const Order = defineMessage("Order", z.object({ tiles: z.number().int() }));
export type Order = Infer<typeof Order>;
export const Receipt = defineMessage("Receipt", z.object({ price: z.number(), by: z.string() }));
//#endregion
