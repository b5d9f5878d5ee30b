// Which user classes and which shape take part, and how the classes are set.
import { useState } from "preact/hooks";
import { args } from "../data/args";
import type { UserSettings } from "../data/model";
import { Icon } from "../ui/icons";
import { ClassSettings } from "./ClassSettings";
import { SelectField } from "./fields";
import type { TestForm } from "./form";

export function ClassPicker({
  form,
  onInput,
}: {
  form: TestForm;
  onInput: (part: Partial<TestForm>) => void;
}) {
  const names = args.available_user_classes ?? [];
  const [settings, setSettings] = useState(args.users ?? {});
  const [open, setOpen] = useState<string | null>(null);
  const all = names.length > 0 && form.user_classes.length === names.length;
  const toggle = (name: string) =>
    onInput({ user_classes: names.filter((each) => (each === name) !== form.user_classes.includes(each)) });
  return (
    <fieldset class="picker">
      <legend>User classes</legend>
      {names.length === 0 && <p class="nothing">The locustfile has no user class.</p>}
      {names.length > 1 && (
        <label class="tick all">
          <input
            type="checkbox"
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = !all && form.user_classes.length > 0;
            }}
            onInput={() => onInput({ user_classes: all ? [] : names })}
          />
          All
        </label>
      )}
      <ul>
        {names.map((name) => (
          <li key={name}>
            <label class="tick">
              <input
                type="checkbox"
                checked={form.user_classes.includes(name)}
                onInput={() => toggle(name)}
              />
              <b>{name}</b>
            </label>
            <span class="muted">{factsOf(settings[name])}</span>
            <button
              type="button"
              class="plain round"
              aria-label={`Settings of ${name}`}
              onClick={() => setOpen(name)}
            >
              <Icon name="gear" />
            </button>
          </li>
        ))}
      </ul>
      {args.available_shape_classes.length > 1 && (
        <SelectField
          label="Load shape"
          name="shape_class"
          value={form.shape_class}
          choices={args.available_shape_classes}
          onInput={(shape_class) => onInput({ shape_class })}
        />
      )}
      {open && (
        <ClassSettings
          name={open}
          settings={settings[open] ?? {}}
          tasks={[...new Set(args.available_user_tasks?.[open] ?? [])]}
          onSaved={(saved) => {
            setSettings({ ...settings, [open]: saved });
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </fieldset>
  );
}

function factsOf(settings: UserSettings | undefined): string {
  if (!settings) return "";
  const { host, weight, fixed_count } = settings;
  const share = fixed_count ? `fixed: ${fixed_count}` : weight === undefined ? "" : `weight ${weight}`;
  return [share, host].filter(Boolean).join(" · ");
}
