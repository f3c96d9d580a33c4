import { listAgents } from "../../events/list-agents.ts";
import { recent } from "../../events/recent.ts";
import { objectOf, textOf } from "../../tags/json-shape.ts";
import { cleanLine } from "../output/clean.ts";
import { formatAge } from "../output/format.ts";
import type { Check } from "./check.ts";

/** Of so many of an agent's last events it is looked whether one tells of trouble with the log. */
const LOOKED_AT = 50;

/** When each agent was last heard of, and whether its log could be written of late. `now` is in milliseconds since 1970. */
export function checkAgents(logDir: string, now: number): Check[] {
  const agents = listAgents({ logDir });
  if (agents.length === 0) {
    return [{ section: "agents", state: "good", text: `nothing is recorded in ${logDir} yet` }];
  }
  return agents.flatMap((agent): Check[] => {
    const events = recent(agent, { n: LOOKED_AT, logDir });
    const last = events.at(-1);
    const name = cleanLine(agent, 60);
    const age = last === undefined ? "no event that can be read" : `last event ${formatAge(now - last.ts * 1000)} ago`;
    const outage = events.findLast(
      (event) => event.call_type === "note" && typeof dataOf(event["note"])["lost_events"] === "number",
    );
    return [
      { section: "agents", state: last === undefined ? "warning" : "good", text: `${name}: ${age}` },
      ...(outage === undefined
        ? []
        : [
            {
              section: "agents",
              state: "warning" as const,
              text: `${name}: ${cleanLine(textOf(objectOf(outage["note"])["text"]), 200)}`,
              remedy: "See that the disk has room and the folder can be written.",
            },
          ]),
    ];
  });
}

function dataOf(note: unknown): Readonly<Record<string, unknown>> {
  return objectOf(objectOf(note)["data"]);
}
