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

// The code of an email stands behind # in the address, where no server on the way sees it.
const fromAddress = document.querySelector("input[data-from-address]");
if (fromAddress && location.hash.length > 1) {
  fromAddress.value ||= decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
