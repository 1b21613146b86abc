// The kit page shows each colour token.
document.querySelectorAll("[data-token]").forEach((box) => { box.style.background = `var(--w-${box.dataset.token})`; });
