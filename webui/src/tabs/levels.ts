// The levels of log lines; pure.

export const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type Level = (typeof levels)[number];
export const rank = (level: Level): number => levels.indexOf(level);

/** Lines without a level of their own (tables, tracebacks) belong to the one before. */
export function levelsOf(lines: string[]): Level[] {
  let current: Level = "INFO";
  return lines.map((line) => {
    const found = /^\[[^\]]*\] [^/\s]*\/(DEBUG|INFO|WARNING|ERROR|CRITICAL)\//.exec(line)?.[1] as
      Level | undefined;
    current = found ?? current;
    return current;
  });
}
