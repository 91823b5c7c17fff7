/**
 * <button data-confirm="sentence" data-confirm-yes="verb"> asks before its form
 * is sent. Only for what cannot be undone. Without scripts the form is sent at once.
 */
import { closest, make } from './dom';
import { openDialog } from './dialog';
import { say } from './words';

/** Confirm asks a question and resolves to the answer; the safe answer has the focus. */
export async function confirm(text: string, yes: string): Promise<boolean> {
	const form = make('form', { method: 'dialog', class: 'dialog-acts' });
	form.append(make('button', { class: 'button', value: '', autofocus: true }, say('act.cancel')), make('button', { class: 'button button-danger', value: 'yes' }, yes));
	const box = make('dialog', { 'aria-labelledby': 'confirm-title', role: 'alertdialog' }, make('h2', { id: 'confirm-title' }, say('confirm.title')), make('p', {}, text), form);
	return (await openDialog(box)) === 'yes';
}

const sure = new WeakSet<HTMLElement>();

document.addEventListener(
	'click',
	(e) => {
		const button = closest<HTMLButtonElement>(e, 'button[data-confirm]');
		if (!button || sure.delete(button)) return;
		e.preventDefault();
		e.stopImmediatePropagation();
		void confirm(button.dataset['confirm']!, button.dataset['confirmYes'] ?? button.textContent!.trim()).then((yes) => {
			if (!yes) return button.focus();
			sure.add(button);
			button.click();
		});
	},
	true,
);
