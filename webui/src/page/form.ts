// What the forms hold and how it is sent; pure but for the two calls at the end.
import { args } from "../data/args";
import { getJson, postSwarm, type SwarmAnswer } from "../data/api";
import type { ExtraOption, OptionValue } from "../data/model";
import { live } from "../data/store";

export interface TestForm {
  user_count: string;
  spawn_rate: string;
  host: string;
  run_time: string;
  profile: string;
  options: Record<string, OptionValue>;
  user_classes: string[];
  shape_class: string;
}

export const runTimeForm = /^(?=\d)(\d+|(\d+h)?(\d+m)?(\d+s)?)$/;
const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function runTimeText(value: number | string | null): string {
  return typeof value === "number" ? `${value}s` : text(value);
}

export function firstForm(): TestForm {
  return {
    user_count: text(args.num_users ?? 1),
    spawn_rate: text(args.spawn_rate ?? 1),
    host: args.host ?? "",
    run_time: runTimeText(args.run_time),
    profile: args.profile ?? "",
    options: Object.fromEntries(
      Object.entries(args.extra_options).map(([name, option]) => [name, option.default_value]),
    ),
    user_classes: args.available_user_classes ?? [],
    shape_class: "Default",
  };
}

type SentForm = Record<string, string | string[] | undefined>;

const listOf = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);

function optionFrom(sent: string | string[], option: ExtraOption): OptionValue {
  if (typeof option.default_value === "boolean") return sent === "true" || sent === "True";
  return option.is_multiple ? listOf(sent) : (listOf(sent)[0] ?? "");
}

/** The values that were sent last, on top of the first ones. */
export function withLast(form: TestForm, last: SentForm): TestForm {
  const next = { ...form, options: { ...form.options } };
  for (const name of ["user_count", "spawn_rate", "host", "run_time", "profile", "shape_class"] as const) {
    const value = last[name];
    if (value !== undefined) next[name] = listOf(value)[0] ?? "";
  }
  const known = new Set(args.available_user_classes ?? []);
  const chosen = listOf(last.user_classes ?? []).filter((name) => known.has(name));
  if (chosen.length) next.user_classes = chosen;
  for (const [name, option] of Object.entries(args.extra_options)) {
    const value = last[name];
    if (value !== undefined && !option.is_secret) next.options[name] = optionFrom(value, option);
  }
  return next;
}

export async function fetchLastForm(form: TestForm): Promise<TestForm> {
  try {
    return withLast(form, await getJson<SentForm>("/last-form"));
  } catch {
    return form; // a server that keeps none
  }
}

function addOptions(fields: URLSearchParams, options: TestForm["options"]): void {
  for (const [name, value] of Object.entries(options)) {
    if (Array.isArray(value)) for (const each of value) fields.append(name, String(each));
    else fields.append(name, text(value));
  }
}

export function isShaped(form: TestForm): boolean {
  if (args.show_userclass_picker && form.shape_class !== "Default") return !args.shape_use_common_options;
  return Boolean(args.hide_common_options);
}

export function startFields(form: TestForm): URLSearchParams {
  const fields = new URLSearchParams();
  if (!isShaped(form)) {
    fields.append("user_count", form.user_count.trim());
    fields.append("spawn_rate", form.spawn_rate.trim());
    fields.append("run_time", form.run_time.trim());
  }
  fields.append("host", form.host.trim());
  fields.append("profile", form.profile.trim());
  if (args.show_userclass_picker) {
    for (const name of form.user_classes) fields.append("user_classes", name);
    fields.append("shape_class", form.shape_class);
  }
  addOptions(fields, form.options);
  fields.append("acrida_run", String(live.run.value.number));
  return fields;
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What came late does not overwrite what the person has changed meanwhile: `before` is what they began with. */
export function keepingChanges<T extends object>(before: T, now: T, late: T): T {
  const entries = Object.keys(late).map((key) => {
    const name = key as keyof T;
    return [key, isSame(now[name], before[name]) ? late[name] : now[name]];
  });
  return Object.fromEntries(entries) as T;
}

type Options = TestForm["options"];

/** Those that are not what they were: the form does not know a secret that was sent before. */
function changedOptions(now: Options, before: Options): Options {
  const isOther = ([name, value]: [string, OptionValue]) => !isSame(value, before[name]);
  return Object.fromEntries(Object.entries(now).filter(isOther));
}

/** Only what an edit changes; classes and host stay as they are. */
export function editFields(form: TestForm, before: Options): URLSearchParams {
  const fields = new URLSearchParams();
  fields.append("user_count", form.user_count.trim());
  fields.append("spawn_rate", form.spawn_rate.trim());
  if (form.run_time.trim() !== "") fields.append("run_time", form.run_time.trim());
  addOptions(fields, changedOptions(form.options, before));
  return fields;
}

/** null: done; otherwise what the server had against it. */
export async function send(fields: URLSearchParams): Promise<string | null> {
  try {
    const answer: SwarmAnswer = await postSwarm(fields);
    return answer.success ? null : answer.message || "The server refused without a reason.";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
