/**
 * <pano-live><form method="get" action="/assets">…</form></pano-live>
 *
 * Sends its GET form as it changes and puts the pieces of the answer (elements
 * with id and data-live, see lib/swap) in place. The address always holds the
 * whole state; Back and Forward bring back results, scroll and loaded stretches.
 *
 *   data-fallback           the send button, for pages without scripts
 *   <a data-live-link>      anywhere: loads its address the same way (filters in force, sort, empty state)
 *   <a data-more>           in a piece: appends the children of the answer's [data-rows] to ours, then
 *                           gives way to the answer's own data-more. Its element is .more
 *   data-announce           in a piece: its text is said when results change, as "120 tư liệu"
 *
 * While it waits the pieces have aria-busy, and data-slow after 300 ms. If the
 * answer does not come, a notice offers to try again; what was typed stays.
 * Events: pano-swapped on document after pieces changed.
 */
import { announce, closest, find, make } from '../lib/dom';
import { Failed, ask, swap } from '../lib/swap';
import { say } from '../lib/words';

interface Place {
	more?: string[];
	y?: number;
	[key: string]: unknown;
}

const place = (): Place => (history.state as Place | null) ?? {};

class Live extends HTMLElement {
	private pending: AbortController | undefined;
	private timer = 0;
	private burst = false; // typing that is one step in the history
	private gone: AbortController | undefined;

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		this.addEventListener('input', (e) => this.changed(e), { signal });
		this.addEventListener('submit', (e) => (e.preventDefault(), this.send(0)), { signal });
		this.addEventListener('focusout', () => (this.burst = false), { signal });
		document.addEventListener('click', (e) => this.clicked(e), { signal });
		// Another page's address is not ours to show: see lib/soft.
		window.addEventListener('popstate', () => location.pathname === new URL(this.form.action).pathname && void this.load(location.href, 'back'), { signal });
		window.addEventListener('pagehide', () => this.keep(), { signal });
		if (place().more?.length) void this.restore();
	}

	disconnectedCallback(): void {
		this.gone?.abort();
		this.pending?.abort();
	}

	private get form(): HTMLFormElement {
		return this.querySelector('form')!;
	}

	private get pieces(): NodeListOf<HTMLElement> {
		return document.querySelectorAll<HTMLElement>('[data-live][id]');
	}

	private changed(e: Event): void {
		const text = e.target instanceof HTMLInputElement && /^(search|text|number)$/.test(e.target.type);
		this.send(text ? 160 : 0, text);
	}

	private send(wait: number, typed = false): void {
		clearTimeout(this.timer);
		this.timer = window.setTimeout(() => {
			void this.load(this.url(), typed && this.burst ? 'replace' : 'push');
			this.burst = typed;
		}, wait);
	}

	/** Url is the form's address with every empty answer left out. */
	private url(): string {
		const url = new URL(this.form.action);
		url.search = '';
		for (const [name, value] of new FormData(this.form)) if (value !== '') url.searchParams.append(name, String(value));
		return url.href;
	}

	private clicked(e: MouseEvent): void {
		if (e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
		const link = closest<HTMLAnchorElement>(e, 'a[data-live-link],a[data-more]');
		if (!link) return;
		e.preventDefault();
		if (link.matches('[data-more]')) void this.more(link, e.detail === 0);
		else void this.load(link.href, 'push');
	}

	private async load(url: string, step: 'push' | 'replace' | 'back'): Promise<void> {
		this.pending?.abort();
		const mine = (this.pending = new AbortController());
		if (step !== 'back') this.keep();
		const slow = this.wait();
		try {
			const page = await ask(url, { signal: mine.signal });
			if (step === 'push') history.pushState({}, '', url);
			if (step === 'replace') history.replaceState({}, '', url);
			if (step !== 'push' || url !== this.url()) this.fill(url);
			find('#live-trouble')?.remove();
			if (!swap(page)) return location.assign(url);
			announce(find('[data-announce]')?.textContent?.trim() ?? '');
			if (step === 'back') await this.restore();
		} catch (err) {
			if ((err as Error).name !== 'AbortError') this.trouble(() => void this.load(url, step), err);
		} finally {
			clearTimeout(slow);
			if (this.pending === mine) for (const piece of this.pieces) this.rest(piece);
		}
	}

	private wait(): number {
		for (const piece of this.pieces) piece.setAttribute('aria-busy', 'true');
		return window.setTimeout(() => this.pieces.forEach((piece) => piece.toggleAttribute('data-slow', true)), 300);
	}

	private rest(piece: HTMLElement): void {
		piece.removeAttribute('aria-busy');
		piece.removeAttribute('data-slow');
	}

	/** Fill makes the form say what the address says. */
	private fill(url: string): void {
		const params = new URL(url).searchParams;
		for (const el of this.form.elements) {
			if (el instanceof HTMLInputElement && /^(checkbox|radio)$/.test(el.type)) el.checked = params.getAll(el.name).includes(el.value);
			else if (el instanceof HTMLInputElement && el.type !== 'hidden' && el !== document.activeElement) el.value = params.get(el.name) ?? '';
			else if (el instanceof HTMLSelectElement) el.value = params.get(el.name) ?? el.querySelector<HTMLOptionElement>('option[selected]')?.value ?? el.options[0]?.value ?? '';
		}
	}

	private trouble(again: () => void, err: unknown): void {
		find('#live-trouble')?.remove();
		const retry = make('button', { type: 'button', class: 'button button-small', click: again }, say('act.retry'));
		this.append(make('p', { class: 'notice notice-bad row row-apart', id: 'live-trouble', role: 'alert' }, make('span', {}, (err instanceof Failed && err.message) || say('live.failed')), retry));
	}

	private async more(link: HTMLAnchorElement, byKey: boolean): Promise<void> {
		link.setAttribute('aria-busy', 'true');
		try {
			const first = await this.stretch(link.href);
			history.replaceState({ ...place(), more: [...(place().more ?? []), link.href] }, '');
			if (byKey) first?.querySelector<HTMLElement>('a,button')?.focus();
			announce(say('list.showing', find('[data-rows]')?.children.length ?? 0));
		} catch (err) {
			this.trouble(() => void this.more(link, byKey), err);
		} finally {
			link.removeAttribute('aria-busy');
		}
	}

	/** Stretch adds the next stretch and returns its first thing. */
	private async stretch(url: string): Promise<Element | undefined> {
		const page = await ask(url);
		const rows = find('[data-rows]');
		const fresh = [...(page.querySelector('[data-rows]')?.children ?? [])].map((el) => document.importNode(el, true));
		rows?.append(...fresh);
		const next = page.querySelector('.more');
		const now = find('.more');
		if (next && now) now.replaceWith(document.importNode(next, true));
		else now?.remove();
		document.dispatchEvent(new CustomEvent('pano-swapped'));
		return fresh[0];
	}

	/** Keep notes where the person is, for coming back. */
	private keep(): void {
		history.replaceState({ ...place(), y: scrollY }, '');
	}

	/** Restore loads again what had been appended, and goes back to where the person was. */
	private async restore(): Promise<void> {
		const { more = [], y = 0 } = place();
		if (more.length) history.scrollRestoration = 'manual';
		try {
			for (const url of more) await this.stretch(url);
			scrollTo(0, y);
		} catch {
			/* the first stretch is there; the link to the next one still works */
		} finally {
			history.scrollRestoration = 'auto';
		}
	}
}

customElements.define('pano-live', Live);
