import { NotImplementedError } from "@tesserae/core";
import type * as Diagnostics from "node:diagnostics_channel";
import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Net from "node:net";
import type * as Tls from "node:tls";
import type * as Zlib from "node:zlib";

interface Builtins {
  readonly "node:diagnostics_channel": typeof Diagnostics;
  readonly "node:http": typeof Http;
  readonly "node:https": typeof Https;
  readonly "node:net": typeof Net;
  readonly "node:tls": typeof Tls;
  readonly "node:zlib": typeof Zlib;
}

/**
 * A module of the platform, loaded when it is first needed.
 * Nothing is loaded at start, and nothing where there is no Node.
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const module = load(name);
  if (module === undefined) {
    throw new NotImplementedError(`This platform has no ${name}. Pass a fetch function to the transport.`);
  }
  return module;
}

/** Whether requests can be sent over sockets here. */
export function hasSockets(): boolean {
  return load("node:net") !== undefined;
}

function load<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const hasLoader = typeof process !== "undefined" && typeof process.getBuiltinModule === "function";
  return hasLoader ? process.getBuiltinModule(name) : undefined;
}
