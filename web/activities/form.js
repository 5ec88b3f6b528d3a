// Forms whose faults are told at their fields.

import { element } from "../common.js";
import { button, make, once, problemPlace, tellProblem } from "./parts.js";

let count = 0;

function clear({ input, fault }) {
  fault.hidden = true;
  fault.textContent = "";
  input.removeAttribute("aria-invalid");
}

/** A form that keeps what was entered in `values`, so that it can be shown anew. */
export class Form {
  constructor(language, values) {
    this.language = language;
    this.values = values;
    this.places = [];
    this.trouble = problemPlace("form");
    this.part = make("form", { class: "form", novalidate: true });
  }

  /** A field with its label; `pointer` is where the API finds it. */
  field(pointer, label, input, hint) {
    count += 1;
    const id = `field-${count}`;
    const fault = make("p", { class: "fault", id: `${id}-fault`, hidden: true });
    const told = hint && make("p", { class: "hint", id: `${id}-hint` }, hint);
    input.id = id;
    input.setAttribute("aria-describedby", told ? `${id}-hint ${id}-fault` : `${id}-fault`);
    const place = { pointer, input, fault };
    this.places.push(place);
    // Who corrects a fault need not go on reading of it.
    input.addEventListener("input", () => clear(place));
    return make("div", { class: "field" }, make("label", { for: id }, label), told, input, fault);
  }

  /** Several choices under one question. */
  group(pointer, question, hint, ...children) {
    count += 1;
    const fault = make("p", { class: "fault", id: `group-${count}-fault`, hidden: true });
    const part = make("fieldset", { "aria-describedby": fault.id }, make("legend", {}, question),
      hint && make("p", { class: "hint" }, hint), children, fault);
    const place = { pointer, input: part, fault };
    this.places.push(place);
    part.addEventListener("input", () => clear(place));
    return part;
  }

  /** A line of text, or a number, date or time. */
  input(name, type = "text", traits = {}) {
    const made = make("input", { type, autocomplete: "off", ...traits });
    made.value = this.values[name] ?? "";
    made.addEventListener("input", () => { this.values[name] = made.value; });
    return made;
  }

  area(name, traits = {}) {
    const made = make("textarea", { rows: 4, ...traits });
    made.value = this.values[name] ?? "";
    made.addEventListener("input", () => { this.values[name] = made.value; });
    return made;
  }

  /** `options` are pairs of value and words; `changed` hears of another choice. */
  select(name, options, changed) {
    const made = make("select", {},
      options.map(([value, words]) => make("option", { value }, words)));
    made.value = this.values[name] ?? options[0]?.[0] ?? "";
    made.addEventListener("change", () => {
      this.values[name] = made.value;
      changed?.();
    });
    return made;
  }

  /** One of several that can be chosen beside each other. */
  check(name, value, words) {
    const made = make("input", { type: "checkbox" });
    const list = () => this.values[name] ?? [];
    made.checked = list().includes(value);
    made.addEventListener("change", () => {
      const rest = list().filter((each) => each !== value);
      this.values[name] = made.checked ? [...rest, value] : rest;
    });
    return make("label", { class: "choice" }, made, element("span", words));
  }

  /** Puts it together; `act` sends it, and what it throws is told at the fields. */
  done(children, words, act) {
    const send = make("button", { type: "submit", class: "main", "data-focus": "send" }, words);
    this.part.append(...children.flat(Infinity).filter(Boolean), this.trouble, send);
    this.part.addEventListener("submit", (event) => {
      event.preventDefault();
      once(send, async () => {
        this.tell(null);
        try {
          await act();
        } catch (problem) {
          this.tell(problem);
        }
      });
    });
    return this.part;
  }

  /** Tells each fault at the field that its pointer names, or at the nearest that holds it. */
  tell(problem) {
    this.places.forEach(clear);
    if (!problem) return tellProblem(this.trouble, null, this.language);
    if (problem.status === undefined) throw problem;
    const unplaced = [];
    let first;
    for (const error of problem.errors) {
      const place = this.placeOf(error.pointer);
      if (!place) { unplaced.push(error); continue; }
      place.fault.hidden = false;
      place.fault.append(element("span", `${error.detail} `));
      if (place.input.tagName !== "FIELDSET") place.input.setAttribute("aria-invalid", "true");
      for (let up = place.input.parentElement; up; up = up.parentElement) {
        if (up.tagName === "DETAILS") up.open = true;
      }
      first ??= place.input;
    }
    problem.unplaced = unplaced;
    problem.isPlaced = first !== undefined && !unplaced.length;
    tellProblem(this.trouble, problem, this.language);
    if (problem.status === 412) {
      // Somebody else changed it meanwhile: what is written here goes on top of what they wrote.
      const words = this.language === "zh" ? "读取最新内容" : "Read it again";
      this.trouble.append(button(words, () => location.reload()));
    }
    const reach = first?.tagName === "FIELDSET" ? first.querySelector("input, select") : first;
    (reach ?? this.part.querySelector("[type=submit]")).focus();
  }

  placeOf(pointer) {
    for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
      const found = this.places.find((place) => place.pointer === at && place.input.isConnected);
      if (found) return found;
    }
    return null;
  }
}

/**
 * A question before something that cannot be undone; `act` gets the reason, where one is asked, and
 * `label` says which of several alike it is.
 */
export function confirmation(app, key, { open, question, confirm, reason, label, kind = "quiet" },
  act) {
  const state = app.state;
  if (!state[key]) {
    const opening = button(open, () => {
      state[key] = {};
      app.show();
      document.querySelector(`[data-ask="${key}"] textarea, [data-ask="${key}"] button`)?.focus();
    }, { kind, key: `open-${key}` });
    if (label) opening.setAttribute("aria-label", label);
    return make("div", {}, opening);
  }
  const form = new Form(app.language, state[key]);
  const fields = [element("p", question, "title")];
  if (reason) fields.push(form.field("/because", reason, form.area("because", { maxlength: 400 })));
  const part = form.done(fields, confirm, async () => {
    await act(state[key].because?.trim());
    delete state[key];
  });
  part.dataset.ask = key;
  part.append(button(app.language === "zh" ? "不了" : "No, go back", () => {
    delete state[key];
    app.show();
    document.querySelector(`[data-focus="open-${key}"]`)?.focus();
  }));
  return part;
}
