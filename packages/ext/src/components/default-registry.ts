import { agentchatComponents } from "@tesserae/agentchat";
import { ComponentRegistry, coreComponents } from "@tesserae/core";
import { extComponents } from "./ext-components.ts";

/**
 * A registry of every component of Tesserae: what component files may name. Each call makes a new one, so that an
 * application may add its own classes to it: `defaultRegistry().register(MyAgent)`.
 */
export function defaultRegistry(): ComponentRegistry {
  return new ComponentRegistry().register(...coreComponents(), ...agentchatComponents(), ...extComponents());
}
