// Everything works without this file. It starts the GOV.UK components that pages use and the suggestions of the
// search box.

import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { ExitThisPage } from "govuk-frontend/dist/govuk/components/exit-this-page/exit-this-page.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { countFollowed } from "./followed.js";
import { countApplied, keepRelated } from "./related.js";
import { suggest } from "./suggest.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, ErrorSummary, ExitThisPage, NotificationBanner, SkipLink]) {
  createAll(component);
}
document.querySelectorAll("[data-suggest]").forEach(suggest);
document.querySelectorAll("[data-followed]").forEach(countFollowed);
document.querySelectorAll("[data-related]").forEach(keepRelated);
document.querySelectorAll("[data-applied]").forEach(countApplied);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
