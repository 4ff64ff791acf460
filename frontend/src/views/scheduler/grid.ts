/** One Tab stop for the rows of a grid: ↑ and ↓ move, Enter and Space choose. Fields and buttons in it keep their own keys. */
export function gridKeys(node: HTMLElement): { destroy: () => void } {
  const rows = (): HTMLElement[] => [...node.querySelectorAll<HTMLElement>("tr[data-row]")];
  const keepOne = (): void => {
    const all = rows();
    const stop = all.find((row) => row.contains(document.activeElement)) ?? all.find((row) => row.getAttribute("aria-selected") === "true") ?? all[0];
    for (const row of all) if (row.getAttribute("tabindex") !== (row === stop ? "0" : "-1")) row.setAttribute("tabindex", row === stop ? "0" : "-1");
  };
  const press = (event: KeyboardEvent): void => {
    const here = event.target as HTMLElement;
    if (!here.matches("tr[data-row]")) return;
    const all = rows();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.key === "Enter" || event.key === " ") here.click();
    else if (step === undefined) return;
    else all[Math.max(0, Math.min(all.length - 1, all.indexOf(here) + step))]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const watcher = new MutationObserver(keepOne);
  watcher.observe(node, { childList: true, subtree: true, attributeFilter: ["aria-selected"] });
  node.addEventListener("keydown", press);
  node.addEventListener("focusin", keepOne);
  keepOne();
  return {
    destroy: () => {
      watcher.disconnect();
      node.removeEventListener("keydown", press);
      node.removeEventListener("focusin", keepOne);
    },
  };
}
