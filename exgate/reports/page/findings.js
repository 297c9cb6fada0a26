// The findings by severity, each with its one line; what a host could not show for one reason has one line.
const ENTRIES = 100;
const LONGEST = 700;

class Findings {
  constructor(model, details) {
    this.model = model;
    this.details = details;
    this.place = document.getElementById("list");
    this.told = document.getElementById("findings-shown");
    this.more = document.getElementById("more-findings");
    this.more.addEventListener("click", () => this.showMore());
    window.addEventListener("beforeprint", () => this.openForPrint());
    window.addEventListener("afterprint", () => this.foldAfterPrint());
  }

  show(selection) {
    this.entries = this.collect(selection);
    this.drawn = 0;
    this.section = null;
    this.place.replaceChildren();
    this.add();
  }

  collect(selection) {
    const { model } = this;
    const asked = selection.filters.verdicts;
    const wanted = ["F", "!", "?", ...(asked.has("waived") ? ["w"] : [])];
    const alike = new Map();
    this.verdicts = 0;
    for (const host of selection.hosts) {
      for (let column = 0; column < model.columns.length; column += 1) {
        const letter = model.letter(host, column);
        if (!wanted.includes(letter) || !selection.has(host, column)) continue;
        const key = letter === "F" || letter === "w" ? `${host}/${column}` : `${host}/${letter}/${model.messages[column][host]}`;
        const rank = model.severityRank(model.columns[column].severity);
        if (!alike.has(key)) alike.set(key, { host, letter, columns: [], rank });
        const entry = alike.get(key);
        entry.columns.push(column);
        entry.rank = Math.min(entry.rank, rank);
        this.verdicts += 1;
      }
    }
    return [...alike.values()].sort((a, b) => a.rank - b.rank || wanted.indexOf(a.letter) - wanted.indexOf(b.letter) || a.host - b.host);
  }

  add() {
    const end = Math.min(this.drawn + ENTRIES, this.entries.length);
    const counts = new Map();
    for (const { rank } of this.entries) counts.set(rank, (counts.get(rank) ?? 0) + 1);
    for (const entry of this.entries.slice(this.drawn, end)) {
      if (this.section !== entry.rank) {
        this.section = entry.rank;
        const severity = this.model.severities[entry.rank] ?? "own tests";
        this.place.append(make("h3", { textContent: `${severity[0].toUpperCase()}${severity.slice(1)} (${counts.get(entry.rank).toLocaleString("en")})` }));
      }
      this.place.append(this.entry(entry));
    }
    this.drawn = end;
    const left = this.entries.length - end;
    const total = this.entries.length;
    this.told.textContent = total
      ? `${end.toLocaleString("en")} of ${plural(total, "finding")} shown (${plural(this.verdicts, "verdict")}).`
      : "No findings among what is shown.";
    this.more.hidden = !left;
    this.more.textContent = `Show ${Math.min(ENTRIES, left)} more of ${left.toLocaleString("en")}`;
  }

  showMore() {
    const next = this.place.querySelectorAll("summary").length;
    this.add();
    this.place.querySelectorAll("summary")[next]?.focus();
  }

  entry({ host, letter, columns }) {
    const { model } = this;
    const [first] = columns;
    const ids = columns.length > 1 ? `${columns.length} requirements` : model.columns[first].key;
    const { found, demanded, next } = partsOf(model, host, first);
    const what = make("span", { className: "what" }, `${model.word(letter)} `, make("bdi", { textContent: model.hosts.names[host].slice(0, LONGEST) }), " ", make("small", {}, make("bdi", { textContent: ids })));
    const change = model.compared ? model.change(host, first) : "";
    if (change) what.append(" ", make("span", { className: "tag", textContent: change }));
    const line = [found, demanded && `demanded: ${demanded}`, next && `next step: ${next}`].filter(Boolean).join("; ");
    const text = line.length > LONGEST ? `${line.slice(0, LONGEST)}\u2026 (${line.length.toLocaleString("en")} characters)` : line;
    const summary = make("summary", {}, letterMark(model, letter), make("span", {}, what, make("br"), make("bdi", { textContent: text })));
    const body = make("div", { className: "body" });
    const element = make("details", { className: "finding" }, summary, body);
    element.fill = () => body.firstChild || body.append(this.details.of(host, columns));
    element.addEventListener("toggle", () => element.open && element.fill());
    return element;
  }

  openForPrint() {
    const findings = [...this.place.querySelectorAll("details")];
    const wanted = findings.some((each) => each.open) ? [] : findings;
    this.opened = [...wanted, document.querySelector(".facts:not([open])")].filter(Boolean);
    for (const each of this.opened) {
      each.fill?.();
      each.open = true;
    }
  }

  foldAfterPrint() {
    for (const each of this.opened ?? []) each.open = false;
    this.opened = null;
  }
}
