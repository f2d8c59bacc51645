// Lists of related services. For everyone: which link was followed is told once for each page. In a visit that may be
// counted, the list of that visit takes the place of the one that everyone sees. Browsers that ask not to be followed
// are left alone.

const isPrivate = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
const isCounted = !isPrivate && /(?:^|; )portico_visit_yes=1(?:;|$)/.test(document.cookie);

export function keepRelated(section) {
  const { related, followed } = section.dataset;
  const heading = section.querySelector("h2");
  let told = false;

  function tell({ target, button }) {
    const item = target.closest("a")?.closest("[data-list] > li");
    if (told || !item || button > 1 || isPrivate) {
      return;
    }
    told = true;
    const list = item.parentElement;
    const position = [...list.children].indexOf(item) + 1;
    navigator.sendBeacon(followed, new URLSearchParams({ list: list.dataset.list, position }));
  }

  async function show() {
    try {
      const answer = await fetch(related);
      if (answer.status === 200) {
        heading.nextElementSibling.innerHTML = await answer.text();
      }
    } catch {
      // The list that everyone sees stays.
    }
  }

  async function hide(event) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    body.append(event.submitter.name, event.submitter.value);
    await fetch(event.target.action, { method: "POST", body, redirect: "manual" });
    await show();
    // The button that had the focus is gone.
    heading.tabIndex = -1;
    heading.focus();
  }

  section.addEventListener("click", tell);
  section.addEventListener("auxclick", tell);
  if (related && isCounted) {
    section.addEventListener("submit", hide);
    show();
  }
}

// Tells that somebody goes on to where one applies for a service.
export function countApplied(image) {
  function tell({ target, button }) {
    if (button < 2 && target.closest("a[rel~=external]")) {
      navigator.sendBeacon(image.dataset.applied);
    }
  }

  if (isCounted) {
    const how = document.querySelector("[aria-labelledby=how]");
    how?.addEventListener("click", tell);
    how?.addEventListener("auxclick", tell);
  }
}
