// Fetches the page again and shows what is new; details that were opened stay open.
"use strict";
let tag = null;
async function refresh() {
  const gone = document.getElementById("gone");
  try {
    const answer = await fetch("./", { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    gone.hidden = true;
    if (answer.status === 200) {
      tag = answer.headers.get("ETag");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      for (const open of document.querySelectorAll("details[open]")) {
        const same = fresh.querySelector("#" + CSS.escape(open.id));
        if (same) same.open = true;
      }
      const shown = document.getElementById("live");
      if (!shown.isEqualNode(fresh)) shown.replaceWith(fresh);
    }
  } catch {
    gone.hidden = false;
  }
  setTimeout(refresh, 500);
}
refresh();
