// Runs inside the page: what of it a person could not read or reach on this screen, in words; nothing where all is well.

/** `within`: test ids of what must be in sight before anybody scrolls; what rings and what hangs up always must. */
export function crampedIn(within) {
  const told = [];
  const [width, height] = [innerWidth, innerHeight];
  const nameOf = (it) => it.dataset.testid ?? `${it.localName} "${(it.getAttribute('aria-label') ?? it.textContent).trim().slice(0, 40)}"`;
  const boxOf = (it) => it.getBoundingClientRect();
  const top = [...document.querySelectorAll('[aria-modal="true"]')].at(-1) ?? document.body;
  // A drawn element; one that is there for screen readers alone has a pixel at most.
  const isClipped = (it) => it !== null && (getComputedStyle(it).clipPath === 'inset(50%)' || isClipped(it.parentElement));
  const isDrawn = (it) => {
    const box = boxOf(it);
    return !isClipped(it) && box.width > 2 && box.height > 2 && it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && it.closest('[aria-hidden="true"], [inert]') === null;
  };
  // A card that rings lies over the page until it is answered.
  const isOverlaid = (hit) => {
    for (let it = hit; it !== null; it = it.parentElement) if (getComputedStyle(it).position === 'fixed') return true;
    return false;
  };
  const isHit = (it, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (it.contains(hit) || hit.contains(it) || hit.closest('label')?.contains(it) === true);
  };

  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth) told.push(`the page is ${scrollWidth} wide where ${clientWidth} are seen`);

  for (const id of ['answer', 'decline', 'hang-up', ...within]) {
    for (const it of document.querySelectorAll(`[data-testid="${id}"]`)) {
      const { left, right, top: upper, bottom } = boxOf(it);
      if (left < 0 || right > width || upper < 0 || bottom > height) told.push(`${id} is out of sight`);
    }
  }

  const texts = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const it = node.parentElement;
    if (node.data.trim() === '' || !isDrawn(it)) continue;
    const style = getComputedStyle(it);
    // What ends in "…" is cut off on purpose.
    const isWide = /hidden|clip/.test(style.overflowX) && it.scrollWidth > it.clientWidth + 1 && style.textOverflow !== 'ellipsis';
    const isHigh = /hidden|clip/.test(style.overflowY) && it.scrollHeight > it.clientHeight + 3 && style.webkitLineClamp === 'none';
    if (isWide || isHigh) told.push(`the text of ${nameOf(it)} is cut off`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      if (box.width > 2 && isHit(it, x, y)) texts.push({ it, box });
    }
  }
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      if (one.it === other.it) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // Lines that are set close share some pixels in which neither has ink.
      if (across > 2 && down > Math.min(one.box.height, other.box.height) / 3) told.push(`${nameOf(one.it)} lies over ${nameOf(other.it)}`);
    }
  }

  const scrolled = [...document.querySelectorAll('*')].filter((it) => it.scrollTop > 0).map((it) => [it, it.scrollTop]);
  const acts = 'button, a[href], input, select, textarea, [role="menuitem"], [role="option"], [tabindex="0"]';
  for (const it of top.querySelectorAll(acts)) {
    if (!isDrawn(it)) continue;
    it.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, right, top: upper, bottom } = boxOf(it);
    if (left < -1 || right > width + 1) told.push(`${nameOf(it)} goes past the edge`);
    // Of a tall one its middle must be there; of any other all of it.
    else if (bottom - upper < height / 2 && (upper < -1 || bottom > height + 1)) told.push(`${nameOf(it)} can't be scrolled to`);
    else {
      const [x, y] = [(left + right) / 2, (upper + bottom) / 2];
      const hit = document.elementFromPoint(x, y) ?? document.body;
      if (!isHit(it, x, y) && (isOverlaid(it) || !isOverlaid(hit))) told.push(`${nameOf(it)} is covered by ${nameOf(hit)}`);
    }
  }
  for (const it of document.querySelectorAll('*')) if (it.scrollTop > 0) it.scrollTop = 0;
  for (const [it, at] of scrolled) it.scrollTop = at;
  return [...new Set(told)];
}
