import assert from "node:assert/strict";
import { test } from "node:test";
import { signOfTrouble, type Seen } from "../src/page/signs";

const well: Seen = {
  state: "running",
  users: 5,
  target: 5,
  total: { num_requests: 100, num_failures: 99 },
  host: "http://shop.example",
  errors: [],
  exceptions: [],
};
const sign = (changed: Partial<Seen>) => {
  const found = signOfTrouble({ ...well, ...changed });
  return found && `${found.title}. ${found.text}`;
};
const error = (text: string, occurrences: number) => ({
  method: "GET",
  name: "/",
  error: text,
  occurrences,
  first_seen: 0,
  last_seen: 0,
});
const exception = (msg: string, count: number) => ({ msg, count, traceback: msg, nodes: "local" });

test("a test of which something comes, or that does not run, gives no sign", () => {
  assert.equal(sign({}), null);
  assert.equal(sign({ total: { num_requests: 9, num_failures: 9 } }), null);
  assert.equal(sign({ total: { num_requests: 50, num_failures: 50 }, state: "stopped" }), null);
  assert.equal(sign({ users: 0, target: 0 }), null);
  assert.equal(sign({ users: 0, state: "spawning" }), null);
});

test("when all requests fail, the most frequent error and the host are named", () => {
  const total = { num_requests: 50, num_failures: 50 };
  const errors = [error("refused", 20), error("no such name", 30)];
  assert.equal(
    sign({ total, errors }),
    "Not one request succeeds. Mostly: no such name. Is the host right (http://shop.example)?",
  );
  assert.equal(sign({ total, host: "" }), "Not one request succeeds. Is the host right?");
  assert.ok((sign({ total, errors: [error("x".repeat(5000), 50)] })?.length ?? 0) < 300);
});

test("when there are only exceptions, the most frequent one is named", () => {
  const total = { num_requests: 0, num_failures: 0 };
  const exceptions = [exception("'token'", 3), exception("", 1)];
  assert.match(
    sign({ total, exceptions, users: 0 }) ?? "",
    /^Not one request is made\. .* mostly: 'token'\./,
  );
  assert.match(sign({ total, exceptions: [exception("", 1)] }) ?? "", /\(no message\)/);
});

test("users that have all ended are said", () => {
  assert.match(sign({ users: 0 }) ?? "", /^No user is left\./);
});
