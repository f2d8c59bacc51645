// The desk by keyboard. Everything works without this file, by forms and links.

const PAUSE = 160;
const SWITCH = "portico-single-keys";
// The last search, in this tab alone and until it is closed or someone signs out: whoever opens an article comes back.
const LAST = "portico-last-search";

// Single keys

function singleKeys() {
  return localStorage.getItem(SWITCH) !== "off";
}

function showKeys() {
  document.querySelectorAll("[data-key-shown]").forEach((one) => {
    one.hidden = !singleKeys();
  });
}

document.querySelectorAll("[data-keys]").forEach((one) => {
  one.hidden = false;
});
document.querySelectorAll("[data-single-keys]").forEach((box) => {
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    showKeys();
  });
});
showKeys();

document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", () => sessionStorage.removeItem(LAST));

const input = document.getElementById("words");
const results = document.querySelector("[data-results]");
const links = () => [...(results?.querySelectorAll(".dk-results h3 a") ?? [])];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
    return;
  }
  const writing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Escape" && !(event.target === input && input.value)) {
    const back = document.querySelector("[data-back]");
    if (results) {
      toBox();
    } else if (writing) {
      event.target.blur();
    } else if (back) {
      location.assign(back.href);
    }
    return;
  }
  if (writing || !singleKeys()) {
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    toBox();
    return;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button && !event.repeat) {
    event.preventDefault();
    button.click();
    button.focus();
  }
});

function toBox() {
  input.focus();
  input.select();
}

// Results while typing

if (results) {
  const form = input.form;
  const status = document.querySelector("[data-find-status]");
  let timer;
  let request;

  const find = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const body = new FormData(form);
    sessionStorage.setItem(LAST, JSON.stringify([input.value, form.lang.value, form.channel.value]));
    try {
      const answer = await fetch(form.dataset.find, { method: "POST", body, signal });
      if (answer.status === 403 || answer.status === 400) {
        status.textContent = "You are signed out. Load the page again to sign in.";
        status.className = "govuk-error-message";
        return;
      }
      const html = answer.ok ? await answer.text() : "";
      if (!signal.aborted && answer.ok) {
        results.innerHTML = html;
        status.textContent = results.querySelector("[data-found]")?.textContent.trim() ?? "";
      }
    } catch {
      // The next key, or the button, asks again.
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  };

  input.addEventListener("input", later);
  form.lang.addEventListener("change", find);
  form.channel.addEventListener("change", find);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    await find();
    links()[0]?.focus();
  });

  document.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (event.target === input || at >= 0) && all.length) {
      event.preventDefault();
      const next = at + step;
      if (next < 0) {
        toBox();
      } else {
        all[Math.min(next, all.length - 1)].focus();
      }
    } else if (at >= 0 && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      all.at(event.key === "Home" ? 0 : -1).focus();
    }
  });

  const [words, lang, channel] = JSON.parse(sessionStorage.getItem(LAST) ?? "[]");
  if (words && !input.value) {
    input.value = words;
    form.lang.value = lang;
    form.channel.value = channel;
    find();
  }
  toBox();
}

// Handing a page on: what is copied or mailed is noted as sent.

const use = document.querySelector("[data-use]");
if (use) {
  const status = use.querySelector("[data-use-status]");

  const noteSent = async (words, channel) => {
    const body = new FormData(use);
    body.set("kind", "sent");
    if (channel) {
      body.set("channel", channel);
    }
    const answer = await fetch(use.action, { method: "POST", body });
    status.textContent = answer.ok ? `${words} Noted as sent.` : `${words} It could not be noted.`;
  };

  use.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(text.value);
      } catch {
        text.select();
        document.execCommand("copy");
      }
      await noteSent("Copied.");
    });
  });
  use.querySelector('a[href^="mailto:"]')?.addEventListener("click", () => noteSent("The e-mail is open.", "email"));
}
