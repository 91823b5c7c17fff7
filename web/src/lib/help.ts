/** "?" opens the list of the keys that work here, made from those that are registered. */
import { make } from './dom';
import { live, shortcut } from './keys';
import { openDialog } from './dialog';
import { say } from './words';

const signs: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', ' ': 'Space', Escape: 'Esc', Delete: 'Del' };

function sign(key: string): string {
	return key
		.split('+')
		.map((part) => signs[part] ?? (part.length === 1 ? part.toUpperCase() : part))
		.join('+') || '+';
}

function showKeys(): void {
	const list = make('dl', { class: 'keys' });
	for (const s of live()) {
		list.append(make('dt', {}, ...s.keys.map((k) => make('kbd', { 'data-key': k }, sign(k)))), make('dd', {}, s.label));
	}
	const box = make('dialog', { 'aria-labelledby': 'keys-title' }, make('h2', { id: 'keys-title' }, say('keys.title')), list);
	box.append(make('div', { class: 'dialog-acts' }, make('button', { class: 'button', click: () => box.close() }, say('act.close'))));
	openDialog(box);
}

shortcut({ keys: ['?'], label: say('keys.title'), run: showKeys });
document.addEventListener('click', (e) => {
	if (e.target instanceof Element && e.target.closest('[data-show-keys]')) showKeys();
});
