// Goes on to JupyterLab by itself once the waiting page says that it answers.
document.addEventListener("htmx:sseMessage", () => {
  const ready = document.querySelector("[data-goes-on-to]");
  if (ready) location.replace(ready.dataset.goesOnTo);
});

// Whoever came for a seat that is stopped need not ask for it twice.
document.addEventListener("DOMContentLoaded", () => document.querySelector("form[data-start=now]")?.submit());

// A form that is checked while it is typed says so where it cannot be: nobody waits for an answer that never comes.
function tellTrouble(form, status) {
  const place = form?.querySelector(".trouble");
  if (!place) return;
  const told = { 0: "", 401: place.dataset.onEnded, 413: place.dataset.onSize, none: place.dataset.onNone };
  place.textContent = told[status] ?? place.dataset.onOther;
  form.dataset.trouble = status;
}
document.addEventListener("htmx:responseError", (event) => tellTrouble(event.target.closest("form"), event.detail.xhr.status));
document.addEventListener("htmx:sendError", (event) => tellTrouble(event.target.closest("form"), "none"));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) tellTrouble(event.target.closest("form"), 0); });

// A page lets go of what is written in it only once it knows that somebody takes it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const first = form.dataset.asksFirst;
  if (!first || form.dataset.isTaken) return;
  event.preventDefault();
  // What is too big stays so until it is changed.
  if (form.dataset.trouble === "413") return;
  const status = await fetch(first, { headers: { "HX-Request": "true" }, redirect: "manual" }).then((answer) => answer.status, () => "none");
  if (status !== 204) {
    tellTrouble(form, status);
    return;
  }
  tellTrouble(form, 0);
  form.dataset.isTaken = "true";
  form.requestSubmit(event.submitter);
  delete form.dataset.isTaken;
});

// What reads as before is not read aloud again each time that somebody types.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.matches("[role=status]") && target.textContent === fragment.textContent) event.detail.shouldSwap = false;
});

// Which fields are wrong, for whoever does not see the sentences beside them.
document.addEventListener("htmx:afterSettle", () => {
  for (const field of document.querySelectorAll("input[aria-describedby], select[aria-describedby], textarea[aria-describedby]")) {
    const isWrong = field.getAttribute("aria-describedby").split(" ").some((id) => document.getElementById(id)?.querySelector(".problem"));
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
});

// A link that is called a button answers to the space bar as one.
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  if (!event.repeat) event.target.click();
});
