// Starts the GOV.UK components, and goes on where a page says so by itself; pages work without it.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();

for (const form of document.querySelectorAll("form[data-go-on]")) {
  setTimeout(() => form.requestSubmit(), 200);
}
