// Tells the portal which result of a search was followed, once for each page: no words, nobody. It goes after the click
// and keeps nobody waiting. Browsers that ask not to be followed are left alone.

export function countFollowed(list) {
  let told = false;

  function tell({ target, button }) {
    const item = target.closest("a")?.closest("li");
    if (told || !item || button > 1 || navigator.globalPrivacyControl || navigator.doNotTrack === "1") {
      return;
    }
    told = true;
    const position = list.start + [...list.children].indexOf(item);
    const { followed, token } = list.dataset;
    navigator.sendBeacon(followed, new URLSearchParams({ token, position }));
  }

  list.addEventListener("click", tell);
  list.addEventListener("auxclick", tell);
}
