// Rules a page must keep so that it can be used without seeing it, without a mouse, and with weak eyes. Each answers sentences
// about what breaks it; an empty list is a pass.
(() => {
  const visible = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })
    && element.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(visible);
  const short = element => `${element.outerHTML.replace(/\s+/g, ' ').slice(0, 110)}`;
  const byId = ids => ids.split(/\s+/).map(id => document.getElementById(id)?.textContent ?? '').join(' ');

  function name(element) {
    const label = element.getAttribute('aria-label') ?? (element.hasAttribute('aria-labelledby') ? byId(element.getAttribute('aria-labelledby')) : '');
    if (label.trim()) return label.trim();
    const labels = [...(element.labels ?? [])].map(each => each.textContent).join(' ').trim();
    if (labels) return labels;
    const images = [...element.querySelectorAll('img[alt]')].map(image => image.alt).join(' ');
    return `${element.textContent} ${images} ${element.getAttribute('title') ?? ''}`.trim();
  }

  const controls = 'button, a[href], input, select, textarea, summary, audio[controls], video[controls], [role=tab], [role=menuitem]';
  const names = () => all(controls).filter(control => !name(control)).map(control => `no name: ${short(control)}`);

  const regions = () => all('nav, aside, dialog, main, [role=region], [role=tablist], [role=menu]')
    .filter(region => !region.getAttribute('aria-label') && !region.getAttribute('aria-labelledby'))
    .map(region => `a region without a name: ${short(region)}`);

  const pictures = () => all('img').filter(image => !image.hasAttribute('alt')).map(image => `no text for ${short(image)}`);

  function ids() {
    const seen = new Set();
    const twice = [...document.querySelectorAll('[id]')].map(element => element.id).filter(id => seen.size === seen.add(id).size);
    const dangling = ['aria-labelledby', 'aria-controls', 'aria-describedby', 'for'].flatMap(attribute =>
      [...document.querySelectorAll(`[${attribute}]`)].filter(element =>
        element.getAttribute(attribute).split(/\s+/).some(id => !document.getElementById(id))));
    return [...twice.map(id => `twice: #${id}`), ...dangling.map(element => `points nowhere: ${short(element)}`)];
  }

  function headings() {
    const levels = all('h1, h2, h3, h4').map(heading => Number(heading.tagName[1]));
    const jumps = levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1);
    return [levels.filter(level => level === 1).length !== 1 && !matchMedia('(max-width: 759px)').matches && 'not exactly one h1',
      jumps.length > 0 && `a heading skips a level: ${levels}`].filter(Boolean);
  }

  const landmarks = () => [
    document.querySelectorAll('main').length !== 1 && 'not exactly one main',
    document.documentElement.lang === '' && 'no language',
    document.title === '' && 'no title',
    all('[tabindex]').some(element => element.tabIndex > 0) && 'a tabindex above 0',
  ].filter(Boolean);

  const buttons = () => all('[onclick], [role=button]').filter(element => element.tagName !== 'BUTTON')
    .map(element => `not a button: ${short(element)}`);

  // Contrast, as WCAG 2 counts it: of the text's colour to what is painted below it, half-transparent layers mixed in.
  function colour(text) {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return text.startsWith('color(srgb') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  }

  const over = ([r, g, b, a], [br, bg, bb]) => [r * a + br * (1 - a), g * a + bg * (1 - a), b * a + bb * (1 - a), 1];

  function background(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = colour(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }

  function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map(value => value / 255).map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }

  function ratio(element) {
    const below = background(element);
    const [one, other] = [luminance(over(colour(getComputedStyle(element).color), below)), luminance(below)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }

  function contrast() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const elements = new Set();
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (walker.currentNode.data.trim() && visible(parent) && !parent.closest('.hidden, noscript, .icon')) elements.add(parent);
    }
    return [...elements].filter(element => !element.closest('dialog') === !document.querySelector('dialog[open]')).flatMap(element => {
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const found = ratio(element);
      return found + 0.005 < needed ? [`contrast ${found.toFixed(2)} below ${needed}: ${short(element)}`] : [];
    });
  }

  return { names, regions, pictures, ids, headings, landmarks, buttons, contrast };
})()
