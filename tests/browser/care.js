// What a page owes to those who read it otherwise: run in the page, each function returns the list of what is wrong.
() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const named = (element) => `<${element.tagName.toLowerCase()}${element.id && "#" + element.id} ${element.className?.baseVal ?? element.className}> ${(element.textContent || element.name || "").trim().slice(0, 40)}`;
  const all = (selector) => [...document.querySelectorAll(selector)];

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const rgba = (colour) => {
    if (!seen.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      seen.set(colour, [r, g, b, a / 255]);
    }
    return seen.get(colour);
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    const canvasColour = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvasColour);
  };
  // Relative luminance and contrast ratio as WCAG 2.2 defines them.
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const contrast = () => {
    const wrong = new Set();
    let texts = 0;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      if (!walk.currentNode.data.trim() || !shown(element) || element.closest("[disabled]")) continue;
      const style = getComputedStyle(element);
      texts += 1;
      const below = ground(element);
      const ink = over(rgba(element.closest("svg") ? style.fill : style.color), below);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const found = ratio(ink, below);
      if (found < (large ? 3 : 4.5)) wrong.add(`${found.toFixed(2)}:1 ${named(element)}`);
    }
    if (!texts) wrong.add("no text was looked at");
    // What is no text must stand out 3:1 (WCAG 2.2, 1.4.11): a chart's marks, the edge of a field, the ring of the focus.
    const stands = (element, colour, below) => ratio(over(rgba(colour), below), below) >= 3 || wrong.add(`${ratio(over(rgba(colour), below), below).toFixed(2)}:1, no text: ${named(element)}`);
    for (const mark of all(".chart rect").filter(shown)) stands(mark, getComputedStyle(mark).fill, ground(mark));
    for (const field of all("input:not([type=checkbox], [type=hidden]), select, textarea").filter(shown)) stands(field, getComputedStyle(field).borderTopColor, ground(field.parentElement));
    const ring = getComputedStyle(document.documentElement).getPropertyValue("--focus").trim();
    for (const each of all("main a[href], main button, main input").filter(shown).slice(0, 60)) stands(each, ring, ground(each.parentElement));
    return [...wrong];
  };

  // What sticks out sideways, and what is cut off there; a box that scrolls by itself may.
  const sideways = () => {
    const wide = document.documentElement.clientWidth;
    const wrong = document.documentElement.scrollWidth > wide ? [`${document.documentElement.scrollWidth} px on ${wide} px`] : [];
    const scrolls = (element) => element && element !== document.body && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const passed = (element) => element.closest("dialog, svg, select") || !shown(element) || element.clientWidth <= 1;
    const far = all("body *").filter((each) => each.getBoundingClientRect().right > wide + 1 && !passed(each) && !scrolls(each));
    const cut = all("body *").filter((each) => each.scrollWidth > each.clientWidth + 1 && /clip|hidden/.test(getComputedStyle(each).overflowX) && getComputedStyle(each).textOverflow !== "ellipsis" && !passed(each));
    return [...wrong, ...far.slice(0, 4).map((each) => `sticks out: ${named(each)}`), ...cut.map((each) => `cut off: ${named(each)}`)];
  };

  const names = () => {
    const wrong = [];
    for (const field of all("input:not([type=hidden], [hidden]), select, textarea")) {
      const label = [...(field.labels || [])].some((each) => each.textContent.trim());
      if (!label && !field.getAttribute("aria-label") && !field.getAttribute("aria-labelledby")) wrong.push(`no label: ${named(field)}`);
    }
    for (const each of all("a[href], button, summary")) {
      if (!each.textContent.trim() && !each.getAttribute("aria-label") && !each.querySelector("img[alt]:not([alt=''])")) wrong.push(`no name: ${named(each)}`);
    }
    for (const stop of all("main [tabindex='0']")) {
      if (!stop.getAttribute("role") || !stop.getAttribute("aria-label")) wrong.push(`a stop without a name: ${named(stop)}`);
    }
    for (const image of all("img:not([alt])")) wrong.push(`no alt: ${named(image)}`);
    for (const drawn of all("main svg")) {
      if (drawn.getAttribute("aria-hidden") !== "true" && !drawn.querySelector("title")?.textContent.trim()) wrong.push(`no title: ${named(drawn)}`);
    }
    for (const table of all("table.grid, table.plain-table")) {
      if (!table.querySelector("th")) wrong.push(`no heading cell: ${named(table)}`);
    }
    const ids = all("[id]").map((each) => each.id);
    for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) wrong.push(`two of id ${id}`);
    for (const name of ["for", "aria-labelledby", "aria-describedby", "form"]) {
      for (const each of all(`[${name}]`)) {
        for (const id of each.getAttribute(name).split(" ")) if (!ids.includes(id)) wrong.push(`${name}=${id} leads nowhere`);
      }
    }
    return wrong;
  };

  const order = () => {
    const wrong = [];
    const one = (selector) => all(selector).length === 1 || wrong.push(`${all(selector).length} of ${selector}`);
    ["main", "body > header", "body > footer", "h1"].forEach(one);
    if (!document.documentElement.lang) wrong.push("no language");
    for (const each of all("nav")) if (!each.getAttribute("aria-label") && !each.getAttribute("aria-labelledby")) wrong.push(`a nav without a name: ${named(each)}`);
    let before = 0;
    for (const heading of all("main h1, main h2, main h3, main h4")) {
      const level = Number(heading.tagName[1]);
      if (level > before + 1) wrong.push(`h${level} after h${before}: ${named(heading)}`);
      before = level;
    }
    for (const each of all("[tabindex]")) if (each.tabIndex > 0) wrong.push(`jumps the queue: ${named(each)}`);
    return wrong;
  };

  // Chinese that is read out as English, and English sentences as Chinese: each has its own `lang`.
  const tongues = () => {
    const wrong = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const [element, words] = [walk.currentNode.parentElement, walk.currentNode.data.trim()];
      // What a person wrote, and a name of theirs, is of a language that nobody knows.
      if (!words || !shown(element) || element.closest("textarea, option, code, [lang=''], .theirs")) continue;
      const tongue = element.closest("[lang]").getAttribute("lang").slice(0, 2);
      if (tongue !== "zh" && /[\u3400-\u9fff]/.test(words)) wrong.add(`Chinese as ${tongue}: ${named(element)}`);
      if (tongue === "zh" && /^[a-z ,;:'"()-]*\b[a-z]+ [a-z]+ [a-z]+ [a-z]+\b/i.test(words) && !/[\u3400-\u9fff]/.test(words)) wrong.add(`English as zh: ${named(element)}`);
    }
    return [...wrong];
  };

  const openAll = () => all("main details").forEach((each) => (each.open = true));
  // Whether who moves by Tab sees where they are, and where that is in the page's order.
  const focus = () => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const lit = (element) => element && ((getComputedStyle(element).outlineStyle !== "none" && parseFloat(getComputedStyle(element).outlineWidth) > 0) || getComputedStyle(element).boxShadow !== "none");
    const box = at.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const over = [...at.getClientRects()].some((part) => {
      const top = document.elementFromPoint(part.left + part.width / 2, part.top + part.height / 2);
      return top && (at.contains(top) || top.contains(at) || at.closest(".row")?.contains(top));
    });
    return { name: named(at), place: all("*").indexOf(at), visible: Boolean(lit(at) || lit(at.closest(".row"))), inside: inside && over };
  };
  window.care = { contrast, sideways, names, order, tongues, openAll, focus };
}
