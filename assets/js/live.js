// Long work that shows itself: <div data-live="address" data-live-every="3">…</div> is replaced by what the address
// answers (a fragment for this place) until the answer carries no data-live any more. An answer that is a whole page
// or a failure is left to the person: the fragment holds a link that reloads the page.

async function refresh(place) {
  const response = await fetch(place.dataset.live, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
  if (!response.ok || response.redirected) return null;
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return parsed.querySelector("[data-live-place]");
}

function watch(place) {
  if (!place.dataset.live) return;
  const seconds = Math.max(1, Number(place.dataset.liveEvery) || 3);
  window.setTimeout(async () => {
    if (document.hidden) return watch(place);
    let fresh = null;
    try {
      fresh = await refresh(place);
    } catch {
      return watch(place);
    }
    if (!fresh) return undefined;
    place.replaceWith(document.adoptNode(fresh));
    return watch(fresh);
  }, seconds * 1000);
}

export function keepLive(root) {
  root.querySelectorAll("[data-live-place]").forEach(watch);
}
