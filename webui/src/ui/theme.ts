// Dark or light: the system's, until the person says otherwise.
import { signal } from "@preact/signals";

type Theme = "light" | "dark";
const system = matchMedia("(prefers-color-scheme: dark)");
const current = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

export const theme = signal<Theme>(current());

function show(next: Theme): void {
  document.documentElement.dataset.theme = next;
  theme.value = next;
}

function stored(): string | null {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

export function toggleTheme(): void {
  show(theme.value === "dark" ? "light" : "dark");
  try {
    localStorage.setItem("theme", theme.value);
  } catch {
    // Not remembered, then.
  }
}

export function followSystem(): void {
  system.addEventListener("change", () => {
    if (!stored()) show(system.matches ? "dark" : "light");
  });
}

/** A colour of the style sheet, for what is drawn by hand. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
