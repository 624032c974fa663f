// Starts the GOV.UK components; pages work without it.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();

// A picture wider than the screen starts at its middle, where the children are.
for (const picture of document.querySelectorAll(".app-picture")) {
  picture.scrollLeft = (picture.scrollWidth - picture.clientWidth) / 2;
}
