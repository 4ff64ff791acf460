/** Keys of a table's rows: ↑ and ↓ go to the neighbour, Enter chooses the row. */
export function rowKeys(event: KeyboardEvent): void {
  const row = event.currentTarget as HTMLElement;
  const to = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (event.key === "Enter") row.click();
  else if (to instanceof HTMLElement) to.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
