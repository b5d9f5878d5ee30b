export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path d="M5 22 13 9l4 9 4-5 6 9" />
    </svg>
  );
}
