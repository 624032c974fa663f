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

// Escape twice, or "Hide": the page is blank at once, here and in every other window, and asks who is there. What was being
// typed is sent along, and comes back for its owner alone.
const hide = document.querySelector("form[data-hide]");
if (hide) {
  const windows = new BroadcastChannel("hidden");
  const then = encodeURIComponent(location.pathname + location.search);
  let typedIn = null;
  let escaped = 0;

  const blank = () => {
    document.documentElement.classList.add("app-hidden");
    document.title = "…";
  };
  // Sent only where the session is hidden: there it is kept and not stored, as a form of somebody signed out is.
  const leave = (keep) => {
    if (keep && typedIn) {
      HTMLFormElement.prototype.submit.call(typedIn);
    } else {
      location.replace(`${hide.dataset.hide}?next=${then}`);
    }
  };
  const hideNow = async () => {
    blank();
    const asked = { method: "POST", body: new FormData(hide), redirect: "manual" };
    const answer = await fetch(hide.action, asked).catch(() => null);
    const hidden = answer?.type === "opaqueredirect";
    if (hidden) {
      windows.postMessage("hidden");
    }
    leave(hidden);
  };

  // What goes onto paper is kept in the audit, as what was looked at is.
  addEventListener("beforeprint", () => {
    const told = new FormData(hide);
    told.set("page", hide.dataset.page);
    fetch(hide.dataset.printed, { method: "POST", body: told, keepalive: true }).catch(() => null);
  });

  document.addEventListener("input", ({ target }) => {
    if (target.form && target.form.method === "post" && target.form !== hide) {
      typedIn = target.form;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      return;
    }
    if (event.timeStamp - escaped < 800 && escaped > 0) {
      hideNow();
    }
    escaped = event.timeStamp;
  });
  hide.addEventListener("submit", (event) => {
    event.preventDefault();
    hideNow();
  });
  windows.addEventListener("message", () => {
    blank();
    leave(true);
  });
}
