import { CancelledError, ValueError } from "@tesserae/core";
import { WireError } from "@tesserae/wire";
import { expect, test } from "vitest";
import { ModelEndpoint } from "./model-endpoint.ts";

test("errors of our own code stay what they are; anything else is a failure of the connection", () => {
  const endpoint = new ModelEndpoint({ label: "Test", keyVariable: undefined });
  const own = [new CancelledError(), new ValueError("no"), new WireError("ERR_STREAM_EVENT_TOO_LARGE", "large")];
  for (const error of own) expect(endpoint.errorOf(error)).toBe(error);
  expect(endpoint.errorOf(new Error("?"))).toMatchObject({ code: "ERR_MODEL_CONNECTION", provider: "Test" });
});
