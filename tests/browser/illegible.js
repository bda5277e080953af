// The text on the page with less than 4.5 between ink and paper (WCAG 2.2), opacity and layers counted in; then
// the labels that are cut off, and a page that is wider than its window.
() => {
  const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parse = color => (color.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const over = (top, under) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(place => top[place] * alpha + under[place] * (1 - alpha));
  };
  const papers = element => {
    const stack = [];
    for (let item = element; item; item = item.parentElement) {
      stack.push(parse(getComputedStyle(item).backgroundColor));
    }
    return stack.reverse().reduce((paper, color) => over(color, paper), [255, 255, 255]);
  };
  const fade = element => {
    let shown = 1;
    for (let item = element; item; item = item.parentElement) shown *= Number(getComputedStyle(item).opacity);
    return shown;
  };
  const walker = document.createTreeWalker(document.querySelector('[data-testid="stApp"]'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    const skipped = 'script, style, svg, canvas, :disabled, [data-testid="stIconMaterial"], .js-plotly-plot';
    const box = element.getBoundingClientRect();
    if (!words || element.closest(skipped) || box.width < 2 || getComputedStyle(element).visibility === 'hidden') continue;
    const shown = fade(element);
    if (!shown) continue;
    const paper = papers(element);
    const color = parse(getComputedStyle(element).color);
    const ink = over([...color.slice(0, 3), (color.length > 3 ? color[3] : 1) * shown], paper);
    const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) found.push(`${words.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  const label = '[data-testid="stMain"] :is(p, h1, h4), [data-testid="stText"]';
  for (const item of document.querySelectorAll(label)) {
    const hidden = !item.offsetParent || item.closest('[data-testid="stPageLink"]');
    const cut = item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).overflow !== 'visible';
    if (!hidden && cut) found.push(`${item.innerText.slice(0, 40)}: cut off`);
  }
  const main = document.querySelector('[data-testid="stMain"]');
  if (main.scrollWidth > window.innerWidth) found.push(`the page is ${main.scrollWidth} wide`);
  return found;
}
