/**
 * <form data-act>: is sent without leaving the page; the answer's pieces (see
 * swap) take their places. An answer without pieces loads the page anew.
 */
import { closest } from './dom';
import { ask, swap } from './swap';
import { toast } from './toast';
import { say } from './words';

export async function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
	submitter?.setAttribute('aria-busy', 'true');
	try {
		const url = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href;
		const page = await ask(url, { method: 'POST', body: new FormData(form, submitter) });
		if (!swap(page)) location.reload();
	} catch (err) {
		toast({ text: (err as Error).message && !(err instanceof TypeError) ? (err as Error).message : say('live.failed'), bad: true });
	} finally {
		submitter?.removeAttribute('aria-busy');
	}
}

document.addEventListener('submit', (e) => {
	const form = closest<HTMLFormElement>(e, 'form[data-act]');
	if (!form || e.defaultPrevented) return;
	e.preventDefault();
	if (e.submitter?.getAttribute('aria-busy') !== 'true') void post(form, e.submitter);
});
