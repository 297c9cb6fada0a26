// The table of hosts and requirements; rows are made as they are wanted.
const ROWS = 200;
const UNFOLDED = 100;

class Matrix {
  constructor(model) {
    this.model = model;
    this.place = document.getElementById("matrix");
    this.more = document.getElementById("more-rows");
    this.told = document.getElementById("rows-shown");
    this.unfolded = new Set();
    this.current = null;
    this.more.addEventListener("click", () => this.showMore());
    this.place.addEventListener("keydown", (event) => this.move(event));
    this.place.addEventListener("focusin", (event) => this.remember(event.target.closest("[data-stop]")));
    this.place.addEventListener("mouseover", (event) => this.explain(event.target.closest("td.cell")));
    this.place.addEventListener("click", (event) => this.unfold(event.target.closest("button[data-fold]")));
    this.showLegend();
  }

  showLegend() {
    const letters = [...this.model.words.keys(), ...(this.model.missing ? ["-"] : [])];
    document.getElementById("legend").replaceChildren(
      ...letters.map((letter) => make("li", {}, letterMark(this.model, letter), ` ${this.model.word(letter)}`)),
    );
  }

  show(selection) {
    this.selection = selection;
    this.limit = ROWS;
    this.draw();
  }

  // What there is to show: headings, which may hold folded hosts, and hosts.
  lines() {
    const { model, selection } = this;
    const { organizations, roles } = model.hosts;
    const folds = !selection.filters.isActive && model.count > UNFOLDED;
    const groups = new Map();
    for (const host of selection.hosts) {
      const key = JSON.stringify([organizations[host], roles[host]]);
      if (!groups.has(key)) groups.set(key, { key, hosts: [], folded: [] });
      const group = groups.get(key);
      const isFolded = folds && !this.unfolded.has(key) && !model.isInteresting(host);
      group[isFolded ? "folded" : "hosts"].push(host);
    }
    const lines = [];
    for (const group of groups.values()) {
      lines.push({ group });
      for (const host of group.hosts) lines.push({ host });
    }
    return lines;
  }

  draw() {
    const lines = this.lines();
    let end = Math.min(this.limit, lines.length);
    if (end && lines[end - 1].group?.hosts.length) end -= 1; // a heading stands with its first host
    const first = this.current?.host;
    this.body = make("tbody");
    const table = make("table", {
      role: "grid", "aria-labelledby": "matrix-title", "aria-describedby": "matrix-hint", "aria-rowcount": lines.length + 2,
    }, this.head(), this.body);
    this.drawn = 0;
    this.add(lines, end);
    this.place.replaceChildren(table);
    const stops = [...this.body.querySelectorAll("[data-stop]")];
    const again = stops.find((stop) => this.current && Number(stop.dataset.host) === first && Number(stop.dataset.column) === this.current.column);
    this.remember(again ?? stops[0] ?? null);
    if (!lines.length) this.body.append(make("tr", {}, make("td", { textContent: "No host matches the filters.", colspan: this.model.columns.length + 1 })));
  }

  add(lines, end) {
    const rows = lines.slice(this.drawn, end).map((line, place) => {
      const row = line.group ? this.groupRow(line.group) : this.hostRow(line.host);
      row.setAttribute("aria-rowindex", this.drawn + place + 3);
      return row;
    });
    this.body.append(...rows);
    this.drawn = end;
    const left = lines.length - end;
    const of = (some) => some.reduce((sum, line) => sum + (line.host === undefined ? 0 : 1), 0);
    const folded = lines.slice(0, end).reduce((sum, line) => sum + (line.group?.folded.length ?? 0), 0);
    const shown = of(lines.slice(0, end));
    const parts = [`${shown.toLocaleString("en")} of ${plural(this.model.count, "host")} shown`];
    if (folded) parts.push(`${folded.toLocaleString("en")} without a finding folded`);
    if (left) parts.push(`${of(lines.slice(end)).toLocaleString("en")} with a row of their own to follow`);
    this.told.textContent = `${parts.join("; ")}.`;
    this.more.hidden = !left;
    this.more.textContent = `Show ${Math.min(ROWS, left)} more lines of ${left.toLocaleString("en")}`;
  }

  showMore() {
    const lines = this.lines();
    const row = this.body.rows.length;
    this.limit += ROWS;
    this.add(lines, Math.min(this.limit, lines.length));
    this.body.rows[row]?.querySelector("[data-stop]")?.focus();
  }

  head() {
    const { columns, parts } = this.model;
    const groups = make("tr", { "aria-rowindex": 1 }, make("th", { scope: "col", className: "host", textContent: "" }));
    for (const part of parts) {
      const width = columns.filter((column) => column.part === part).length;
      groups.append(make("th", { className: "part", scope: "colgroup", colspan: width, title: part, "aria-label": part, textContent: part }));
    }
    const names = make("tr", { "aria-rowindex": 2 }, make("th", { scope: "col", className: "host", textContent: "Host" }));
    columns.forEach((column, place) => {
      const title = `${column.key}: ${column.title} (${column.severity === "-" ? "own test" : column.severity})`;
      names.append(make("th", { scope: "col", title, "aria-label": title, textContent: column.short, className: this.isFirst(place) ? "first" : "" }));
    });
    return make("thead", {}, groups, names);
  }

