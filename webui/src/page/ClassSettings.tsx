import { useState } from "preact/hooks";
import { postUser } from "../data/api";
import type { UserSettings } from "../data/model";
import { Dialog } from "../ui/Dialog";
import { titleOf } from "../ui/format";
import { ManyField, TextField } from "./fields";

interface Props {
  name: string;
  settings: UserSettings;
  tasks: string[];
  onSaved: (settings: UserSettings) => void;
  onClose: () => void;
}

/** A number stays a number, everything else is text. */
const typed = (value: string, before: unknown) => (typeof before === "number" ? Number(value) : value);

export function ClassSettings({ name, settings, tasks, onSaved, onClose }: Props) {
  const [edited, setEdited] = useState(settings);
  const [refusal, setRefusal] = useState<string | null>(null);
  const fields = Object.keys(settings).filter((key) => key !== "tasks");
  const save = async (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      await postUser({ ...edited, user_class_name: name });
      onSaved(edited);
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  // Enter would send the form around it, which starts the test.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) void save(event);
  };
  return (
    <Dialog title={`Settings of ${name}`} onClose={onClose}>
      {/* No form of its own: it stands inside another one. */}
      <div class="test-form" onKeyDown={onKeyDown}>
        {tasks.length > 0 && (
          <ManyField
            label="Tasks"
            choices={tasks}
            value={[...new Set(edited.tasks ?? [])]}
            onInput={(chosen) => setEdited({ ...edited, tasks: chosen })}
          />
        )}
        {fields.map((key) => (
          <TextField
            key={key}
            label={titleOf(key)}
            value={edited[key] === null || edited[key] === undefined ? "" : String(edited[key])}
            inputMode={typeof settings[key] === "number" ? "numeric" : "text"}
            onInput={(value) => setEdited({ ...edited, [key]: typed(value, settings[key]) })}
          />
        ))}
        {refusal && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        <button type="button" class="primary" onClick={save}>
          Save
        </button>
      </div>
    </Dialog>
  );
}
