// The editor of the Program and of the Python tab: an element <scenario-editor> around a plain
// <textarea>. Until this file has come, and if it never comes, the textarea is
// the editor. Afterwards it is a mirror: the page reads and writes only it.
//
//   attribute data-language json, or python: that has no events "offer" and "about"
//   attribute data-errors   JSON: [{ from, to, message }], UTF-16 units
//   event "offer"           to the page: detail { text, at }, which answers by
//                           detail.answer = JSON { from, to, offers }
//   event "about"           the same: detail.answer = JSON { from, to, about }
//   event "refresh"         from the page: the textarea has another text
//   property text           the text
//   select(from, to)        selects a part and goes there
//
// It lives in a shadow root: there CodeMirror's styles are adopted style
// sheets, which a strict Content-Security-Policy allows.
import {
  Annotation,
  EditorState,
  EditorView,
  HighlightStyle,
  acceptCompletion,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  defaultKeymap,
  drawSelection,
  foldGutter,
  foldKeymap,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  highlightSpecialChars,
  history,
  historyKeymap,
  hoverTooltip,
  indentOnInput,
  indentUnit,
  indentWithTab,
  json,
  keymap,
  lineNumbers,
  lintGutter,
  lintKeymap,
  python,
  search,
  searchKeymap,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "./vendor/codemirror.js";

/** Marks a change that the page made, not the visitor. */
const fromPage = Annotation.define();

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--even)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--muted)" },
  { tag: tags.invalid, color: "var(--danger)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.function(tags.definition(tags.variableName)), fontWeight: "700" },
]);

const look = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    fontSize: "12.5px",
  },
  // The page draws the focus round the whole element.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--selection)" },
  ".cm-gutters": {
    backgroundColor: "var(--raised)",
    color: "var(--muted)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "var(--active-line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--text)" },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--line)",
    outline: "1px solid var(--muted)",
  },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--raised)",
    borderColor: "var(--line)",
    color: "var(--muted)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    font: "12.5px/1.4 var(--font)",
    maxWidth: "min(420px, 90vw)",
  },
  ".cm-tooltip-autocomplete ul": { fontFamily: "var(--mono)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--accent-text)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-about": { padding: "4px 8px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  // A wavy underline in our own colour, in place of a picture.
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--danger)",
    textDecorationSkipInk: "none",
  },
  ".cm-lint-marker-error": { content: '""' },
  ".cm-lint-marker": {
    width: "0.9em",
    height: "0.9em",
    borderRadius: "50%",
    backgroundColor: "var(--danger)",
  },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-panels.cm-panels-bottom": { borderTopColor: "var(--line)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", borderColor: "var(--line)" },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    borderColor: "var(--line)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-bg)", outline: "1px solid var(--warn-line)" },
});

class ScenarioEditor extends HTMLElement {
  static observedAttributes = ["data-errors"];

  connectedCallback() {
    this.mirror = this.querySelector("textarea");
    if (this.view) return;
    // The page may put the textarea in just after.
    if (!this.mirror) {
      if (this.isConnected && !this.retried) queueMicrotask(() => this.connectedCallback());
      this.retried = true;
      return;
    }
    const hadFocus = this.mirror === document.activeElement;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".cm-editor { height: 100%; } #hint { display: none; }");
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    const hint = document.createElement("p");
    hint.id = "hint";
    hint.textContent = this.dataset.leave;
    root.append(hint);
    this.view = new EditorView({
      root,
      parent: root,
      state: this.#state(this.mirror.value),
    });
    // Keys typed here are not the page's shortcuts.
    this.addEventListener("keydown", (event) => event.stopPropagation());
    this.mirror.addEventListener("refresh", () => this.#refresh());
    this.#mark();
    this.dataset.ready = "true";
    if (hadFocus) this.view.focus();
  }

  disconnectedCallback() {
    this.view?.destroy();
    this.view = undefined;
  }

  attributeChangedCallback() {
    if (this.view) this.#mark();
  }

  get text() {
    return this.view ? this.view.state.doc.toString() : (this.mirror?.value ?? "");
  }

