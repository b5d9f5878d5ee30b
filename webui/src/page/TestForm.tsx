// Everything that a new test needs: on the start page and in the window behind "New test".
import { useEffect, useState } from "preact/hooks";
import { args } from "../data/args";
import { pollOnce } from "../data/polling";
import { link } from "../data/connection";
import { live } from "../data/store";
import { Icon } from "../ui/icons";
import { ClassPicker } from "./ClassPicker";
import { TextField } from "./fields";
import {
  fetchLastForm,
  firstForm,
  isShaped,
  keepingChanges,
  runTimeForm,
  send,
  startFields,
  type TestForm as Form,
} from "./form";
import { OptionFields } from "./OptionFields";

export function TestForm({ onStarted }: { onStarted?: () => void }) {
  const [form, setForm] = useState(firstForm);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  useEffect(() => {
    void fetchLastForm(form).then((last) =>
      setForm((now) => ({
        ...keepingChanges(form, now, last),
        options: keepingChanges(form.options, now.options, last.options),
      })),
    );
  }, []);
  const change = (part: Partial<Form>) => setForm((old) => ({ ...old, ...part }));
  const blocked = useBlocked(form);

  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setRefusal(null);
    const message = await send(startFields(form));
    setSending(false);
    setRefusal(message);
    if (message) return;
    if (link.value === "polling") await pollOnce().catch(() => undefined);
    onStarted?.();
  };
  return (
    <form class="test-form" onSubmit={submit} aria-label="New load test">
      {args.show_userclass_picker && <ClassPicker form={form} onInput={change} />}
      <LoadFields form={form} onInput={change} />
      <HostField form={form} onInput={change} />
      <More form={form} onInput={change} />
      {refusal && (
        <p class="refusal" role="alert">
          <Icon name="warning" /> {refusal}
        </p>
      )}
      {blocked && <p class="hint blocked">{blocked}</p>}
      <button type="submit" class="primary big" disabled={isSending || blocked !== null}>
        <Icon name="play" /> {isSending ? "Starting…" : "Start"}
      </button>
    </form>
  );
}

type Part = { form: Form; onInput: (part: Partial<Form>) => void };

/** Why a start makes no sense now; null: it does. */
function useBlocked(form: Form): string | null {
  if (live.is_distributed.value && live.worker_count.value === 0)
    return "No worker is connected yet. The button comes to life with the first one.";
  if (live.notices.value.some(({ kind }) => kind === "no_user_classes"))
    return "There is no user class to start.";
  if (args.show_userclass_picker && form.user_classes.length === 0) return "Choose at least one user class.";
  return null;
}

export function LoadFields({ form, onInput, isEdit = false }: Part & { isEdit?: boolean }) {
  const shaped = isShaped(form);
  const why = shaped ? { hint: "The load shape decides this." } : {};
  return (
    <div class="pair">
      <TextField
        label={isEdit ? "Users" : "Number of users (peak)"}
        name="user_count"
        value={shaped ? "" : form.user_count}
        disabled={shaped}
        required
        focused={!shaped}
        inputMode="numeric"
        pattern="\s*[0-9]+\s*"
        invalid="A whole number, 0 or more."
        onInput={(user_count) => onInput({ user_count })}
        {...why}
      />
      <TextField
        label="Ramp up (users per second)"
        name="spawn_rate"
        value={shaped ? "" : form.spawn_rate}
        disabled={shaped}
        required
        inputMode="decimal"
        pattern="\s*([0-9]*[1-9][0-9]*([.][0-9]*)?|0*[.][0-9]*[1-9][0-9]*)\s*"
        invalid="A number above 0."
        onInput={(spawn_rate) => onInput({ spawn_rate })}
        {...why}
      />
    </div>
  );
}

function HostField({ form, onInput }: Part) {
  const [wasLeft, setLeft] = useState(false);
  const host = form.host.trim();
  const looksWrong = wasLeft && host !== "" && !/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(host);
  const hint = args.override_host_warning
    ? "The user classes have different hosts; a value here replaces them all."
    : args.missing_host_warning && !host
      ? "A user class has no host of its own: without one here its requests fail."
      : null;
  return (
    <div onFocusOut={() => setLeft(true)}>
      <TextField
        label="Host"
        name="host"
        value={form.host}
        inputMode="url"
        placeholder="https://shop.example"
        required={args.is_host_required}
        warning={looksWrong ? "This is no address: it should begin with http:// or https://." : null}
        onInput={(value) => onInput({ host: value })}
        {...(hint && { hint })}
      />
    </div>
  );
}

const hasOptions = Object.keys(args.extra_options).length > 0;

function More({ form, onInput }: Part) {
  const shaped = isShaped(form);
  return (
    <>
      <details class="more" open={form.run_time !== "" || form.profile !== ""}>
        <summary>Advanced</summary>
        <div class="pair">
          <RunTimeField form={form} onInput={onInput} disabled={shaped} />
          <TextField
            label="Profile"
            name="profile"
            value={form.profile}
            suggestions={args.all_profiles ?? []}
            hint="A name for this test, shown in its report."
            onInput={(profile) => onInput({ profile })}
          />
        </div>
      </details>
      {hasOptions && (
        <details class="more" open>
          <summary>Options of the locustfile</summary>
          <OptionFields options={form.options} onInput={(options) => onInput({ options })} />
        </details>
      )}
    </>
  );
}

export function RunTimeField({
  form,
  onInput,
  disabled = false,
  hint,
}: Part & { disabled?: boolean; hint?: string }) {
  return (
    <TextField
      label="Run time"
      name="run_time"
      value={disabled ? "" : form.run_time}
      disabled={disabled}
      pattern={runTimeForm.source}
      invalid="Like 20, 20s, 3m, 2h, 1h20m or 3h30m10s."
      hint={hint ?? "Like 20s, 3m or 1h20m; empty: until you stop it."}
      onInput={(run_time) => onInput({ run_time })}
    />
  );
}
