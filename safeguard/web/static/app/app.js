// Starts the GOV.UK components, and goes on where a page says so by itself; pages work without it.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();

for (const form of document.querySelectorAll("form[data-go-on]")) {
  setTimeout(() => form.requestSubmit(), 200);
}

// A picture wider than the screen starts at its middle, where the children are.
for (const picture of document.querySelectorAll(".app-picture")) {
  picture.scrollLeft = (picture.scrollWidth - picture.clientWidth) / 2;
}
