// Who may come in is decided by the locustfile; this page only asks.
import { useState } from "preact/hooks";
import type { LoginArgs } from "../data/model";
import { Logo } from "../ui/Logo";
import { ThemeButton } from "../ui/ThemeButton";
import { ManyField, SelectField, TextField } from "../page/fields";

const login = (window.authArgs ?? {}) as LoginArgs;
if (login.title) document.title = login.title;

export function Login() {
  return (
    <main class="login card">
      <header>
        <Logo />
        <h1>{login.title || "acrida"}</h1>
        <ThemeButton />
      </header>
      {login.custom_form ? <CustomForm form={login.custom_form} /> : <PasswordForm />}
      {login.error && (
        <p class="refusal" role="alert">
          {login.error}
        </p>
      )}
      {login.info && (
        <p class="notice" role="status">
          {login.info}
        </p>
      )}
      <Providers />
    </main>
  );
}

function PasswordForm() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  if (!login.username_password_callback) return null;
  return (
    <form class="test-form" method="post" action={login.username_password_callback}>
      <TextField label="Username" name="username" value={name} onInput={setName} required focused />
      <TextField
        label="Password"
        name="password"
        type="password"
        value={password}
        onInput={setPassword}
        required
      />
      <button type="submit" class="primary big">
        Log in
      </button>
    </form>
  );
}

type Custom = NonNullable<LoginArgs["custom_form"]>;
type Input = Custom["inputs"][number];

function CustomForm({ form }: { form: Custom }) {
  return (
    <form class="test-form" method="post" action={form.callback_url}>
      {form.inputs.map((input) => (
        <CustomInput key={input.name} input={input} />
      ))}
      <button type="submit" class="primary big">
        {form.submit_button_text || "Log in"}
      </button>
    </form>
  );
}

function CustomInput({ input }: { input: Input }) {
  const first = input.default_value ?? null;
  const [value, setValue] = useState(first === null ? "" : String(first));
  const [many, setMany] = useState(Array.isArray(first) ? first.map(String) : []);
  const { label, name } = input;
  if (input.type === "checkbox" || typeof first === "boolean")
    // A ticked box is posted as "on", one that is not ticked not at all.
    return (
      <label class="tick">
        <input type="checkbox" name={name} defaultChecked={first === true || first === "true"} />
        {label}
      </label>
    );
  const choices = input.choices?.map(String);
  if (choices && input.is_multiple)
    return (
      <>
        <ManyField label={label} value={many} choices={choices} onInput={setMany} />
        {many.map((each) => (
          <input type="hidden" key={each} name={name} value={each} />
        ))}
      </>
    );
  if (choices)
    return <SelectField label={label} name={name} value={value} choices={choices} onInput={setValue} />;
  return (
    <TextField
      label={label}
      name={name}
      value={value}
      onInput={setValue}
      type={input.is_secret ? "password" : knownType(input.type)}
      required={input.is_required ?? false}
    />
  );
}

const types = ["text", "password", "email", "number", "url", "tel", "date", "hidden"] as const;
const knownType = (type: string | undefined) => types.find((each) => each === type) ?? "text";

function Providers() {
  const providers = login.auth_providers ?? [];
  if (!providers.length) return null;
  return (
    <nav class="providers" aria-label="Other ways to log in">
      {providers.map(({ label, callback_url, icon_url }) => (
        <a key={callback_url} class="button" href={callback_url}>
          {icon_url && <img src={icon_url} alt="" width="20" height="20" />}
          {label}
        </a>
      ))}
    </nav>
  );
}
