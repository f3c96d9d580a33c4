/** Starts a recorder whose every hook is broken, as `--import`. */
import { init } from "@tesserae/tessen";

let events = 0;
init({
  agentName: "agent",
  beforeWrite: (event) => {
    events += 1;
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    switch (events % 6) {
      case 0:
        throw new Error("A hook of the user's own that fails");
      case 1:
        return { ...event, note: circle };
      case 2:
        return { ...event, tokens: 1n };
      case 3:
        return Object.assign(Object.create(null), { event_id: null });
      case 4:
        return new Proxy(event, {
          ownKeys: () => {
            throw new Error("Nobody may look");
          },
        });
      default:
        return null;
    }
  },
  onEvent: () => {
    throw new Error("Another one that fails");
  },
});
