/** How the command is called here, for advice: in a clone of the repository it is in no search path, and npm finds it. */
export const COMMAND: string = import.meta.url.endsWith(".ts") ? "npx tesserae" : "tesserae";
