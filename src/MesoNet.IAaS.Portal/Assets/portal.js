// Goes on to JupyterLab by itself once the waiting page says that it answers.
document.addEventListener("htmx:sseMessage", () => {
  const ready = document.querySelector("[data-goes-on-to]");
  if (ready) location.replace(ready.dataset.goesOnTo);
});

// Whoever came for a seat that is stopped need not ask for it twice.
document.addEventListener("DOMContentLoaded", () => document.querySelector("form[data-start=now]")?.submit());
