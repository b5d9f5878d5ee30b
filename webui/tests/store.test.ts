import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryPoint, Row, State } from "../src/data/model";
import {
  applyDelta,
  applySnapshot,
  errors,
  history,
  live,
  logs,
  pastRuns,
  recent,
  rows,
  workers,
} from "../src/data/store";

const start = 1_790_000_000;
const iso = (seconds: number) => new Date((start + seconds) * 1000).toISOString();
const row = (name: string, num_requests = 1) => ({ ...live.total.peek(), method: "GET", name, num_requests });
const worker = (id: string, user_count = 0) => ({
  id,
  state: "running",
  user_count,
  cpu_usage: 0,
  memory_usage: 0,
});
const point = (seconds: number): HistoryPoint => ({
  time: iso(seconds),
  current_rps: [iso(seconds), 1],
  current_fail_per_sec: [iso(seconds), 0],
  user_count: [iso(seconds), 2],
});
const run = (number: number) => ({ number, started_at: start, ended_at: null, run_time: null, shape: null });

function snapshot(part: Partial<State> = {}): void {
  applySnapshot({
    now: start,
    state: "running",
    run: run(1),
    rows: [row("/a"), row("/b")],
    errors: [],
    exceptions: [],
    workers: [worker("w1"), worker("w2")],
    history: [],
    logs: { master: [], workers: {} },
    ...part,
  } as State);
}
const names = (list: Row[]) => list.map(({ name, num_requests }) => `${name}:${num_requests}`);

test("a delta replaces the rows that it names, adds new ones and leaves the others as they were", () => {
  snapshot();
  const untouched = rows.value[0];
  applyDelta({ rows: [row("/b", 7), row("/c", 2)] });
  assert.deepEqual(names(rows.value), ["/a:1", "/b:7", "/c:2"]);
  assert.equal(rows.value[0], untouched);
});

test("rows of the same name are told apart by their method", () => {
  snapshot();
  applyDelta({ rows: [{ ...row("/a", 9), method: "POST" }] });
  assert.deepEqual(names(rows.value), ["/a:1", "/b:1", "/a:9"]);
});

test("a delta without rows keeps the list itself: nothing is drawn anew", () => {
  snapshot();
  const before = rows.value;
  applyDelta({ rows: [], user_count: 5 });
  assert.equal(rows.value, before);
  assert.equal(live.user_count.value, 5);
});

test("a value that a delta does not name stays, even when the new one is null or zero elsewhere", () => {
  snapshot({ host: "http://a", profile: "p", spawn_rate: 4 });
  applyDelta({ profile: null, spawn_rate: 0 });
  assert.deepEqual([live.host.value, live.profile.value, live.spawn_rate.value], ["http://a", null, 0]);
});

test("removed workers go, changed ones change", () => {
  snapshot();
  applyDelta({ workers: [worker("w2", 30), worker("w3")], removed_workers: ["w1"] });
  assert.deepEqual(
    workers.value.map(({ id, user_count }) => [id, user_count]),
    [
      ["w2", 30],
      ["w3", 0],
    ],
  );
});

test("errors are one by method, name and text", () => {
  snapshot();
  const error = { method: "GET", name: "/a", error: "no", occurrences: 1, first_seen: 1, last_seen: 1 };
  applyDelta({ errors: [error, { ...error, error: "other" }] });
  applyDelta({ errors: [{ ...error, occurrences: 4 }] });
  assert.deepEqual(
    errors.value.map(({ error: text, occurrences }) => [text, occurrences]),
    [
      ["no", 4],
      ["other", 1],
    ],
  );
});

test("of each node the last 500 lines are kept, also of one that is new", () => {
  snapshot({ logs: { master: ["first"], workers: {} } });
  applyDelta({ logs: { master: Array.from({ length: 500 }, (_, i) => `m${i}`), workers: { w1: ["x"] } } });
  assert.deepEqual([logs.value.master.length, logs.value.master[0]], [500, "m0"]);
  assert.deepEqual(logs.value.workers, { w1: ["x"] });
});

test("points of the present fill the time since the last one of the history, once each", () => {
  snapshot({ history: [point(0)] });
  for (const seconds of [1, 2, 2, 3]) applyDelta({ now: start + seconds });
  assert.deepEqual(
    recent.value.map(({ time }) => time),
    [iso(1), iso(2), iso(3)],
  );
  applyDelta({ now: start + 5, history: [point(4)] });
  assert.deepEqual([history.value.length, recent.value.map(({ time }) => time)], [2, [iso(5)]]);
});

test("they are never more than 120, and none comes while nothing runs", () => {
  snapshot();
  for (let second = 1; second <= 200; second++) applyDelta({ now: start + second });
  assert.deepEqual([recent.value.length, recent.value.at(-1)?.time], [120, iso(200)]);
  applyDelta({ now: start + 201, state: "stopped" });
  assert.equal(recent.value.at(-1)?.time, iso(200));
});

test("the points of a test are kept when the next one begins, at most of five tests", () => {
  for (let number = 10; number < 18; number++) snapshot({ run: run(number), history: [point(number)] });
  assert.deepEqual(
    pastRuns.value.map((past) => [past.number, past.points[0]?.time]),
    [12, 13, 14, 15, 16].map((number) => [number, iso(number)]),
  );
});

test("a snapshot of the same test (a reset, a gap in the stream) keeps none", () => {
  const before = pastRuns.value;
  snapshot({ run: run(17), history: [] });
  assert.equal(pastRuns.value, before);
});
