import { ValueError } from "../../errors/kinds.ts";
import type { JsonObject } from "../../json.ts";
import type { ComponentDefinition } from "../component.ts";
import { ComponentRegistry } from "../registry.ts";

/** Has a size. */
export class Box {
  static readonly component: ComponentDefinition<Box> = {
    provider: "test.Box",
    componentType: "box",
    aliases: ["Box"],
    label: "Box",
    description: "A box.",
    schema: {
      type: "object",
      properties: { size: { anyOf: [{ type: "integer" }, { type: "null" }] }, note: { type: "string" } },
    },
    toConfig: (box) => ({ size: box.size }),
    fromConfig: (config: { readonly size?: number }) => new Box({ size: config.size ?? 1 }),
  };

  readonly size: number;

  constructor({ size }: { readonly size: number }) {
    if (size > 100) throw new ValueError(`A box of size ${size} fits through no door.`);
    this.size = size;
  }
}

/** Holds boxes. */
export class Cabinet {
  static readonly component: ComponentDefinition<Cabinet> = {
    provider: "test.Cabinet",
    componentType: "cabinet",
    label: "Cabinet",
    description: "A cabinet.",
    schema: {
      type: "object",
      properties: {
        top: { "x-component": ["box"] },
        boxes: {
          anyOf: [{ type: "array", items: { "x-component": ["box"] } }, { "x-component": ["box"] }, { type: "null" }],
        },
        drawers: { type: "object", additionalProperties: { "x-component": ["box", "cabinet"] } },
        rows: { type: "integer", minimum: 1 },
      },
      required: ["top"],
    },
    check: (config) =>
      Array.isArray(config["boxes"]) && config["boxes"].length > 3
        ? [{ pointer: "/boxes", message: "at most three" }]
        : [],
    toConfig: (cabinet, dump) => ({
      top: dump.component(cabinet.top),
      boxes: cabinet.boxes.map((box) => dump.component(box)),
    }),
    fromConfig: async (
      config: { readonly top: JsonObject; readonly boxes?: JsonObject | readonly JsonObject[] },
      load,
    ) => {
      const boxes: Box[] = [];
      const { boxes: given = [] } = config;
      for (const [index, box] of (Array.isArray(given) ? given : []).entries()) {
        boxes.push(await load.component<Box>(box, `/boxes/${index}`));
      }
      if (!Array.isArray(given)) boxes.push(await load.component<Box>(given, "/boxes"));
      return new Cabinet({ top: await load.component<Box>(config.top, "/top"), boxes });
    },
  };

  readonly top: Box;
  readonly boxes: readonly Box[];

  constructor(options: { readonly top: Box; readonly boxes: readonly Box[] }) {
    this.top = options.top;
    this.boxes = options.boxes;
  }
}

/** Of version 2; version 1 cannot be read. */
export class Old {
  static readonly component: ComponentDefinition<Old> = {
    provider: "test.Old",
    componentType: "old",
    version: 2,
    label: "Old",
    description: "Old.",
    schema: { type: "object" },
    toConfig: () => ({}),
    fromConfig: () => new Old(),
  };

  readonly version = 2;
}

/** Of version 2; version 1 is brought up to date. */
export class OldUpgradable {
  static readonly component: ComponentDefinition<OldUpgradable> = {
    provider: "test.OldUpgradable",
    componentType: "old",
    version: 2,
    label: "OldUpgradable",
    description: "Old.",
    schema: { type: "object", properties: { fresh: { type: "string" } }, required: ["fresh"] },
    upgrade: (config) => {
      if (config["old"] === undefined) throw new ValueError("version 1 has the key old");
      return { fresh: config["old"] };
    },
    toConfig: ({ fresh }) => ({ fresh }),
    fromConfig: (config: { readonly fresh: string }) => new OldUpgradable(config.fresh),
  };

  readonly fresh: string;

  constructor(fresh: string) {
    this.fresh = fresh;
  }
}

/** Has secrets. */
export class Secretive {
  static readonly component: ComponentDefinition<Secretive> = {
    provider: "test.Secretive",
    componentType: "secretive",
    label: "Secretive",
    description: "Has secrets.",
    schema: {
      type: "object",
      properties: { key: { type: "string" }, headers: { type: "object", additionalProperties: { type: "string" } } },
    },
    secrets: ["key", "headers"],
    toConfig: ({ key, headers }) => ({ key, headers }),
    fromConfig: (config: { readonly key: string; readonly headers: { readonly [name: string]: string } }) =>
      new Secretive(config),
  };

  readonly key: string;
  readonly headers: { readonly [name: string]: string };

  constructor(options: { readonly key: string; readonly headers: { readonly [name: string]: string } }) {
    this.key = options.key;
    this.headers = options.headers;
  }
}

/** Holds what JSON cannot, by its name. */
export class Named {
  static readonly component: ComponentDefinition<Named> = {
    provider: "test.Named",
    componentType: "named",
    label: "Named",
    description: "Named.",
    schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    toConfig: () => ({}),
    fromConfig: (config: { readonly name: string }, { resolve }) => new Named(resolve("thing", config.name)),
  };

  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Knows all of them. */
export function testRegistry(): ComponentRegistry {
  return new ComponentRegistry().register(Box, Cabinet, Old, OldUpgradable, Secretive, Named);
}
