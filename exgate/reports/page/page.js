// Starts the page, and keeps what it shows and the URL's fragment the same.
class Page {
  constructor(model) {
    this.model = model;
    this.details = new Details(model);
    this.dialog = new Dialog(model, this.details, () => this.closed());
    this.matrix = new Matrix(model);
    this.findings = new Findings(model, this.details);
    this.controls = new Controls(model, (filters, isTyping) => this.go(filters, isTyping));
    this.filters = null;
    document.getElementById("main").addEventListener("click", (event) => this.click(event));
    this.dialog.element.addEventListener("click", (event) => this.click(event));
    window.addEventListener("popstate", () => this.apply());
    window.addEventListener("hashchange", () => this.apply());
    document.querySelector(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("findings").focus();
      document.getElementById("findings").scrollIntoView();
    });
    document.getElementById("main").hidden = false;
    this.apply();
  }

  // Typing changes the place in the history, everything else adds one.
  go(filters, isTyping = false) {
    const { fragment } = filters;
    if (fragment === new Filters(location.hash).fragment) return;
    const url = fragment || location.pathname + location.search;
    const state = { opened: Boolean(filters.host) };
    if (isTyping && this.filters.text) history.replaceState(state, "", url);
    else history.pushState(state, "", url);
    this.apply();
  }

  apply() {
    const filters = new Filters(location.hash);
    const before = this.filters;
    this.filters = filters;
    const without = ({ fragment }) => {
      const bare = new Filters(fragment);
      bare.host = bare.requirement = "";
      return bare.fragment;
    };
    if (!before || without(before) !== without(filters)) this.select(filters);
    this.open(filters);
  }

  select(filters) {
    this.controls.show(filters);
    const selection = new Selection(this.model, filters);
    const words = filters.words ? ` Filters: ${filters.words}.` : "";
    document.getElementById("shown").textContent = (
      `${selection.hosts.length.toLocaleString("en")} of ${plural(this.model.count, "host")}, `
      + `${plural(selection.total, "verdict")}${selection.missing ? `, ${selection.missing.toLocaleString("en")} missing` : ""}.${words}`
    );
    this.matrix.show(selection);
    this.findings.show(selection);
  }

  open({ host, requirement }) {
    if (!host) {
      this.dialog.close();
      return;
    }
    const place = this.model.places.get(host);
    const column = this.model.columnPlaces.get(requirement);
    if (place === undefined || column === undefined) {
      this.dialog.close();
      document.getElementById("shown").textContent += ` This report has no ${requirement} of ${host}.`;
      return;
    }
    const cell = this.matrix.cell(place, column);
    if (cell && !this.dialog.isOpen) {
      this.matrix.remember(cell);
      if (document.activeElement === document.body) cell.focus();
    }
    this.dialog.show(place, column);
  }

  click(event) {
    const opener = event.target.closest("td.cell:not(.nothing), button[data-open]");
    if (!opener) return;
    const [host, column] = (opener.dataset.open ?? `${opener.dataset.host},${opener.dataset.column}`).split(",").map(Number);
    const filters = new Filters(location.hash);
    filters.host = this.model.hosts.names[host];
    filters.requirement = this.model.columns[column].key;
    if (opener.matches("td")) opener.focus();
    this.go(filters);
  }

  closed() {
    if (!new Filters(location.hash).host) return;
    if (history.state?.opened) {
      history.back();
      return;
    }
    const filters = new Filters(location.hash);
    filters.host = filters.requirement = "";
    history.replaceState(null, "", filters.fragment || location.pathname + location.search);
    this.filters = filters;
  }
}

document.getElementById("loading").hidden = false;
document.getElementById("loading").textContent = "Reading the verdicts ...";
Model.read(document.getElementById("data")).then((model) => {
  window.report = new Page(model);
  document.getElementById("loading").hidden = true;
  document.documentElement.dataset.ready = "";
  performance.mark("ready");
}).catch((error) => {
  document.getElementById("loading").textContent = `The verdicts cannot be shown: ${error.message}`;
});
