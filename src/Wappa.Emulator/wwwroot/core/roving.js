/**
 * One stop of the Tab key for a whole list; the arrows move inside it (Home and End too). `selector` names the items.
 * The stop stays on the item that had the focus last, or moves to the first (or last) one when that item is gone.
 */
export function roving(list, selector, { orientation = 'vertical', start = 'first', entered = () => {} } = {}) {
  const [back, ahead] = orientation === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  let current = null;
  const items = () => [...list.querySelectorAll(selector)];

  function refresh() {
    const all = items();
    if (!all.includes(current)) current = start === 'last' ? all.at(-1) : (all.find(item => item.matches('.current')) ?? all[0]);
    for (const item of all) stop(item, item === current);
  }

  function stop(item, on) {
    const wanted = on ? '0' : '-1';
    if (item.getAttribute('tabindex') === wanted) return;
    item.setAttribute('tabindex', wanted);
    entered(item, on);
  }

  function go(item) {
    if (!item) return;
    if (current && current !== item) stop(current, false);
    current = item;
    stop(item, true);
  }

  list.addEventListener('focusin', event => go(items().find(item => item.contains(event.target))));
  list.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.matches(selector)) return;
    const all = items();
    const at = all.indexOf(event.target);
    const to = { [back]: at - 1, [ahead]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    go(all[to]);
    all[to].focus();
    all[to].scrollIntoView({ block: 'nearest' });
  });
  new MutationObserver(refresh).observe(list, { childList: true, subtree: true });
  refresh();
  return { refresh, toLast: () => go(items().at(-1)) };
}
