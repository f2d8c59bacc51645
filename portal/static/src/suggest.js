// Suggestions under a search box: the ARIA combobox pattern with a list that the server fills.

const PAUSE = 180;
const SHORTEST = 2;
let boxes = 0;

export function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const id = `suggestions-${(boxes += 1)}`;
  const list = Object.assign(document.createElement("ul"), { id, className: "pt-suggestions", hidden: true });
  const status = Object.assign(document.createElement("div"), { className: "govuk-visually-hidden" });
  let timer;
  let request;
  let chosen = -1;

  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestLabel);
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-controls": id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }
  input.parentElement.append(list);
  form.append(status);

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(index) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    const option = list.children[chosen];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show(suggestions) {
    list.replaceChildren(
      ...suggestions.map(({ text, url, kind }, index) => {
        const option = document.createElement("li");
        option.id = `${id}-${index}`;
        option.dataset.url = url;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(text);
        if (kind) {
          option.append(" ", Object.assign(document.createElement("small"), { textContent: kind }));
        }
        return option;
      }),
    );
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = list.hidden ? "" : form.dataset.suggestStatus.replace("{n}", suggestions.length);
  }

  async function ask() {
    const words = input.value.trim();
    if (words.length < SHORTEST) {
      close();
      return;
    }
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal });
      const suggestions = answer.ok ? await answer.json() : [];
      if (!signal.aborted && document.activeElement === input) {
        show(suggestions);
      }
    } catch {
      // Suggestions are a help and no more: the search works without them.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.url);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && count) {
      event.preventDefault();
      // Past either end lies the box itself (-1).
      const next = chosen + (event.key === "ArrowDown" ? 1 : -1);
      choose(next < -1 ? count - 1 : next >= count ? -1 : next);
    }
  });
  // The box must keep the focus while an option is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      location.assign(option.dataset.url);
    }
  });
}
