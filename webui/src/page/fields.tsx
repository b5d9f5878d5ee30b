// Single fields of the forms.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "../ui/icons";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  warning?: string | null;
}

interface TextProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  name?: string;
  type?: "text" | "password" | "email" | "number" | "url" | "tel" | "date" | "hidden";
  pattern?: string;
  invalid?: string;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  suggestions?: string[];
  inputMode?: "numeric" | "decimal" | "url" | "text";
  focused?: boolean;
}

export function TextField(props: TextProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const isSecret = props.type === "password";
  // The types of JSX want to know it as they compile; all of ours take the same attributes.
  const type = isSecret && isShown ? "text" : (props.type ?? "text");
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="input">
        <input
          id={id}
          name={props.name}
          type={type as "text"}
          value={props.value}
          pattern={props.pattern}
          required={props.required}
          disabled={props.disabled}
          placeholder={props.placeholder}
          inputMode={props.inputMode}
          list={props.suggestions?.length ? `${id}-list` : undefined}
          aria-describedby={props.hint || props.warning ? `${id}-hint` : undefined}
          autoComplete={isSecret ? "off" : undefined}
          spellcheck={false}
          autofocus={props.focused}
          onInput={(event) => {
            event.currentTarget.setCustomValidity("");
            props.onInput(event.currentTarget.value);
          }}
          onInvalid={(event) => {
            const { validity } = event.currentTarget;
            event.currentTarget.setCustomValidity(
              validity.patternMismatch && props.invalid ? props.invalid : "",
            );
          }}
        />
        {isSecret && (
          <button
            type="button"
            class="plain round"
            aria-label={isShown ? `Hide ${props.label}` : `Show ${props.label}`}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          >
            <Icon name="eye" />
          </button>
        )}
      </div>
      {props.suggestions?.length ? (
        <datalist id={`${id}-list`}>
          {props.suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      ) : null}
      <Hint id={`${id}-hint`} {...props} />
    </div>
  );
}

export function SelectField(
  props: FieldProps & {
    value: string;
    choices: string[];
    onInput: (value: string) => void;
    disabled?: boolean;
    name?: string;
  },
) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        name={props.name}
        disabled={props.disabled}
        aria-describedby={props.hint || props.warning ? `${id}-hint` : undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === props.value}>
            {choice}
          </option>
        ))}
      </select>
      <Hint id={`${id}-hint`} {...props} />
    </div>
  );
}

export function SwitchField(
  props: FieldProps & { value: boolean; onInput: (value: boolean) => void; name?: string },
) {
  const id = useId();
  return (
    <div class="field switch">
      <input
        id={id}
        name={props.name}
        type="checkbox"
        role="switch"
        checked={props.value}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onInput={(event) => props.onInput(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <Hint id={`${id}-hint`} {...props} />
    </div>
  );
}

/** Several of some; every one is a box to tick. */
export function ManyField(
  props: FieldProps & { value: string[]; choices: string[]; onInput: (value: string[]) => void },
) {
  const toggle = (choice: string) =>
    props.onInput(props.choices.filter((each) => (each === choice) !== props.value.includes(each)));
  return (
    <fieldset class="field many">
      <legend>{props.label}</legend>
      <div class="ticks">
        {props.choices.map((choice) => (
          <label key={choice} class="tick">
            <input type="checkbox" checked={props.value.includes(choice)} onInput={() => toggle(choice)} />
            {choice}
          </label>
        ))}
      </div>
      <Hint {...props} />
    </fieldset>
  );
}

function Hint({ id, hint, warning }: FieldProps & { id?: string }) {
  if (!hint && !warning) return null;
  return (
    <p id={id} class={warning ? "hint warning" : "hint"}>
      {warning ?? hint}
    </p>
  );
}
