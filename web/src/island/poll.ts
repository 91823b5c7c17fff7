/**
 * <pano-poll src="/assets/cards"></pano-poll>
 *
 * Asks again for what was not ready when the page was written: everything with
 * data-waits. Cards (data-id) are asked for together, as src?id=…&id=…, and
 * take the places of their namesakes; a piece (id, data-live) is asked for as
 * src. At most one request in 1.5 s, slower when nothing comes of it, none
 * while the page is hidden, and none when nothing waits any more.
 */
import { announce, find } from '../lib/dom';

const soon = 1500;
const most = 48;

class Poll extends HTMLElement {
	private timer = 0;
	private wait = soon;
	private gone: AbortController | undefined;

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		document.addEventListener('pano-swapped', () => this.plan(), { signal });
		document.addEventListener('visibilitychange', () => this.plan(), { signal });
		this.plan();
	}

	disconnectedCallback(): void {
		clearTimeout(this.timer);
		this.timer = 0;
		this.gone?.abort();
	}

	private get waiting(): HTMLElement[] {
		return [...document.querySelectorAll<HTMLElement>('[data-waits]')];
	}

	private plan(): void {
		if (this.timer || document.hidden || !this.waiting.length) return;
		this.timer = window.setTimeout(() => void this.ask(), this.wait);
	}

	private async ask(): Promise<void> {
		const before = this.waiting.length;
		try {
			const answer = await fetch(this.url(), { headers: { Accept: 'text/html', 'X-Pano-Fragment': '1' }, signal: this.gone!.signal, redirect: 'error' });
			if (answer.ok) this.put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
			else if (answer.status < 500 && answer.status !== 429) return; // it will not come
		} catch {
			/* no connection: later */
		} finally {
			this.timer = 0;
		}
		const now = this.waiting.length;
		this.wait = now < before ? soon : Math.min(this.wait * 1.2, 5000);
		if (now < before) document.dispatchEvent(new CustomEvent('pano-swapped'));
		this.plan();
	}

	private url(): string {
		const url = new URL(this.getAttribute('src') ?? '', location.href);
		for (const el of this.waiting.slice(0, most)) if (el.dataset['id']) url.searchParams.append('id', el.dataset['id']);
		return url.href;
	}

	private put(page: Document): void {
		for (const old of this.waiting) {
			const id = old.dataset['id'];
			const fresh = id ? page.querySelector(`[data-id="${CSS.escape(id)}"]`) : old.id ? page.getElementById(old.id) : null;
			if (!fresh || fresh.hasAttribute('data-waits')) continue;
			const held = old.contains(document.activeElement);
			const node = document.importNode(fresh, true) as HTMLElement;
			old.replaceWith(node);
			if (held) find('a,button', node)?.focus({ preventScroll: true });
			if (!id) announce(find<HTMLImageElement>('img', node)?.alt ?? '');
		}
	}
}

customElements.define('pano-poll', Poll);
