import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { pollOnce } from "../src/data/polling";
import { history, live, logs, rows } from "../src/data/store";

const row = (name: string, num_requests: number) => ({
  ...live.total.peek(),
  method: name === "Aggregated" ? "" : "GET",
  name,
  num_requests,
});

/** A server without an event stream, which has counted so many requests. */
function serve(requests: number): void {
  const answers: Record<string, unknown> = {
    "/stats/requests": {
      stats: [row("/a", requests), row("Aggregated", requests)],
      errors: [],
      state: "running",
      user_count: 4,
      fail_ratio: 0.5,
      current_response_time_percentiles: { "response_time_percentile_0.5": 12 },
    },
    "/logs": { master: ["line"], workers: {} },
    "/exceptions": { exceptions: [] },
  };
  globalThis.fetch = async (route) => new Response(JSON.stringify(answers[String(route)]));
}

test("the routes that Locust has give the same state as the stream", async () => {
  serve(10);
  await pollOnce();
  assert.deepEqual(
    rows.value.map(({ name }) => name),
    ["/a"],
  );
  assert.deepEqual([live.total.value.num_requests, live.fail_ratio.value], [10, 0.5]);
  assert.deepEqual(live.current_percentiles.value, { "0.5": 12 });
  assert.deepEqual(logs.value.master, ["line"]);
  assert.equal(history.value.length, 1);
});

test("counts that fall are a new test", async () => {
  const before = live.run.value.number;
  serve(12);
  await pollOnce();
  assert.equal(live.run.value.number, before);
  serve(2);
  await pollOnce();
  assert.deepEqual([live.run.value.number, history.value.length], [before + 1, 1]);
});

test("an answer that is none is an error a person can read", async () => {
  globalThis.fetch = async () => new Response("no", { status: 502 });
  await assert.rejects(pollOnce, /answered with status 502/);
  globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));
  await assert.rejects(pollOnce, /The server cannot be reached/);
});
