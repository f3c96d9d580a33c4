/*
 * The first step of `npm start`, `npm test` and `npm run check`: is this a Node that can run the repository?
 * No imports and old syntax only, so that any Node gets as far as the message. npm puts the pinned Node first in the
 * PATH of its scripts; this one speaks up where that one is missing.
 */
var parts = process.versions.node.split(".");
var supported = Number(parts[0]) > 22 || (Number(parts[0]) === 22 && Number(parts[1]) >= 19);

if (!supported) {
  console.error(
    "Tesserae needs Node 22.19 or later, and this is Node " +
      process.versions.node +
      ".\n" +
      "The repository brings its own Node 24 for Linux, macOS and Windows: run `npm install` first,\n" +
      "without --omit=optional. Where no such package exists (Alpine Linux, for example),\n" +
      "install Node 22.19 or later yourself (https://nodejs.org) and run the command again.",
  );
  process.exit(1);
}
