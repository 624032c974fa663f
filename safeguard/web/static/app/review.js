// Keys of the match review. The page works without them, and they never fire while somebody types.
const form = document.getElementById("answer");

if (form) {
  const keys = document.getElementById("keys");
  const reason = form.elements.namedItem("reason");
  const verdicts = { s: "same", d: "different", u: "unsure" };
  keys.hidden = false;

  const candidates = () => [...form.querySelectorAll('input[type="radio"][name="candidate"]')];

  const choose = (radio) => {
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    mark();
    return true;
  };

  // The column of the chosen person stands out.
  const mark = () => {
    const chosen = candidates().findIndex((radio) => radio.checked) + 1;
    for (const cell of document.querySelectorAll("[data-candidate]")) {
      cell.classList.toggle("app-beside__chosen", cell.dataset.candidate === String(chosen));
    }
  };

  const typing = (target) =>
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");

  const pressed = (key) => {
    if (/^[0-9]$/.test(key)) {
      const all = candidates();
      return choose(key === "0" ? all.find((radio) => radio.value === "all") : all.filter((radio) => radio.value !== "all")[Number(key) - 1]);
    }
    if (key in verdicts) return choose(form.querySelector(`input[name="verdict"][value="${verdicts[key]}"]`));
    if (key === "r") {
      reason.focus();
      return true;
    }
    if (key === "n") {
      window.location.assign(form.dataset.skip);
      return true;
    }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.querySelector('button[name="then"][value="next"]').click();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (pressed(event.key.toLowerCase())) event.preventDefault();
  });
  form.addEventListener("change", mark);
  mark();
}
