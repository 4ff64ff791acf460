/** Keys as they are printed on keyboards. */
import { t } from "../i18n/index.svelte";

const NAMES: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", "Shift+ArrowLeft": "Shift ←", "Shift+ArrowRight": "Shift →", "Shift+F6": "Shift F6", Escape: "Esc", Delete: "Del", "Ctrl+k": "Ctrl/⌘ K" };

export const keyName = (key: string): string => (key === " " ? t("key.space") : (NAMES[key] ?? key));
