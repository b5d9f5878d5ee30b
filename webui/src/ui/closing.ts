// A <details> that hangs over the page closes like a menu: by Escape, by a click elsewhere, or when the focus leaves it.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function useClosing(element: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const details = element.current;
    if (!details) return;
    const isOutside = (target: EventTarget | null) => !(target instanceof Node && details.contains(target));
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary")?.focus();
    };
    const onPress = (event: Event) => {
      if (isOutside(event.target)) details.open = false;
    };
    // Without a new holder the focus went to another window: the person will be back.
    const onFocusOut = (event: FocusEvent) => {
      if (event.relatedTarget && isOutside(event.relatedTarget)) details.open = false;
    };
    details.addEventListener("keydown", onKeyDown);
    details.addEventListener("focusout", onFocusOut);
    addEventListener("pointerdown", onPress);
    return () => {
      details.removeEventListener("keydown", onKeyDown);
      details.removeEventListener("focusout", onFocusOut);
      removeEventListener("pointerdown", onPress);
    };
  }, []);
}
