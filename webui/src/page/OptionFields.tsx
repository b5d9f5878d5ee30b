// The locustfile's own options, each by its type.
import { args } from "../data/args";
import type { ExtraOption, OptionValue } from "../data/model";
import { titleOf } from "../ui/format";
import { ManyField, SelectField, SwitchField, TextField } from "./fields";

type Options = Record<string, OptionValue>;

export function OptionFields({
  options,
  onInput,
}: {
  options: Options;
  onInput: (options: Options) => void;
}) {
  return (
    <>
      {Object.entries(args.extra_options).map(([name, option]) => (
        <OptionField
          key={name}
          name={name}
          option={option}
          value={options[name] ?? null}
          onInput={(value) => onInput({ ...options, [name]: value })}
        />
      ))}
    </>
  );
}

const strings = (value: OptionValue): string[] =>
  Array.isArray(value) ? value.map(String) : value === null || value === "" ? [] : [String(value)];

function OptionField(props: {
  name: string;
  option: ExtraOption;
  value: OptionValue;
  onInput: (value: OptionValue) => void;
}) {
  const { name, option, value, onInput } = props;
  const label = titleOf(name);
  const hint = option.help_text ?? undefined;
  const common = { label, name, ...(hint && { hint }) };
  if (typeof option.default_value === "boolean")
    return <SwitchField {...common} value={value === true} onInput={onInput} />;
  if (option.choices && option.is_multiple)
    return (
      <ManyField {...common} value={strings(value)} choices={option.choices.map(String)} onInput={onInput} />
    );
  if (option.choices) {
    const choices = option.choices.map(String);
    const current = value === null ? "" : String(value);
    const all = choices.includes(current) ? choices : [current, ...choices];
    return <SelectField {...common} value={current} choices={all} onInput={onInput} />;
  }
  return (
    <TextField
      {...common}
      value={Array.isArray(value) ? value.join(",") : value === null ? "" : String(value)}
      type={option.is_secret ? "password" : "text"}
      required={option.is_required}
      inputMode={typeof option.default_value === "number" ? "decimal" : "text"}
      {...(typeof option.default_value === "number" && {
        pattern: "[+\\-]?[0-9]*[.]?[0-9]+([eE][+\\-]?[0-9]+)?",
        invalid: "This must be a number.",
      })}
      {...(option.is_multiple && { placeholder: "several: separated by commas" })}
      onInput={onInput}
    />
  );
}
