"use strict";

// The verdicts as they were packed: columns of letters, and texts without their host's name and address.
class Model {
  constructor(data) {
    Object.assign(this, data);
    this.count = data.hosts.names.length;
    this.words = new Map(data.outcomes);
    this.letterOf = new Map(data.outcomes.map(([letter, word]) => [word, letter]));
    this.extra = new Map(data.extras.map(([host, column, extra]) => [host * data.columns.length + column, extra]));
    this.places = new Map(data.hosts.names.map((name, host) => [name, host]));
    this.columnPlaces = new Map(data.columns.map((column, place) => [column.key, place]));
    this.findings = new Set(["F", "?", "!"]);
    this.missing = data.letters.some((letters) => letters.includes("-"));
    this.lower = data.texts.map((text) => text.toLowerCase());
    this.isOwn = data.texts.map((text) => text.includes("\u0000") || text.includes("\u0001"));
  }

  static async read(element) {
    if (!("DecompressionStream" in window)) {
      throw new Error("this browser cannot unpack them (it has no DecompressionStream). Take one of 2023 or later, or read summary.md or results.csv");
    }
    const text = atob(element.textContent.trim());
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
    element.remove();
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Model(JSON.parse(await new Response(stream).text()));
  }

  letter(host, column) {
    return this.letters[column][host];
  }

  word(letter) {
    return this.words.get(letter) ?? (letter === "-" ? "no verdict" : "nothing to tell");
  }

  wordClass(letter) {
    return this.words.has(letter) ? this.words.get(letter).replace(" ", "-") : letter === "-" ? "none" : "nothing";
  }

  text(number, host) {
    const text = this.texts[number] ?? "";
    if (!this.isOwn[number]) return text;
    return text.replaceAll("\u0000", () => this.hosts.names[host]).replaceAll("\u0001", () => this.hosts.addresses[host]);
  }

  message(host, column) {
    const number = this.messages[column][host];
    return number < 0 ? "" : this.text(number, host);
  }

  more(host, column) {
    return this.extra.get(host * this.columns.length + column) ?? {};
  }

  change(host, column) {
    const { change } = this.more(host, column);
    return this.changes[change ?? this.changes.indexOf("unchanged")];
  }

  // A host's row says more than that everything which was selected complies, is moot or is waived.
  isInteresting(host) {
    return this.letters.some((letters) => this.findings.has(letters[host]) || letters[host] === "-");
  }

  wasAsked(host) {
    return Boolean(this.hosts.seen[host] || this.hosts.unreachable[host]);
  }

  severityRank(severity) {
    const rank = this.severities.indexOf(severity);
    return rank < 0 ? this.severities.length : rank;
  }
}

function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "colspan" || key === "scope") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

function plural(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

function letterMark(model, letter) {
  return make("span", { className: `letter ${model.wordClass(letter)}`, textContent: letter, "aria-hidden": "true" });
}
