/**
 * Pieces of a page from the server. A request carries X-Pano-Fragment: 1; the
 * answer may be the whole page or only its pieces. Every element with an id and
 * data-live takes the place of its namesake; every data-toast joins the toasts.
 */
import { adoptToasts } from './toast';

/** Failed is an answer that is not the page that was asked for. */
export class Failed extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** Ask fetches a page or its pieces. It leaves for the answer's address if the session is over. Rejects with Failed, or as fetch does. */
export async function ask(url: string, init: RequestInit = {}): Promise<Document> {
	const answer = await fetch(url, { ...init, headers: { Accept: 'text/html', 'X-Pano-Fragment': '1', ...init.headers } });
	if (answer.redirected && new URL(answer.url).pathname === '/login') {
		location.assign(answer.url);
		throw new Failed(401, '');
	}
	const text = await answer.text();
	const page = new DOMParser().parseFromString(text, 'text/html');
	// A form with faults in it comes back as 422 or 409: that is an answer.
	if (!answer.ok && answer.status !== 422 && answer.status !== 409) throw new Failed(answer.status, page.querySelector('[role=alert]')?.textContent?.trim() ?? '');
	return page;
}

/** Swap puts the pieces of page in place and keeps the focus. It reports whether there were any. */
export function swap(page: Document): boolean {
	const focused = document.activeElement?.id;
	let any = false;
	for (const fresh of page.querySelectorAll<HTMLElement>('[data-live][id]')) {
		const old = document.getElementById(fresh.id);
		if (!old?.matches('[data-live]')) continue;
		old.replaceWith(document.importNode(fresh, true));
		any = true;
	}
	const toasts = adoptToasts(page);
	if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
	if (any) document.dispatchEvent(new CustomEvent('pano-swapped'));
	return any || toasts;
}
