/* The site works without this file; it adds filters, sorting, the chooser, copying and switches.
   Tables are written into the pages, so that they can be read, linked to and printed without it:
   a table library would weigh more than all pages that a reader opens. */
"use strict";

/* Some browsers forbid storage for local files: then a choice lasts for one page. */
function remember(name, value) {
  try { localStorage[name] = value; } catch (error) { /* see above */ }
}

function each(selector, act, root) {
  (root || document).querySelectorAll(selector).forEach(act);
}

function switches() {
  var root = document.documentElement;
  each(".theme", function (button) {
    button.addEventListener("click", function () {
      var dark = getComputedStyle(root).colorScheme === "dark";
      root.dataset.theme = dark ? "light" : "dark";
      remember("theme", root.dataset.theme);
    });
  });
  each("[data-language]", function (link) {
    link.addEventListener("click", function () {
      remember("language", link.dataset.language);
      link.hash = location.hash;
    });
  });
  each(".menu", function (button) {
    button.addEventListener("click", function () {
      var open = document.getElementById("menu").classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    });
  });
}

/* A form filters the items of the list that it names; what was chosen stands in the address. */
function filters(form) {
  var list = document.getElementById(form.dataset.filters);
  var items = Array.from(list.querySelectorAll("[data-item]"));
  var texts = items.map(function (item) { return item.textContent.toLowerCase(); });
  var shown = form.querySelector("[data-shown]");
  var none = document.querySelector("p.none");
  var controls = Array.from(form.elements).filter(function (field) { return field.name; });

  function nameOf(control) { return control.dataset.as || control.name; }

  function fits(item, index, control) {
    var wanted = control.value.trim(), own;
    if (!wanted) return true;
    if (control.name === "q") {
      return wanted.toLowerCase().split(/\s+/).every(function (word) {
        return texts[index].includes(word);
      });
    }
    own = item.dataset[control.name] || "";
    if (control.dataset.compare === "from") return own !== "" && Number(own) >= Number(wanted);
    if (control.dataset.compare === "to") return own !== "" && Number(own) <= Number(wanted);
    return own.split(" ").includes(wanted);
  }

  function apply() {
    var count = 0;
    items.forEach(function (item, index) {
      var kept = controls.every(function (control) { return fits(item, index, control); });
      item.hidden = !kept;
      count += kept ? 1 : 0;
    });
    shown.textContent = count;
    if (none) none.hidden = count > 0;
  }

  function record() {
    var query = new URLSearchParams(location.search);
    controls.forEach(function (control) {
      if (control.value) query.set(nameOf(control), control.value);
      else query.delete(nameOf(control));
    });
    history.replaceState(null, "", "?" + query + location.hash);
  }

  var asked = new URLSearchParams(location.search);
  controls.forEach(function (control) { control.value = asked.get(nameOf(control)) || ""; });
  form.addEventListener("input", function () { apply(); record(); });
  form.addEventListener("reset", function () { setTimeout(function () { apply(); record(); }); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  apply();
}

/* A button in the head of a column sorts its table; empty cells come last. */
function sorting(button) {
  var head = button.closest("th"), body = head.closest("table").tBodies[0];
  var column = Array.from(head.parentNode.children).indexOf(head);
  var numeric = head.dataset.sort === "number";

  function value(row) {
    var text = row.children[column].textContent.trim();
    return numeric ? parseFloat(text.replace(/,/g, "")) : text;
  }

  button.addEventListener("click", function () {
    var down = head.getAttribute("aria-sort") === "ascending";
    var rows = Array.from(body.rows).map(function (row) { return [value(row), row]; });
    rows.sort(function (a, b) {
      var emptyA = a[0] === "" || Number.isNaN(a[0]), emptyB = b[0] === "" || Number.isNaN(b[0]);
      if (emptyA || emptyB) return emptyA - emptyB;
      var order = numeric ? a[0] - b[0] : a[0].localeCompare(b[0], document.documentElement.lang);
      return down ? -order : order;
    });
    each("[aria-sort]", function (other) { other.removeAttribute("aria-sort"); }, head.parentNode);
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.forEach(function (pair) { body.appendChild(pair[1]); });
  });
}

/* Choices are [question, setting, agent, part, plot, key]; what leads nowhere is disabled. */
function chooser(form) {
  var choices = JSON.parse(document.getElementById("choices").textContent);
  var names = ["question", "setting", "agent", "part"];

  function current() { return names.map(function (name) { return form.elements[name].value; }); }

  function find(values) {
    return choices.find(function (choice) {
      return values.every(function (value, index) { return choice[index] === value; });
    });
  }

  function text(name) { return form.elements[name].selectedOptions[0].textContent; }

  function show(choice) {
    names.forEach(function (name, index) { form.elements[name].value = choice[index]; });
    names.slice(1).forEach(function (name, index) {
      each("option", function (option) {
        var values = current();
        values[index + 1] = option.value;
        option.disabled = !find(values);
      }, form.elements[name]);
    });
    each(".plot", function (plot) { plot.classList.toggle("chosen", plot.id === choice[4]); });
    var plot = document.getElementById(choice[4]);
    plot.querySelector("[data-heading]").textContent = text("question");
    plot.querySelector("[data-scope]").textContent = names.slice(1).map(text).join(" · ");
  }

  function fromAddress() {
    var key = decodeURIComponent(location.hash.slice(1));
    var asked = choices.find(function (choice) { return choice[5] === key; });
    if (asked) show(asked);
    return Boolean(asked);
  }

  form.addEventListener("change", function (event) {
    var values = current();
    /* Another question starts from all its trials where the narrower choice has no answer. */
    var choice = find(values) || (event.target.name === "question" && find([values[0], "", "", ""]));
    choice = choice || choices.find(function (other) { return other[0] === values[0]; });
    show(choice);
    history.replaceState(null, "", location.search + "#" + choice[5]);
  });
  window.addEventListener("hashchange", fromAddress);
  if (!fromAddress()) show(choices[0]);
}

function copying(button) {
  button.addEventListener("click", function () {
    var source = document.getElementById(button.dataset.copy), label = button.innerHTML;
    var range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    /* The clipboard interface is not there for local files in every browser. */
    var copied = document.execCommand("copy");
    if (!copied && navigator.clipboard) navigator.clipboard.writeText(source.textContent);
    getSelection().removeAllRanges();
    button.textContent = button.dataset.done;
    setTimeout(function () { button.innerHTML = label; }, 1500);
  });
}

/* One link follows pointer and focus: the address of the row where they are. */
function addresses() {
  var link = document.createElement("a");
  link.className = "here";
  link.textContent = "#";
  link.setAttribute("aria-label", document.body.dataset.here);
  link.title = document.body.dataset.here;

  function follow(event) {
    var row = event.target.closest("tr[id], li[id], article[id]");
    if (!row || link.parentNode && link.closest("tr, li, article") === row) return;
    link.href = "#" + row.id;
    (row.querySelector("th, h3") || row).appendChild(link);
  }

  document.addEventListener("mouseover", follow);
  document.addEventListener("focusin", follow);
}

/* An address may lead to a row inside something folded. */
function unfold() {
  var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  var folded = target && target.closest("details");
  if (folded) { folded.open = true; target.scrollIntoView(); }
}

switches();
each("form[data-filters]", filters);
each(".sort", sorting);
each("#chooser", chooser);
each(".copy", copying);
addresses();
unfold();
window.addEventListener("hashchange", unfold);
