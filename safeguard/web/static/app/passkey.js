// Makes or answers with a passkey: asks the service what to ask the device, and sends the device's answer in the form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const asked = async (form) => {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(answer.status === 429 ? "Too many tries. Wait a few minutes." : "This page has grown old. Load it again.");
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return options;
};

const said = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const problem = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    if (form.dataset.passkey === "make" && !form.elements.name.value.trim()) {
      form.submit(); // the service says what is missing, before the device makes anything
      return;
    }
    try {
      const publicKey = await asked(form);
      const made = form.dataset.passkey === "make";
      const credential = await (made ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements.credential.value = said(credential);
      form.submit();
    } catch (error) {
      const words = {
        NotAllowedError: "Nothing was confirmed on the device, or it took too long. Try again.",
        InvalidStateError: "This device has a passkey of yours already.",
        SecurityError: "Passkeys need the service's own host name, not a number. On a trial, open http://localhost instead.",
      };
      problem.textContent = words[error.name] ?? error.message;
      problem.hidden = false;
    }
  });
}
