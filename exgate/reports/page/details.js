// All that is known of a verdict, for the dialog and the list of findings.
const DEMANDED = "; demanded: ";
const NEXT_STEP = "; next step: ";
const REMEDY = ["symptoms", "passage", "fix", "rollback", "risk", "references"];

function splitLast(text, mark) {
  const place = text.lastIndexOf(mark);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + mark.length)];
}

// The message without the host: what was found, what is demanded, and what to do where nothing could be seen.
function partsOf(model, host, column) {
  const message = model.message(host, column);
  const prefix = `${model.hosts.names[host]}: `;
  const [rest, demanded] = splitLast(message.startsWith(prefix) ? message.slice(prefix.length) : message, DEMANDED);
  const [found, next] = "?!".includes(model.letter(host, column)) ? splitLast(rest, NEXT_STEP) : [rest, ""];
  return { found, demanded, next };
}

// A finding has its own texts; else the requirement's, as far as they hold for every host.
function remedyOf(model, host, column) {
  const { remedy } = model.more(host, column);
  if (remedy) return Object.fromEntries(REMEDY.map((name, place) => [name, model.text(remedy[place], host)]));
  const letter = model.letter(host, column);
  const { symptoms, passage, fix, rollback, risk, references } = model.columns[column];
  if ("Fw".includes(letter)) return { symptoms, passage, fix, rollback, risk, references };
  return letter === "?" ? { symptoms, passage, references } : { passage, references };
}

function moment(text) {
  return text.replace("T", " ").replace("Z", " UTC");
}

class Details {
  constructor(model) {
    this.model = model;
  }

  // A list of terms; `columns` are all the requirements that share the verdict and its message.
  of(host, columns) {
    const { model } = this;
    const [column] = columns;
    const letter = model.letter(host, column);
    const list = make("dl", { className: "detail" });
    const add = (name, ...nodes) => list.append(make("div", {}, make("dt", { textContent: name }), make("dd", {}, ...nodes)));
    const say = (name, text) => text && add(name, make("bdi", { textContent: text }));
    const record = model.columns[column];
    const extra = model.more(host, column);
    say("Host", this.hostWords(host));
    if (columns.length > 1) add("Requirements", ...this.links(host, columns));
    else say("Requirement", record.key === record.title ? record.key : `${record.key} ${record.title}`);
    add("Verdict", letterMark(model, letter), ` ${model.word(letter)}`);
    say("Severity", columns.length > 1 ? "" : record.severity === "-" ? "none: a test of your own" : record.severity);
    if (letter === "-") say("Why", "This was selected and has no verdict: the run stopped before. It has not complied.");
    this.addSeen(say, host, column, letter, extra);
    if (columns.length === 1) this.addRecord(say, add, host, column);
    this.addWaiver(say, host, letter, extra.waiver);
    this.addSource(say, host);
    say("Test", columns.length === 1 ? record.test : "");
    return list;
  }

  addSeen(say, host, column, letter, extra) {
    const { model } = this;
    const { found, demanded, next } = partsOf(model, host, column);
    const why = model.hosts.unreachable[host];
    if (letter === "!" && why) {
      const [cause, detail, step] = why.map((number) => model.text(number, host));
      say("Cause", cause);
      say("What happened", detail);
      say("Next step", step);
    } else {
      say(letter === "F" || letter === "w" ? "Found" : letter === "." ? "Seen" : "Reason", found);
      say("Demanded", demanded);
      say("Next step", next);
    }
    say("Since", extra.since && moment(extra.since));
    if (model.compared && letter.trim() && letter !== "-") say("Against the baseline", model.change(host, column));
    if (extra.before) {
      say("Before the change", `${extra.before[0]}: ${model.text(extra.before[1], host)}`);
      say("With the change", `${model.word(letter)}: ${model.message(host, column)}`);
    }
  }

  addRecord(say, add, host, column) {
    const record = this.model.columns[column];
    const texts = remedyOf(this.model, host, column);
    say("Why it matters", record.why);
    say("Symptoms users see", texts.symptoms);
    if (texts.fix) add("Fix, for a person to review", ...this.copied(texts.fix, "Copy the fix"));
    if (texts.rollback) add("Rollback", ...this.copied(texts.rollback, "Copy the rollback"));
    say("Risk", texts.risk);
    if (texts.passage) add("The article", make("blockquote", {}, make("bdi", { textContent: texts.passage })));
    say("References", texts.references);
  }

  addWaiver(say, host, letter, waiver) {
    if (!waiver) return;
    const given = Object.fromEntries(Object.entries(waiver).map(([name, number]) => [name, this.model.text(number, host)]));
    const meaning = { w: "covers this", ".": "is not needed any more", F: "has expired, so the failure counts" }[letter];
    say("Waiver", [given.state, meaning].filter(Boolean).join("; "));
    say("Waiver's reason", given.reason);
    say("Waiver's owner", given.owner);
    say("Approved by", given.approved_by);
    say("Ticket", given.ticket);
    say("Granted", given.granted);
    say("Expires", given.expires);
    say("Waiver stands in", given.source);
  }

  addSource(say, host) {
    const seen = this.model.hosts.seen[host];
    if (!seen) {
      say("Facts", this.model.wasAsked(host) ? "none: the host could not be asked" : "none: the host was not asked");
      return;
    }
    say("Facts from", this.model.text(seen[0], host));
    say("Facts read", moment(seen[1]));
  }

  hostWords(host) {
    const { names, roles, organizations, groups } = this.model.hosts;
    const about = [roles[host], organizations[host], groups[host].length ? `groups ${groups[host].join(", ")}` : ""];
    return `${names[host]} (${about.filter(Boolean).join("; ")})`;
  }

  links(host, columns) {
    return columns.flatMap((column, place) => {
      const { key, title } = this.model.columns[column];
      const link = make("button", { type: "button", className: "link", textContent: key, title });
      link.dataset.open = `${host},${column}`;
      return place ? [", ", link] : [link];
    });
  }

  copied(text, label) {
    const button = make("button", { type: "button", textContent: label });
    const told = make("span", { role: "status" });
    button.addEventListener("click", async () => {
      told.textContent = "";
      const done = await copy(text, button);
      told.textContent = done ? "copied" : "could not be copied: select the text above";
    });
    return [make("pre", { textContent: text }), make("div", { className: "copy" }, button, told)];
  }
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Some browsers refuse a page that was opened from a file; the old way needs a field beside the button.
    const field = make("textarea", { value: text, className: "offstage" });
    button.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    button.focus();
    return done;
  }
}

// The dialog that shows one cell; the fragment says which.
class Dialog {
  constructor(model, details, closed) {
    this.model = model;
    this.details = details;
    this.element = document.getElementById("dialog");
    this.body = document.getElementById("dialog-body");
    this.title = document.getElementById("dialog-title");
    document.getElementById("close").addEventListener("click", () => this.element.close());
    this.element.addEventListener("click", (event) => event.target === this.element && this.element.close());
    this.element.addEventListener("close", closed);
  }

  get isOpen() {
    return this.element.open;
  }

  show(host, column) {
    const letter = this.model.letter(host, column);
    this.title.replaceChildren(
      letterMark(this.model, letter), ` ${this.model.word(letter)}: `, make("bdi", { textContent: this.model.hosts.names[host] }),
      ", ", make("bdi", { textContent: this.model.columns[column].key }),
    );
    this.body.replaceChildren(this.details.of(host, [column]));
    if (!this.element.open) this.element.showModal();
    this.element.scrollTop = 0;
    this.title.focus();
  }

  close() {
    if (this.element.open) this.element.close();
  }
}
