import { expectTypeOf, test } from "vitest";
import type { Json } from "../json.ts";
import type { ChannelName, ChannelPayloads, ModelPayload } from "./index.ts";

test("there are exactly these channels", () => {
  expectTypeOf<ChannelName>().toEqualTypeOf<
    | "tesserae:run"
    | "tesserae:agent"
    | "tesserae:message"
    | "tesserae:model"
    | "tesserae:tool"
    | "tesserae:effect"
    | "tesserae:delivery"
    | "tesserae:creation"
  >();
});

test("every payload says where it belongs and how it ended", () => {
  type Payload = ChannelPayloads[ChannelName];
  expectTypeOf<Payload["runId"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Payload["path"]>().toEqualTypeOf<string>();
  expectTypeOf<NonNullable<Payload["error"]>["code"]>().toEqualTypeOf<string | null>();
});

test("a model call tells usage, cost and source", () => {
  expectTypeOf<ModelPayload["source"]>().toEqualTypeOf<"world" | "journal">();
  expectTypeOf<ModelPayload["cost"]>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<ModelPayload["request"]["messages"]>().toEqualTypeOf<readonly Json[]>();
});
