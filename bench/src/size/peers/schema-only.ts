import { z } from "zod";

/** What the other file is compared with: the schema library, and one schema. */
export const parameters = z.object({ city: z.string(), days: z.number().int().optional() });
