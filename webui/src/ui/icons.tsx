// Line icons of 20 × 20, drawn for this page.
const paths = {
  sun: "M10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1 1M14 14l1 1M15 5l-1 1M6 14l-1 1M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0",
  moon: "M16 11.5A6.5 6.5 0 1 1 8.5 4a5 5 0 0 0 7.5 7.5",
  play: "M6 4.5v11l9-5.5z",
  stop: "M5.5 5.5h9v9h-9z",
  pencil: "M4 16l.8-3.2L13 4.6l2.4 2.4-8.2 8.2L4 16",
  reset: "M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.500V6.500H12.5",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5M12 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0",
  gear: "M4 6h7M14.5 6H16M4 14h1.500M9 14h7M13.5 6a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0M9 14a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0",
  columns: "M4 4.500h12v11H4zM8 4.500v11M12 4.500v11",
  chart: "M4 4v12h12M6.5 12.500l3-4 2.5 2.5 3.5-5",
  download: "M10 4v8M6.5 9l3.5 3.500L13.5 9M4.5 16h11",
  close: "M5 5l10 10M15 5L5 15",
  warning: "M10 3.500l7 12.500H3zM10 8.500v3.500M10 14v.2",
  people:
    "M8 10a2.7 2.7 0 1 0 0-5.400A2.7 2.7 0 0 0 8 10M3 16c0-2.6 2.2-4.2 5-4.200s5 1.6 5 4.200M13 5a2.5 2.5 0 0 1 0 4.800M14.5 12.200c1.5.5 2.5 1.8 2.5 3.8",
  copy: "M7 7h9v9H7zM4 13V4h9",
};
type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
