// The edits that people made in Grafana: has the server look for them, and takes them into the source.
"use strict";

{
  const { token } = JSON.parse(document.getElementById("edits").textContent);
  const dialog = document.getElementById("absorb");

  // Somebody who comes back to this page may have edited a dashboard in Grafana meanwhile.
  const look = () => { if (document.visibilityState === "visible") fetch("/edits").catch(() => {}); };
  document.addEventListener("visibilitychange", look);
  look();

  if (dialog) {
    const said = document.getElementById("absorb-said");
    const content = document.getElementById("absorb-content");
    let run = 0;

    const ask = async (path, meanwhile) => {
      const mine = ++run;
      said.textContent = meanwhile;
      content.replaceChildren();
      dialog.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(path, { method: "POST", headers: { "x-dashkit-token": token } });
        const text = await answer.text();
        if (mine !== run) return;
        if (answer.ok) show(text);
        else said.textContent = text;
      } catch {
        if (mine === run) said.textContent = "The preview does not answer. Is it still running?";
      }
      dialog.setAttribute("aria-busy", "false");
    };

    const show = (html) => {
      content.innerHTML = html;
      const line = content.querySelector(".said");
      said.textContent = line.textContent;
      line.remove();
      // What is to be read comes before the button that writes it.
      (content.querySelector(".patch") || dialog.querySelector(".close")).focus();
    };

    document.getElementById("board").addEventListener("click", (event) => {
      if (!event.target.closest("button.absorb")) return;
      dialog.showModal();
      const uid = encodeURIComponent(document.getElementById("board").dataset.uid);
      ask(`/absorb/${uid}`, "Looking for the edits of the source that make what Grafana has…");
    });
    content.addEventListener("click", (event) => {
      const take = event.target.closest(".take");
      if (take) ask(`/take/${take.dataset.offer}`, "Writing…");
    });
    dialog.addEventListener("close", () => {
      run += 1;
      content.replaceChildren();
      // A save has made the frame anew, so the button that had the focus may be gone.
      if (!document.activeElement || document.activeElement === document.body) document.querySelector("#board button.absorb")?.focus();
    });
  }
}
