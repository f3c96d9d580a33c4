import type { LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { guardedLookup, isPrivateAddress } from "./address-guard.ts";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::",
  "fd00:ec2::254",
  "fe80::1",
  "ff02::1",
  "not an address",
])("%s is private", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(["8.8.8.8", "104.18.7.192", "172.32.0.1", "100.128.0.1", "2606:4700::6812:7c0", "2a00:1450:4001:830::200e"])(
  "%s is public",
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);

const answering =
  (...addresses: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    if (options.all === true)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0] ?? "", 4);
  };
const ask = (lookup: LookupFunction, all: boolean): Promise<unknown> =>
  new Promise((resolve) => {
    guardedLookup(lookup)("provider.example", { all }, (error, answer) => resolve(error ?? answer));
  });

test("a name that stands for a public address is looked up as ever", async () => {
  expect(await ask(answering("8.8.8.8"), false)).toBe("8.8.8.8");
  expect(await ask(answering("8.8.8.8", "8.8.4.4"), true)).toHaveLength(2);
});

test("one private address among several is enough to refuse, and the message does not tell it", async () => {
  for (const all of [true, false]) {
    expect(await ask(answering("169.254.169.254", "8.8.8.8"), all)).toMatchObject({ code: "EPRIVATEADDRESS" });
  }
  expect(await ask(answering("8.8.8.8", "10.0.0.1"), true)).toMatchObject({
    message: expect.not.stringContaining("10.0.0.1") as unknown,
  });
});
