import { AsyncLocalStorage } from "node:async_hooks";
import type { TraceCarrier, TraceContext } from "@tesserae/ext/runtimes/grpc";
import { expect, test } from "vitest";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

test("the trace of a sender is there when its message arrives, direct or published, and only that", async () => {
  const present = new AsyncLocalStorage<TraceCarrier>();
  const seen: TraceCarrier[] = [];
  const traceContext: TraceContext = {
    inject: () => present.getStore() ?? {},
    run: (carrier, body) => {
      seen.push(carrier);
      return present.run(carrier, body);
    },
  };
  const host = await startHost();
  const [near, far] = [
    await TypeScriptWorker.start(host.address, { traceContext }),
    await TypeScriptWorker.start(host.address, { traceContext }),
  ] as const;
  await far.register("traced");
  await far.subscribe("traced", "traced");
  const carrier = { traceparent: "00-aa-bb-01", tracestate: "vendor=1", baggage: "stays here" };
  await present.run(carrier, () => near.send("traced/k", "hello"));
  await present.run({ traceparent: "00-cc-dd-01" }, () => near.publish("traced/k", "event"));
  await near.send("traced/k", "without a trace");
  await far.heard.times("traced/k", 3);
  expect(seen).toEqual([{ traceparent: "00-aa-bb-01", tracestate: "vendor=1" }, { traceparent: "00-cc-dd-01" }]);
  await Promise.all([near, far].map((each) => each.runtime.close()));
  await host.stop();
});
