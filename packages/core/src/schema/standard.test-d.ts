import { type } from "arktype";
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import type { ValidationResult } from "./issue.ts";
import { validateStandard, type InferInput, type InferOutput } from "./standard.ts";

const zod4 = z.object({ city: z.string(), days: z.number().default(1) });
expectTypeOf<InferInput<typeof zod4>>().toEqualTypeOf<{ city: string; days?: number | undefined }>();
expectTypeOf<InferOutput<typeof zod4>>().toEqualTypeOf<{ city: string; days: number }>();

const zod3 = z3.object({ city: z3.string(), days: z3.number().default(1) });
expectTypeOf<InferOutput<typeof zod3>>().toEqualTypeOf<{ city: string; days: number }>();

const valibot = v.object({ city: v.string(), days: v.optional(v.number(), 1) });
expectTypeOf<InferOutput<typeof valibot>>().toEqualTypeOf<{ city: string; days: number }>();

const arktype = type({ city: "string", "days?": "number" });
expectTypeOf<InferOutput<typeof arktype>>().toEqualTypeOf<{ city: string; days?: number }>();

expectTypeOf(validateStandard(zod4, {})).toEqualTypeOf<
  ValidationResult<{ city: string; days: number }> | Promise<ValidationResult<{ city: string; days: number }>>
>();
