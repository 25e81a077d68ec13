// Reads a feed, or a list of feeds, by the feedsmith library, and prints it as JSON, as the library has it.
import { readFileSync } from "node:fs";
import { parseFeed, parseOpml } from "feedsmith";

const path = process.argv[2];
const text = readFileSync(path, "utf8");
console.log(JSON.stringify(path.endsWith(".opml") ? parseOpml(text) : parseFeed(text).feed));
