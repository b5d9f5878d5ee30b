import { useEffect, useState } from "preact/hooks";
import { args } from "../data/args";
import { link } from "../data/connection";
import { pollOnce } from "../data/polling";
import { live } from "../data/store";
import { Dialog } from "../ui/Dialog";
import { editFields, fetchLastForm, firstForm, keepingChanges, send, type TestForm } from "./form";
import { OptionFields } from "./OptionFields";
import { LoadFields, RunTimeField } from "./TestForm";

/** The load as it is now: another browser or a script may have changed it. */
function presentForm(form: TestForm): TestForm {
  const users = live.target_user_count.value || live.user_count.value;
  return {
    ...form,
    user_count: String(users),
    spawn_rate: String(live.spawn_rate.value ?? form.spawn_rate),
    run_time: "",
  };
}

export function EditDialog({ onClose }: { onClose: () => void }) {
  const [form, setForm] = useState(() => presentForm(firstForm()));
  const [before, setBefore] = useState(form.options);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    void fetchLastForm(firstForm()).then(({ options }) => {
      setBefore(options);
      setForm((old) => ({ ...old, options: keepingChanges(form.options, old.options, options) }));
    });
  }, []);
  const change = (part: Partial<TestForm>) => setForm((old) => ({ ...old, ...part }));
  const submit = async (event: Event) => {
    event.preventDefault();
    const message = await send(editFields(form, before));
    setRefusal(message);
    if (message) return;
    if (link.value === "polling") await pollOnce().catch(() => undefined);
    onClose();
  };
  return (
    <Dialog title="Edit the running test" onClose={onClose}>
      <form class="test-form" onSubmit={submit}>
        <LoadFields form={form} onInput={change} isEdit />
        <RunTimeField form={form} onInput={change} hint="Counted from now; empty: as it is." />
        {Object.keys(args.extra_options).length > 0 && (
          <OptionFields options={form.options} onInput={(options) => change({ options })} />
        )}
        {refusal && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        <button type="submit" class="primary big">
          Update
        </button>
      </form>
    </Dialog>
  );
}