  set text(text) {
    if (!this.view || this.text === text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  select(from, to) {
    const end = this.view.state.doc.length;
    this.view.dispatch({
      selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
      effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
    });
    this.view.focus();
  }

  #state(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search(),
        this.dataset.language === "python" ? inPython() : this.#inJson(),
        syntaxHighlighting(colours),
        look,
        keymap.of([
          { key: "Tab", run: acceptCompletion },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          // Escape, then Tab still leaves: CodeMirror sees to that.
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": this.getAttribute("aria-label") ?? "Editor",
          "aria-describedby": "hint",
          spellcheck: "false",
          // It can be focused anyhow; so those who check can see it.
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          this.mirror.value = update.state.doc.toString();
          const isPages = update.transactions.some((one) => one.annotation(fromPage));
          if (!isPages) this.mirror.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    });
  }

  #inJson() {
    return [
      json(),
      indentUnit.of("  "),
      autocompletion({ override: [(context) => this.#offers(context)], icons: false }),
      hoverTooltip((view, at) => this.#about(at)),
    ];
  }

  /** The page has put another text into the mirror: undo brings this one back. */
  #refresh() {
    const text = this.mirror.value;
    if (!this.view || this.text === text) return;
    if (this.text === "") {
      // The first text: undo must not take it away.
      this.view.setState(this.#state(text));
      this.#mark();
      return;
    }
    this.view.dispatch({
      changes: changed(this.text, text),
      annotations: fromPage.of(true),
    });
  }

  #mark() {
    const end = this.view.state.doc.length;
    const errors = JSON.parse(this.dataset.errors || "[]").map(({ from, to, message }) => ({
      from: Math.min(from, end),
      to: Math.min(Math.max(to, from), end),
      severity: "error",
      message,
    }));
    this.view.dispatch(setDiagnostics(this.view.state, errors));
  }

  #ask(name, at) {
    const detail = { text: this.text, at };
    this.dispatchEvent(new CustomEvent(name, { detail }));
    return detail.answer ? JSON.parse(detail.answer) : undefined;
  }

  #offers(context) {
    const before = context.matchBefore(/["\w-]+/);
    // Unasked only where a word has begun, or where one must follow.
    if (!context.explicit && !before) return null;
    const answer = this.#ask("offer", context.pos);
    if (!answer || answer.offers.length === 0) return null;
    const { from, to } = answer;
    // The quotes belong to what is replaced, not to what is typed.
    const quoted = context.state.sliceDoc(from, from + 1) === '"' && context.pos > from;
    return {
      from: quoted ? from + 1 : from,
      validFor: /^[\w -]*$/,
      options: answer.offers.map((offer) => ({
        label: offer.label,
        info: offer.about || undefined,
        apply: (view, _, start, end) => {
          const begin = quoted ? start - 1 : start;
          // What stood behind the cursor goes, too, a closing quote at most.
          const tail = view.state.sliceDoc(end, end + Math.max(0, to - context.pos));
          const stop = end + tail.length;
          view.dispatch({
            changes: { from: begin, to: stop, insert: offer.apply },
            selection: { anchor: begin + offer.apply.length - offer.back },
            userEvent: "input.complete",
          });
        },
      })),
    };
  }

  #about(at) {
    const answer = this.#ask("about", at);
    if (!answer) return null;
    return {
      pos: answer.from,
      end: answer.to,
      above: true,
      create() {
        const dom = document.createElement("div");
        dom.className = "cm-about";
        dom.textContent = answer.about;
        return { dom };
      },
    };
  }
}

/** Nothing is completed: there would be only the words of the language. */
function inPython() {
  return [python(), indentUnit.of("    "), EditorState.tabSize.of(4)];
}

/** The one stretch in which two texts differ, so that the cursor stays. */
function changed(old, text) {
  let from = 0;
  const shorter = Math.min(old.length, text.length);
  while (from < shorter && old[from] === text[from]) from += 1;
  let tail = 0;
  while (tail < shorter - from && old.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  return { from, to: old.length - tail, insert: text.slice(from, text.length - tail) };
}

customElements.define("scenario-editor", ScenarioEditor);
