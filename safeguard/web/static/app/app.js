// Starts the GOV.UK components; pages work without it.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();
