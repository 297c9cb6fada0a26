// What is asked of the page, kept in the URL's fragment, so that it can be sent to others, and Back undoes it.
class Filters {
  constructor(fragment) {
    const given = new URLSearchParams(fragment.replace(/^#/, ""));
    const list = (name) => new Set((given.get(name) ?? "").split(",").filter(Boolean));
    this.verdicts = list("v");
    this.severities = list("s");
    this.group = given.get("g") ?? "";
    this.change = given.get("c") ?? "";
    this.text = given.get("q") ?? "";
    this.host = given.get("h") ?? "";
    this.requirement = given.get("r") ?? "";
  }

  get fragment() {
    const given = new URLSearchParams();
    const fields = {
      v: [...this.verdicts].join(","), s: [...this.severities].join(","), g: this.group, c: this.change, q: this.text,
      h: this.host, r: this.requirement,
    };
    for (const [name, value] of Object.entries(fields)) if (value) given.set(name, value);
    const text = given.toString();
    return text ? `#${text}` : "";
  }

  get asksForCells() {
    return Boolean(this.verdicts.size || this.severities.size || this.change || this.text.trim());
  }

  get isActive() {
    return Boolean(this.asksForCells || this.group);
  }

  get words() {
    const parts = [];
    if (this.verdicts.size) parts.push([...this.verdicts].join(" or "));
    if (this.severities.size) parts.push(`severity ${[...this.severities].map((each) => (each === "-" ? "of own tests" : each)).join(" or ")}`);
    if (this.group) parts.push(`group ${this.group.slice(2) || "without an organization"}`);
    if (this.change) parts.push(`since the baseline: ${this.change}`);
    if (this.text.trim()) parts.push(`with "${this.text.trim()}"`);
    return parts.join("; ");
  }
}

// Which cells the filters let through.
class Selection {
  constructor(model, filters) {
    this.model = model;
    this.filters = filters;
    const width = model.columns.length;
    this.cells = new Uint8Array(model.count * width);
    this.hosts = [];
    this.total = 0;
    this.missing = 0;
    const letters = new Set([...filters.verdicts].map((word) => (word === "no verdict" ? "-" : model.letterOf.get(word))));
    const open = model.columns.map((column) => !filters.severities.size || filters.severities.has(column.severity));
    const find = new Finder(model, filters.text);
    for (let host = 0; host < model.count; host += 1) {
      if (!this.inGroup(host)) continue;
      let hits = 0;
      for (let column = 0; column < width; column += 1) {
        const letter = model.letter(host, column);
        if (!open[column] || letter === " " || (letters.size && !letters.has(letter))) continue;
        if (filters.change && (letter === "-" || model.change(host, column) !== filters.change)) continue;
        if (!find.matches(host, column)) continue;
        this.cells[host * width + column] = 1;
        hits += 1;
        if (letter === "-") this.missing += 1;
      }
      if (hits || !filters.asksForCells) this.hosts.push(host);
      this.total += hits;
    }
    this.total -= this.missing;
  }

  inGroup(host) {
    const { group } = this.filters;
    const { organizations, roles, groups } = this.model.hosts;
    const value = group.slice(2);
    if (!group) return true;
    if (group.startsWith("o:")) return organizations[host] === value;
    if (group.startsWith("r:")) return roles[host] === value;
    return groups[host].includes(value);
  }

  has(host, column) {
    return this.cells[host * this.model.columns.length + column] === 1;
  }
}

// Every word must be in the host's name, the requirement's id or title, or the message.
class Finder {
  constructor(model, text) {
    this.model = model;
    this.terms = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.names = model.hosts.names.map((name) => name.toLowerCase());
    this.titles = model.columns.map((column) => `${column.key} ${column.title}`.toLowerCase());
    this.known = this.terms.map(() => new Map());
  }

  matches(host, column) {
    return this.terms.every((term, place) => (
      this.names[host].includes(term) || this.titles[column].includes(term) || this.inMessage(host, column, term, this.known[place])
    ));
  }

  inMessage(host, column, term, known) {
    const number = this.model.messages[column][host];
    if (number < 0) return false;
    if (this.model.isOwn[number]) return this.model.text(number, host).toLowerCase().includes(term);
    if (!known.has(number)) known.set(number, this.model.lower[number].includes(term));
    return known.get(number);
  }
}

// The controls: they show the filters, and tell of changes.
class Controls {
  constructor(model, changed) {
    this.model = model;
    this.changed = changed;
    this.byId = (id) => document.getElementById(id);
    const words = [...model.words.values(), ...(model.missing ? ["no verdict"] : [])];
    const own = model.columns.some((column) => column.severity === "-") ? ["-"] : [];
    this.addChoices("verdicts", words, (word) => [letterMark(model, model.letterOf.get(word) ?? "-"), ` ${word}`]);
    this.addChoices("severities", [...model.severities, ...own], (word) => [word === "-" ? "own tests" : word]);
    this.addGroups();
    this.addChanges();
    let timer = 0;
    this.byId("text").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.tell(true), 120);
    });
    for (const id of ["verdicts", "severities", "group", "change"]) this.byId(id).addEventListener("change", () => this.tell(false));
    this.byId("clear").addEventListener("click", () => {
      this.show(new Filters(""));
      this.tell(false);
      this.byId("text").focus();
    });
  }

  addChoices(id, words, label) {
    for (const word of words) {
      const box = make("input", { type: "checkbox", value: word });
      this.byId(id).append(make("label", { className: "choice" }, box, ...label(word)));
    }
  }

  addGroups() {
    const { organizations, roles, groups } = this.model.hosts;
    const sorted = (values) => [...new Set(values)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const select = this.byId("group");
    select.append(make("option", { value: "", textContent: "all hosts" }));
    const kinds = [["Organizations", "o:", organizations], ["Roles", "r:", roles], ["Groups of the inventory", "g:", groups.flat()]];
    for (const [label, prefix, values] of kinds) {
      const options = sorted(values).map((value) => make("option", { value: prefix + value, textContent: value || "without an organization" }));
      if (options.length) select.append(make("optgroup", { label }, ...options));
    }
  }

  addChanges() {
    if (!this.model.compared) return;
    this.byId("change-field").hidden = false;
    const options = this.model.changes.map((change) => make("option", { value: change, textContent: change }));
    this.byId("change").append(make("option", { value: "", textContent: "anything" }), ...options);
  }

  boxes(id) {
    return [...this.byId(id).querySelectorAll("input")];
  }

  show(filters) {
    for (const box of this.boxes("verdicts")) box.checked = filters.verdicts.has(box.value);
    for (const box of this.boxes("severities")) box.checked = filters.severities.has(box.value);
    this.byId("group").value = filters.group;
    this.byId("change").value = filters.change;
    if (this.byId("text").value !== filters.text) this.byId("text").value = filters.text;
  }

  tell(isTyping) {
    const filters = new Filters("");
    const checked = (id) => new Set(this.boxes(id).filter((box) => box.checked).map((box) => box.value));
    filters.verdicts = checked("verdicts");
    filters.severities = checked("severities");
    filters.group = this.byId("group").value;
    filters.change = this.byId("change").value;
    filters.text = this.byId("text").value;
    this.changed(filters, isTyping);
  }
}
