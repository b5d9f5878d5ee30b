import { useState } from "preact/hooks";
import { Icon } from "./icons";

export function CopyButton({ text }: { text: string }) {
  const [label, setLabel] = useState("Copy");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setLabel("Copied"),
      () => setLabel("The browser does not allow it"),
    );
  return (
    <button type="button" class="quiet" onClick={copy}>
      <Icon name="copy" /> <span aria-live="polite">{label}</span>
    </button>
  );
}
