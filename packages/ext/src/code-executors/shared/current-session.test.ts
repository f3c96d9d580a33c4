import { expect, test } from "vitest";
import { CurrentSession } from "./current-session.ts";

/** Sessions that say what happens to them. */
function sessions(): { readonly current: CurrentSession<{ close(): Promise<void> }>; readonly told: string[] } {
  const told: string[] = [];
  const current = new CurrentSession(async () => {
    told.push("opened");
    await Promise.resolve();
    return { close: async () => void told.push("closed") };
  });
  return { current, told };
}

test("all calls share one session; the next after its end is another one", async () => {
  const { current, told } = sessions();
  expect(current.opened).toBeUndefined();
  const [one, two] = await Promise.all([current.open(), current.open()]);
  expect(one).toBe(two);
  expect(current.opened).toBe(one);
  await current.close();
  expect(current.opened).toBeUndefined();
  expect(await current.open()).not.toBe(one);
  expect(told).toEqual(["opened", "closed", "opened"]);
});

test("a session that could not be opened is tried again by the next call", async () => {
  let tries = 0;
  const current = new CurrentSession(async () => {
    tries += 1;
    if (tries === 1) throw new Error("no engine answers");
    return { close: async () => {} };
  });
  await expect(current.open()).rejects.toThrow("no engine answers");
  expect(current.opened).toBeUndefined();
  await current.open();
  expect(tries).toBe(2);
});

test("the end breaks off what runs, and the session is closed after it", async () => {
  const { current, told } = sessions();
  const running = current.run(async (signal) => {
    await current.open();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    told.push("broken off");
  }, undefined);
  await current.open();
  await current.close();
  await running;
  expect(told).toEqual(["opened", "broken off", "closed"]);
});

test("what opens while it is closed is closed too, and is not the session", async () => {
  const { current, told } = sessions();
  const opening = current.open();
  await current.close();
  await opening;
  expect(current.opened).toBeUndefined();
  expect(told).toEqual(["opened", "closed"]);
});

test("work ends with the signal of its caller, and with its reason", async () => {
  const { current } = sessions();
  const controller = new AbortController();
  const running = current.run(
    (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason))),
    controller.signal,
  );
  controller.abort("enough");
  expect(await running).toBe("enough");
});
