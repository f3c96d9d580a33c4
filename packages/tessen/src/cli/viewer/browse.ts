import type { TessenEvent } from "../../events/tessen-event.ts";
import type { Style } from "../output/style.ts";
import type { Terminal } from "../terminal.ts";
import { pressKey, startBrowsing } from "./browser-state.ts";
import { drawScreen, pageOf } from "./draw-screen.ts";

/** Lets somebody leaf through events with the keyboard, on a screen of its own that is gone afterwards. */
export async function browse(
  events: readonly TessenEvent[],
  keys: AsyncIterable<string>,
  style: Style,
  terminal: Terminal,
): Promise<void> {
  let state = startBrowsing(events);
  const draw = (): void => terminal.write(`\u001b[H\u001b[2J${drawScreen(state, style, terminal)}`);
  // The other screen of the terminal, and no cursor.
  terminal.write("\u001b[?1049h\u001b[?25l");
  try {
    draw();
    for await (const key of keys) {
      state = pressKey(state, key, pageOf(terminal.rows));
      if (state.isOver) break;
      draw();
    }
  } finally {
    terminal.write("\u001b[?25h\u001b[?1049l");
  }
}
