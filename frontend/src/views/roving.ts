/** One Tab stop for a drawing: ↑ and ↓ move among its items in reading order, Enter and Space select. */
export function roving(node: Element): { destroy: () => void } {
  const items = (): HTMLElement[] => [...node.querySelectorAll<HTMLElement>("[data-item]")];
  const keepOne = (): void => {
    const all = items();
    const current = all.find((one) => one.getAttribute("tabindex") === "0") ?? all[0];
    for (const one of all) setStop(one, one === current);
  };
  const focus = (item: HTMLElement | undefined): void => {
    if (!item) return;
    for (const one of items()) setStop(one, one === item);
    item.focus();
  };
  const press = (event: Event): void => {
    const { key } = event as KeyboardEvent;
    const here = (event.target as Element).closest<HTMLElement>("[data-item]");
    // A field or a button inside an item has its own keys.
    if (!here || here !== event.target) return;
    const all = items();
    const index = all.indexOf(here);
    if (key === "ArrowDown") focus(all[Math.min(all.length - 1, index + 1)]);
    else if (key === "ArrowUp") focus(all[Math.max(0, index - 1)]);
    else if (key === "Enter" || key === " ") here.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const watcher = new MutationObserver(keepOne);
  watcher.observe(node, { childList: true, subtree: true });
  node.addEventListener("keydown", press);
  keepOne();
  return {
    destroy: () => {
      watcher.disconnect();
      node.removeEventListener("keydown", press);
    },
  };
}

/** Writes only what differs: an attribute that is written is styled again. */
function setStop(item: HTMLElement, stop: boolean): void {
  const wanted = stop ? "0" : "-1";
  if (item.getAttribute("tabindex") !== wanted) item.setAttribute("tabindex", wanted);
}
