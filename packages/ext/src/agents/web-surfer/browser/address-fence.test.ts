import { describe, expect, test } from "vitest";
import { AddressFence } from "./address-fence.ts";

describe("a fence", () => {
  test.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "ff02::1",
    "2002:7f00:1::",
    "no address",
  ])("takes %s for private", (address) => {
    expect(new AddressFence({}).isPrivate(address)).toBe(true);
  });

  test.each(["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])(
    "takes %s for public",
    (address) => {
      expect(new AddressFence({}).isPrivate(address)).toBe(false);
    },
  );

  test("refuses names that lead to this machine, and lets public addresses pass", async () => {
    const fence = new AddressFence({});
    expect(await fence.admit("localhost", 80)).toMatchObject({ refused: expect.stringContaining("private network") });
    expect(await fence.admit("LOCALHOST.", 80)).toMatchObject({ refused: expect.stringContaining("private network") });
    expect(await fence.admit("[::1]", 80)).toMatchObject({ refused: expect.stringContaining("private network") });
    expect(await fence.admit("1.1.1.1", 443)).toEqual({ address: "1.1.1.1" });
    expect(await fence.admit("does-not.invalid", 443)).toMatchObject({
      refused: expect.stringContaining("no address"),
    });
  });

  test.each([
    ["example.com", "example.com", 80, true],
    ["example.com", "www.example.com", 80, false],
    ["*.example.com", "www.example.com", 80, true],
    ["*.example.com", "example.com", 80, false],
    ["*.example.com", "evilexample.com", 80, false],
    ["127.0.0.1:8080", "127.0.0.1", 8080, true],
    ["127.0.0.1:8080", "127.0.0.1", 8081, false],
    ["[::1]:8080", "::1", 8080, true],
    ["EXAMPLE.com", "example.COM", 80, true],
  ])("that allows %s %s for %s at port %i: %s", async (allowed, host, port, isIn) => {
    const admission = await new AddressFence({ allowedHosts: [allowed] }).admit(host, port);
    const isOut = "refused" in admission && admission.refused.includes("not among the allowed ones");
    expect(!isOut).toBe(isIn);
  });

  test("lets in a private host that is named", async () => {
    expect(await new AddressFence({ allowedHosts: ["127.0.0.1"] }).admit("127.0.0.1", 80)).toEqual({
      address: "127.0.0.1",
    });
  });

  test("is open when nothing is kept out", () => {
    expect(new AddressFence({ blockPrivateNetworks: false }).isOpen).toBe(true);
    expect(new AddressFence({}).isOpen).toBe(false);
    expect(new AddressFence({ blockPrivateNetworks: false, allowedHosts: [] }).isOpen).toBe(false);
  });

  test.each(["https://example.com", "example.com/path", "", "a b", "*", "user@example.com"])(
    "refuses %o as the name of a host",
    (host) => {
      expect(() => new AddressFence({ allowedHosts: [host] })).toThrow("without a scheme and a path");
    },
  );
});
