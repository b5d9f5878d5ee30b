import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { args } from "../src/data/args";
import { editFields, firstForm, keepingChanges, runTimeForm, startFields, withLast } from "../src/page/form";

const sent = (fields: URLSearchParams) => [...fields].map(([name, value]) => `${name}=${value}`);

test("the first form holds what the program was started with", () => {
  const form = firstForm();
  assert.deepEqual(
    [form.user_count, form.spawn_rate, form.run_time, form.host],
    ["3", "0.5", "90s", "http://shop.example"],
  );
  assert.deepEqual(form.options, { a1: 3, verify_tls: false, flavours: ["vanilla"], api_key: "s3cret" });
});

test("the last form wins, but for secrets, for classes that are gone and for what it does not name", () => {
  const last = {
    user_count: "7",
    user_classes: ["Gone", "Admin"],
    verify_tls: "true",
    flavours: ["lemon"],
    api_key: "***",
    unknown: "x",
  };
  const form = withLast(firstForm(), last);
  assert.deepEqual([form.user_count, form.spawn_rate, form.user_classes], ["7", "0.5", ["Admin"]]);
  assert.deepEqual(form.options, { a1: 3, verify_tls: true, flavours: ["lemon"], api_key: "s3cret" });
  assert.deepEqual(withLast(firstForm(), { user_classes: "Gone" }).user_classes, ["Admin", "Buyer_view"]);
});

test("what came late does not overwrite what was typed meanwhile", () => {
  const before = { a: "1", b: ["x"] };
  assert.deepEqual(keepingChanges(before, { a: "2", b: ["x"] }, { a: "9", b: ["y"] }), { a: "2", b: ["y"] });
});

test("a start sends everything under the names of the locustfile, lists as repeated fields", () => {
  const form = {
    ...firstForm(),
    user_count: " 7 ",
    options: { ...firstForm().options, flavours: ["a", "b"] },
  };
  assert.deepEqual(sent(startFields(form)), [
    "user_count=7",
    "spawn_rate=0.5",
    "run_time=90s",
    "host=http://shop.example",
    "profile=",
    "user_classes=Admin",
    "user_classes=Buyer_view",
    "shape_class=Default",
    "a1=3",
    "verify_tls=false",
    "flavours=a",
    "flavours=b",
    "api_key=s3cret",
    "acrida_run=0",
  ]);
});

test("a shape decides the load: none is sent, unless it takes the common options", (t) => {
  const form = { ...firstForm(), shape_class: "Waves" };
  assert.ok(!startFields(form).has("user_count"));
  args.shape_use_common_options = true;
  t.after(() => (args.shape_use_common_options = null));
  assert.equal(startFields(form).get("user_count"), "3");
});

test("an edit sends the load and only the options that were changed", () => {
  const form = firstForm();
  const edited = { ...form, run_time: "", options: { ...form.options, a1: 4 } };
  assert.deepEqual(sent(editFields(edited, form.options)), ["user_count=3", "spawn_rate=0.5", "a1=4"]);
});

test("run times are those that the server reads", () => {
  for (const text of ["20", "20s", "3m", "2h", "1h20m", "3h30m10s"]) assert.match(text, runTimeForm);
  for (const text of ["", "q", "1h30", "30m45", "-1", "1.5s"]) assert.doesNotMatch(text, runTimeForm);
});
