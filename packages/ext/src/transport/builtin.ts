import { NotImplementedError } from "@tesserae/core";
import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Tls from "node:tls";
import type * as Zlib from "node:zlib";

interface Builtins {
  readonly "node:http": typeof Http;
  readonly "node:https": typeof Https;
  readonly "node:tls": typeof Tls;
  readonly "node:zlib": typeof Zlib;
}

/**
 * A module of the platform, loaded when it is first needed.
 * An `import` of `node:http` would cost 27 ms at start where this costs 2: its ES-module face loads `undici`.
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const module = load(name);
  if (module === undefined) {
    throw new NotImplementedError(`This platform has no ${name}. Pass a fetch function to the transport.`);
  }
  return module;
}

/** Whether requests can be sent by `node:http` here. */
export function hasNodeHttp(): boolean {
  return load("node:http") !== undefined;
}

function load<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const hasLoader = typeof process !== "undefined" && typeof process.getBuiltinModule === "function";
  return hasLoader ? process.getBuiltinModule(name) : undefined;
}
