// Choices of the person that a reload keeps.
import { effect, signal, type Signal } from "@preact/signals";

export function remembered<T>(key: string, fallback: T): Signal<T> {
  let first = fallback;
  try {
    const text = localStorage.getItem(`acrida.${key}`);
    if (text !== null) first = JSON.parse(text) as T;
  } catch {
    // Unreadable or forbidden: the fallback serves.
  }
  const value = signal(first);
  let isSet = false;
  effect(() => {
    const text = JSON.stringify(value.value);
    try {
      if (isSet) localStorage.setItem(`acrida.${key}`, text);
    } catch {
      // A browser that stores nothing forgets the choice, and that is all.
    }
    isSet = true;
  });
  return value;
}
