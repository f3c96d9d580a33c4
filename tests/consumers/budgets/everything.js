/* What the size of the bundle is measured of: nothing can be left out of a file that exports it all. */
export * from "@tesserae/agentchat";
export * from "@tesserae/core";
