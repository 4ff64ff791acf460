/** CodeMirror for YAML inside a shadow root: there its styles are adopted style sheets, which a strict content security policy allows. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const EXAMPLE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports:
        - containerPort: 80
        readinessProbe:
          httpGet:
            path: /
            port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
`;

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--link)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--net-service)" },
  { tag: tags.comment, color: "var(--faint)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", color: "var(--text)", backgroundColor: "var(--sunken)" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "18px" },
  ".cm-content": { caretColor: "var(--brass)" },
  ".cm-cursor": { borderLeftColor: "var(--brass)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--faint)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent", outline: "1px solid var(--line)" },
  "&.cm-focused": { outline: "2px solid var(--brass)", outlineOffset: "-2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--line)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--strong)" },
});

export class YamlEditor {
  private readonly view: EditorView;

  constructor(host: HTMLElement, text: string, label: string, onchange: (text: string) => void, onapply: () => void) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.replaceChildren();
    const parent = document.createElement("div");
    parent.style.height = "100%";
    root.append(parent);
    host.style.height = "100%";
    const apply = { key: "Mod-Enter", run: (): boolean => (onapply(), true) };
    const state = EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), lintGutter(), indentUnit.of("  "), yaml(), syntaxHighlighting(colours), look,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
        keymap.of([apply, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      ],
    });
    this.view = new EditorView({ state, parent, root });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Underline from a line and column (1-based, as the server counts) and take the reader there. */
  mark(line: number, column: number, message: string): void {
    const { doc } = this.view.state;
    const row = doc.line(Math.min(doc.lines, Math.max(1, line)));
    const from = Math.min(row.to, row.from + Math.max(0, column - 1));
    this.view.dispatch(setDiagnostics(this.view.state, [{ from: from === row.to ? row.from : from, to: row.to, severity: "error", message }]));
    this.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
