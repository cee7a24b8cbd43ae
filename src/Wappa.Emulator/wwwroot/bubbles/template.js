import { h, plain } from '../core/dom.js';
import { openMenu } from '../core/menu.js';
import { header, row } from './interactive.js';
import { bodyOf } from './excerpt.js';
import * as answer from '../compose/answers.js';

// The approved text of a template lives at Meta. The page shows the name and what the app filled in.

const value = parameter => parameter[parameter.type]?.fallback_value ?? parameter.text ?? parameter.payload
  ?? parameter.coupon_code ?? parameter[parameter.type]?.filename ?? JSON.stringify(parameter);

function slots(component) {
  return (component.parameters ?? []).filter(parameter => !['image', 'video', 'document'].includes(parameter.type))
    .map((parameter, index) => h('li', {},
      h('span', { class: 'slot', text: plain(parameter.parameter_name ?? index + 1) }),
      h('bdi', { text: plain(value(parameter)) })));
}

function heads(component) {
  const first = component?.parameters?.[0];
  if (!first) return null;
  return header(first.type === 'text' ? first : { type: first.type, [first.type]: first[first.type] });
}

function button(message, component, context) {
  const parameter = component.parameters?.[0] ?? {};
  const place = Number(component.index ?? 0) + 1;
  const label = parameter.text ?? parameter.payload ?? parameter.coupon_code ?? `Button ${place}`;
  switch (String(component.sub_type).toLowerCase()) {
    case 'quick_reply':
      return { icon: 'reply', label, run: () => context.send(answer.templateReply(message, label, parameter.payload ?? label)) };
    case 'url':
      return { icon: 'link', label: `Open …${label}`, run: () => answer.explain('Link', `The address ends with ${plain(label)}.`) };
    case 'copy_code':
      return { icon: 'copy', label: `Copy ${label}`, run: () => navigator.clipboard?.writeText(label) };
    case 'flow':
      return { icon: 'form', label: 'Open the form', run: () => reply(message, context) };
    default:
      return { icon: 'question', label: component.sub_type ?? 'Button', run: () => answer.explain('Button', JSON.stringify(component)) };
  }
}

async function reply(message, context) {
  const response = await answer.fillFlow({});
  if (response) context.send(answer.flowReply(message, 'flow', response));
}

// Three buttons are shown; of more, two and a way to all of them.
function buttons(entries) {
  if (entries.length === 0) return null;
  const shown = entries.length > 3 ? entries.slice(0, 2) : entries;
  const rows = shown.map(entry => row(entry.icon, entry.label, entry.run));
  if (entries.length > 3) {
    rows.push(row('list', 'See all options', event => openMenu(event.currentTarget, 'All options', entries), { 'aria-haspopup': 'menu' }));
  }
  return h('div', { class: 'rows' }, rows);
}

export function template(message, context) {
  const body = bodyOf(message);
  const of = type => (body.components ?? []).filter(component => String(component.type).toLowerCase() === type);
  const words = of('body').flatMap(slots);
  return [
    heads(of('header')[0]),
    h('div', { class: 'template-name' }, h('span', { class: 'tag', text: 'Template' }), h('bdi', { text: plain(body.name) }),
      h('small', { text: plain(body.language?.code ?? '') })),
    words.length > 0 ? h('ul', { class: 'slots', 'aria-label': 'Values' }, words) : null,
    buttons(of('button').map(component => button(message, component, context))),
  ];
}
