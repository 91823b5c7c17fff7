/**
 * Toasts: <li class="toast" data-toast><p>…</p><form action="…"><button data-undo>…</form></li>
 * in <ul id="toasts">, from the server with the page, with pieces, or from here.
 * Each leaves after 8 s, not while the pointer or the focus is on it. Ctrl+Z
 * presses the newest way back. One live region says each once.
 */
import { announce, find, make, typing } from './dom';
import { shortcut } from './keys';
import { post } from './post';
import { say } from './words';

const stay = 8000;

export interface Toast {
	text: string;
	bad?: boolean;
	/** Undo runs when the person takes it back. */
	undo?: () => void;
}

/** Toast shows what was just done. */
export function toast(t: Toast): void {
	const li = make('li', { class: t.bad ? 'toast toast-bad' : 'toast', 'data-toast': true }, make('p', {}, t.text));
	const undo = t.undo;
	if (undo) {
		const act = (): void => {
			drop(li);
			undo();
		};
		li.append(make('button', { type: 'button', 'data-undo': true, click: act }, say('act.undo')));
	}
	show(li);
}

/** Adopt takes over the toasts of a page that was fetched. */
export function adoptToasts(page: Document): boolean {
	const all = [...page.querySelectorAll<HTMLLIElement>('li[data-toast]')];
	for (const li of all) show(document.importNode(li, true));
	return all.length > 0;
}

function show(li: HTMLLIElement): void {
	find('#toasts')?.append(li);
	tend(li);
	announce(li.querySelector('p')?.textContent ?? '');
}

/** Tend gives a toast its close button and its clock. */
function tend(li: HTMLLIElement): void {
	let clock = 0;
	const start = (): void => {
		clearTimeout(clock);
		clock = window.setTimeout(() => (li.matches(':hover') || li.contains(document.activeElement) ? start() : drop(li)), stay);
	};
	li.append(make('button', { type: 'button', class: 'toast-close', 'aria-label': say('act.close'), click: () => drop(li) }, '✕'));
	li.addEventListener('mouseleave', start);
	li.addEventListener('focusout', start);
	for (const form of li.querySelectorAll('form')) {
		form.addEventListener('submit', (e) => {
			e.preventDefault();
			void post(form, e.submitter).then(() => drop(li));
		});
	}
	start();
	arm();
}

function drop(li: HTMLLIElement): void {
	li.remove();
	arm();
}

let disarm: (() => void) | undefined;

/** Arm lists Ctrl+Z only while there is something to take back. */
function arm(): void {
	const button = [...document.querySelectorAll<HTMLButtonElement>('#toasts [data-undo]')].at(-1);
	disarm?.();
	disarm = button && shortcut({ keys: ['Ctrl+Z'], label: say('act.undo'), run: (e) => (typing(e) ? false : button.click()) });
}

for (const li of document.querySelectorAll<HTMLLIElement>('#toasts > li[data-toast]')) {
	tend(li);
	announce(li.querySelector('p')?.textContent ?? '');
}
