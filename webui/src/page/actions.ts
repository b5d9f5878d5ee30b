// What the buttons do, and what to say when it did not work.
import { signal } from "@preact/signals";
import { postReset, postStop } from "../data/api";
import { pollOnce } from "../data/polling";
import { link } from "../data/connection";

/** The last thing that did not work; null: all is well. */
export const trouble = signal<string | null>(null);
export const isStopping = signal(false);
/** The window that is open over the page. */
export const openDialog = signal<"new" | "edit" | null>(null);

async function attempt(action: () => Promise<void>): Promise<void> {
  trouble.value = null;
  try {
    await action();
    if (link.value === "polling") await pollOnce();
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
  }
}

export async function stop(): Promise<void> {
  isStopping.value = true;
  await attempt(postStop);
  isStopping.value = false;
}

export const reset = (): Promise<void> => attempt(postReset);
