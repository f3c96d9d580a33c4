import { agentchatComponents } from "@tesserae/agentchat";
import { ComponentRegistry, coreComponents, type ComponentDefinition, type LazyComponent } from "@tesserae/core";
import { extComponents } from "./ext-components.ts";

/**
 * A registry of every component of Tesserae: what component files may name, by AutoGen's provider string or by the name
 * of the class alone where only one class has it. Each call makes a new one, so that an application may add its own
 * classes to it: `defaultRegistry().register(MyAgent)`.
 */
export function defaultRegistry(): ComponentRegistry {
  const eager = [...coreComponents(), ...agentchatComponents()].map((entry) =>
    "component" in entry ? entry.component : entry,
  );
  return new ComponentRegistry().register(...withBareNames([...eager.map(lazily), ...extComponents()]));
}

function lazily(definition: ComponentDefinition): LazyComponent {
  const { provider, componentType, aliases } = definition;
  const lazy: LazyComponent = { provider, componentType, load: () => Promise.resolve(definition) };
  return aliases === undefined ? lazy : { ...lazy, aliases };
}

/** Adds the name of the class as an alias where no other class has it. */
function withBareNames(entries: readonly LazyComponent[]): readonly LazyComponent[] {
  const owners = new Map<string, number>();
  for (const { provider } of entries) owners.set(bareName(provider), (owners.get(bareName(provider)) ?? 0) + 1);
  return entries.map((entry) => {
    const name = bareName(entry.provider);
    const { aliases = [] } = entry;
    return owners.get(name) === 1 && !aliases.includes(name) ? { ...entry, aliases: [...aliases, name] } : entry;
  });
}

function bareName(provider: string): string {
  return provider.slice(provider.lastIndexOf(".") + 1);
}
