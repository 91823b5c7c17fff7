/**
 * While files are being sent, links and forms change the middle of the page
 * instead of leaving it, so that the sending goes on. Whatever is no page of ours
 * (a download, another site) is opened beside it.
 */
import { find } from './dom';

let busy: () => boolean = () => false;
let moved: () => void = () => {};
let on = false;
let shown = location.pathname;

/** Stay keeps the page while still says so; after tells that the middle is new. */
export function stay(still: () => boolean, after: () => void): void {
	busy = still;
	moved = after;
	if (on) return;
	on = true;
	document.addEventListener('click', clicked);
	document.addEventListener('submit', sent);
	// The document holds the page at shown, whatever the address says.
	addEventListener('popstate', () => location.pathname !== shown && void go(location.href, {}, false));
}

function clicked(e: MouseEvent): void {
	const link = e.target instanceof Element && e.target.closest<HTMLAnchorElement>('a[href]');
	if (!link || !busy() || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
	if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
	if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
	e.preventDefault();
	void go(link.href, {}, true);
}

function sent(e: SubmitEvent): void {
	const form = e.target as HTMLFormElement;
	if (!busy() || e.defaultPrevented || form.method === 'dialog' || form.target) return;
	e.preventDefault();
	const data = new FormData(form, e.submitter);
	const url = new URL(e.submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href, location.href);
	if (form.method === 'get') {
		url.search = new URLSearchParams(data as unknown as Record<string, string>).toString();
		void go(url.href, {}, true);
	} else void go(url.href, { method: 'POST', body: form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data as unknown as Record<string, string>) }, true);
}

async function go(url: string, init: RequestInit, push: boolean): Promise<void> {
	const answer = await fetch(url, { ...init, headers: { Accept: 'text/html' } }).catch(() => null);
	const type = answer?.headers.get('Content-Type') ?? '';
	if (!answer || !type.startsWith('text/html')) {
		void answer?.body?.cancel();
		window.open(url, '_blank');
		return;
	}
	const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
	if (!page.getElementById('main')) return location.assign(answer.url);
	if (push) history.pushState({}, '', answer.url);
	shown = new URL(answer.url).pathname;
	document.title = page.title;
	await Promise.all([...page.querySelectorAll<HTMLLinkElement>('head > link[rel=stylesheet]')].map(dress));
	put(page, 'main');
	put(page, '.rail');
	put(page, '.masthead-end');
	for (const script of page.querySelectorAll<HTMLScriptElement>('script[type=module][src]')) await import(script.src);
	moved();
	scrollTo(0, 0);
	find('main')?.focus({ preventScroll: true });
}

/** Dress adds a style that this document does not have yet, and waits until it is there. */
function dress(link: HTMLLinkElement): Promise<unknown> | undefined {
	if (find(`head > link[href="${link.getAttribute('href')}"]`)) return;
	const style = document.importNode(link, true);
	document.head.append(style);
	return new Promise((ready) => (style.onload = style.onerror = ready));
}

function put(page: Document, selector: string): void {
	const [old, fresh] = [find(selector), page.querySelector(selector)];
	if (old && fresh) old.replaceWith(document.importNode(fresh, true));
}
