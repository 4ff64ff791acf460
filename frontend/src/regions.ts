/** The regions of the shell in reading order; F6 goes to the next one, as in desktop programs. */
const ORDER = ["header", "nav", "main", "aside", "section.dock", "footer"];

export function focusRegion(step: 1 | -1): void {
  const regions = ORDER.flatMap((name) => [...document.querySelectorAll<HTMLElement>(`#app > * > ${name}`)]).filter((region) => region.checkVisibility());
  if (regions.length === 0) return;
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(here + step + regions.length) % regions.length] ?? regions[0]!;
  entranceOf(next).focus();
}

/** The first thing in a region that takes the focus, or the region itself. */
function entranceOf(region: HTMLElement): HTMLElement {
  const inside = [...region.querySelectorAll<HTMLElement>("a[href], button:not([disabled]), input, select, [tabindex='0']")].find((one) => one.checkVisibility());
  if (inside) return inside;
  region.tabIndex = -1;
  return region;
}
