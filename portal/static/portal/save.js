// Saves without loading the page again. Everything works without it: it sends the same forms,
// gets the same pages, and puts the new page's content in the place of the old one.

const parser = new DOMParser();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]")) return;
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  form.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(form.action, { method: "POST", body: sent });
    show(parser.parseFromString(await reply.text(), "text/html"), reply.url);
  } catch {
    form.removeAttribute("aria-busy");
    HTMLFormElement.prototype.submit.call(withDecision(form, event.submitter));
  }
});

function show(page, address) {
  const fresh = page.querySelector("main");
  if (!fresh) return location.assign(address);
  const old = document.querySelector("main");
  old.replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  const url = new URL(address);
  if (!url.pathname.endsWith("/decide") && !url.pathname.includes("/quick/")) {
    history.replaceState(null, "", url.pathname);
  }
  const outcome = document.getElementById("outcome");
  if (!outcome) return;
  outcome.focus({ preventScroll: true });
  outcome.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" });
}

function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// A form that is sent by script leaves out the button that was pressed.
function withDecision(form, button) {
  if (button?.name) {
    const said = document.createElement("input");
    Object.assign(said, { type: "hidden", name: button.name, value: button.value });
    form.append(said);
  }
  return form;
}