  isFirst(column) {
    const { columns } = this.model;
    return !column || columns[column].part !== columns[column - 1].part;
  }

  groupRow({ hosts, folded, key }) {
    const { model } = this;
    const [organization, role] = JSON.parse(key);
    const all = [...hosts, ...folded];
    const counts = new Map();
    for (const host of all) {
      for (const letters of model.letters) counts.set(letters[host], (counts.get(letters[host]) ?? 0) + 1);
    }
    const told = ["F", "?", "!", "w", "-"].filter((letter) => counts.get(letter)).map((letter) => `${counts.get(letter)} ${model.word(letter)}`);
    const interesting = all.filter((host) => model.isInteresting(host)).length;
    const words = [`${interesting || "none"} with ${counts.get("-") ? "a finding or without a verdict" : "a finding"}`, told.join(", ")].filter(Boolean).join("; ");
    const label = make("span", { className: "label" }, make("bdi", { textContent: organization || "No organization" }), ` \u00b7 ${role} `, make("small", { textContent: `${plural(all.length, "host")}, ${words}` }));
    if (folded.length) label.append(" ", this.foldButton(folded.length, key));
    return make("tr", { className: "group" }, make("th", { scope: "rowgroup", colspan: model.columns.length + 1 }, label));
  }

  foldButton(number, key) {
    const button = make("button", { type: "button", tabIndex: -1, textContent: `Show ${plural(number, "host")} without a finding` });
    button.dataset.fold = key;
    button.dataset.stop = "";
    return button;
  }

  tally(host) {
    const counts = [..."F?!"].map((letter) => [letter, this.model.letters.filter((letters) => letters[host] === letter).length]);
    return counts.filter(([, number]) => number).map(([letter, number]) => `${number}${letter}`).join(" ");
  }

  hostRow(host) {
    const { model, selection } = this;
    const name = model.hosts.names[host];
    const label = make("div", {}, make("bdi", { textContent: name }));
    const head = make("th", { scope: "row", className: "host", title: name.slice(0, 300) }, label);
    const tally = this.tally(host);
    if (tally) label.append(make("small", { className: "tally", textContent: tally }));
    if (!model.wasAsked(host)) label.append(make("small", { textContent: "not asked" }));
    const row = make("tr", {}, head);
    model.columns.forEach((column, place) => {
      const letter = model.letter(host, place);
      const state = letter === " " || selection.has(host, place) ? "" : " off";
      const cell = make("td", {
        className: `cell ${model.wordClass(letter)}${this.isFirst(place) ? " first" : ""}${state}`, tabIndex: -1, textContent: letter,
        "aria-label": `${model.word(letter)}: ${name.slice(0, 100)}, ${column.key}`,
      });
      cell.dataset.stop = "";
      cell.dataset.host = host;
      cell.dataset.column = place;
      row.append(cell);
    });
    return row;
  }

  explain(cell) {
    if (!cell || cell.title) return;
    const { host, column } = cell.dataset;
    cell.title = `${this.model.word(this.model.letter(host, column))}: ${this.model.message(host, column) || this.model.hosts.names[host]}`.slice(0, 600);
  }

  unfold(button) {
    if (!button) return;
    this.unfolded.add(button.dataset.fold);
    const row = [...this.body.rows].indexOf(button.closest("tr"));
    this.limit = Math.max(this.limit, row + UNFOLDED);
    this.draw();
    this.body.rows[row + 1]?.querySelector("[data-stop]")?.focus();
  }

  // One cell can be reached with Tab; from there the arrows lead on.
  remember(stop) {
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = stop;
    if (!stop) return;
    stop.tabIndex = 0;
    const column = stop.dataset.column === undefined ? this.current?.column ?? 0 : Number(stop.dataset.column);
    this.current = { host: Number(stop.dataset.host), column };
  }

  cell(host, column) {
    return this.body.querySelector(`[data-host="${host}"][data-column="${column}"]`);
  }

  move(event) {
    const stop = event.target.closest("[data-stop]");
    if (!stop || event.altKey || event.metaKey) return;
    if ((event.key === "Enter" || event.key === " ") && stop.matches("td")) {
      event.preventDefault();
      stop.click();
      return;
    }
    const to = this.target(stop, event);
    if (!to) return;
    event.preventDefault();
    to.focus();
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  target(stop, { key, ctrlKey }) {
    const inRow = (row) => [...row.querySelectorAll("[data-stop]")];
    const row = stop.closest("tr");
    const across = inRow(row);
    const place = across.indexOf(stop);
    const rows = () => [...this.body.rows].filter((each) => each.querySelector("[data-stop]"));
    const down = (steps) => {
      const all = rows();
      const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(row) + steps))];
      return inRow(next)[this.current.column] ?? inRow(next)[0];
    };
    switch (key) {
      case "ArrowRight": return across[place + 1];
      case "ArrowLeft": return across[place - 1];
      case "ArrowDown": return down(1);
      case "ArrowUp": return down(-1);
      case "PageDown": return down(10);
      case "PageUp": return down(-10);
      case "Home": return ctrlKey ? inRow(rows()[0])[0] : across[0];
      case "End": return ctrlKey ? inRow(rows().at(-1)).at(-1) : across.at(-1);
      default: return undefined;
    }
  }
}
