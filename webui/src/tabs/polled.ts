// Data of a route that is asked again while its tab is open.
import { useEffect, useState } from "preact/hooks";
import { getJson } from "../data/api";
import { isActive } from "../data/store";

interface Polled<T> {
  data: T | null;
  error: string | null;
}

export function usePolled<T>(route: string, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ data: null, error: null });
  const isLive = isActive.value;
  useEffect(() => {
    let isGone = false;
    let timer = 0;
    let isLast = !isLive;
    const ask = async () => {
      try {
        const data = await getJson<T>(route);
        if (!isGone) setPolled({ data, error: null });
      } catch (error) {
        if (!isGone)
          setPolled(({ data }) => ({ data, error: error instanceof Error ? error.message : String(error) }));
      }
      // After the end of a test once more, for what was still on its way; then the answer stays what it is.
      if (!isGone && (isLive || isLast)) timer = window.setTimeout(ask, everyMs);
      isLast = false;
    };
    void ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [route, everyMs, isLive]);
  return polled;
}
