import assert from "node:assert/strict";
import { test } from "node:test";
import { EventParser, type ServerEvent } from "../src/data/stream";

function parsed(...pieces: string[]): string[] {
  const found: ServerEvent[] = [];
  const parser = new EventParser((event) => found.push(event));
  for (const piece of pieces) parser.feed(piece);
  return found.map(({ name, data }) => `${name}=${data}`);
}

const text = 'event: delta\ndata: {"a":1}\n\nevent: snapshot\ndata: {}\n\n';

test("events come out the same however the text is cut", () => {
  const whole = parsed(text);
  assert.deepEqual(whole, ['delta={"a":1}', "snapshot={}"]);
  for (let at = 0; at <= text.length; at++)
    assert.deepEqual(parsed(text.slice(0, at), text.slice(at)), whole);
  assert.deepEqual(parsed(...text), whole);
});

test("signs of life, unfinished events and events without data are none", () => {
  assert.deepEqual(parsed(": here\n\n", "event: x\n\n", "data: half"), []);
});

test("several data lines are one text; one space after the colon is not part of it", () => {
  assert.deepEqual(parsed("data: a\ndata:  b\ndata:c\n\n"), ["message=a\n b\nc"]);
});

test("a line that ends in CR LF ends there, even when a piece ends between the two", () => {
  assert.deepEqual(parsed("event: e\r\ndata: 1\r\n\r\n"), ["e=1"]);
  assert.deepEqual(parsed("event: e\r", "\ndata: 1\r\n\r", "\n"), ["e=1"]);
});
