/** What a row of the resources view is about, as a selection. */
import type { Series } from "../../model/usage";

export const selectionOf = (series: Series): string => (series.kind === "node" ? `node/${series.name}` : `pod/${series.namespace}/${series.name}`);
