import { Icon } from "./icons";
import { theme, toggleTheme } from "./theme";

export function ThemeButton() {
  const isDark = theme.value === "dark";
  return (
    <button
      type="button"
      class="plain round"
      aria-label={isDark ? "Switch to light colours" : "Switch to dark colours"}
      title={isDark ? "Light colours" : "Dark colours"}
      onClick={toggleTheme}
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </button>
  );
}
