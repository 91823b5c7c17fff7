/**
 * <form data-preferences>: theme, density and letter keys change at once and are
 * told to the server beside. <html> carries what is in force: data-theme,
 * data-density, data-keys. Without scripts the form is sent and the page comes back.
 */
import { closest } from './dom';

document.addEventListener('submit', (e) => {
	const form = closest<HTMLFormElement>(e, 'form[data-preferences]');
	const button = e.submitter;
	if (!form || !(button instanceof HTMLButtonElement)) return;
	e.preventDefault();
	const { name, value } = button;
	if (value) document.documentElement.dataset[name] = value;
	else delete document.documentElement.dataset[name];
	for (const b of form.querySelectorAll<HTMLButtonElement>(`button[name="${name}"]`)) b.setAttribute('aria-pressed', String(b === button));
	void fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>) }).catch(() => {});
});
