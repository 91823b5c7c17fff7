/**
 * <pano-order form="order"> around <ol data-section="ID"> of <li data-work="ID">
 * with a [data-grip] each. A work that is dragged by its grip goes where it is
 * let go, also into another section; the form is then sent with one slot
 * "WORK:SECTION" for each work, in their order, and the answer's pieces take
 * their places. If it is refused, everything goes back. The buttons of the rows
 * do the same without a pointer.
 */
import { closest } from '../lib/dom';
import { ask, swap } from '../lib/swap';
import { toast } from '../lib/toast';
import { say } from '../lib/words';

class Order extends HTMLElement {
	private gone: AbortController | undefined;
	private dragged: HTMLElement | null = null;
	private home: { list: Element; before: Element | null } | null = null;

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		this.addEventListener('pointerdown', (e) => this.take(e), { signal });
		this.addEventListener('pointermove', (e) => this.carry(e), { signal });
		this.addEventListener('pointerup', () => this.drop(true), { signal });
		this.addEventListener('pointercancel', () => this.drop(false), { signal });
		this.addEventListener('keydown', (e) => e.key === 'Escape' && this.drop(false), { signal });
	}

	disconnectedCallback(): void {
		this.gone?.abort();
	}

	private take(e: PointerEvent): void {
		const grip = closest(e, '[data-grip]');
		const work = grip?.closest<HTMLElement>('[data-work]');
		if (!grip || !work || e.button) return;
		e.preventDefault();
		grip.setPointerCapture(e.pointerId);
		this.dragged = work;
		this.home = { list: work.parentElement!, before: work.nextElementSibling };
		work.toggleAttribute('data-dragged', true);
	}

	private carry(e: PointerEvent): void {
		const work = this.dragged;
		if (!work) return;
		const lists = [...this.querySelectorAll<HTMLElement>('ol[data-section]')];
		const list = lists.filter((l) => l.getBoundingClientRect().top <= e.clientY).pop() ?? lists[0]!;
		const rows = [...list.children].filter((r) => r !== work);
		const next = rows.find((r) => {
			const box = r.getBoundingClientRect();
			return e.clientY < box.top + box.height / 2;
		});
		if (work.parentElement !== list || work.nextElementSibling !== (next ?? null)) list.insertBefore(work, next ?? null);
		if (e.clientY < 60) scrollBy(0, -12);
		if (e.clientY > innerHeight - 60) scrollBy(0, 12);
	}

	private drop(keep: boolean): void {
		const work = this.dragged;
		if (!work || !this.home) return;
		const { list, before } = this.home;
		work.removeAttribute('data-dragged');
		this.dragged = this.home = null;
		const back = (): void => void list.insertBefore(work, before);
		if (!keep) return back();
		if (work.parentElement === list && work.nextElementSibling === before) return;
		void this.send(back);
	}

	private async send(back: () => void): Promise<void> {
		const form = document.getElementById(this.getAttribute('form') ?? '') as HTMLFormElement;
		const body = new FormData(form);
		for (const list of this.querySelectorAll<HTMLElement>('ol[data-section]')) {
			for (const work of list.querySelectorAll<HTMLElement>('[data-work]')) body.append('slot', `${work.dataset['work']}:${list.dataset['section']}`);
		}
		this.setAttribute('aria-busy', 'true');
		try {
			if (!swap(await ask(form.action, { method: 'POST', body }))) location.reload();
		} catch (err) {
			back();
			toast({ text: (err as Error).message && !(err instanceof TypeError) ? (err as Error).message : say('live.failed'), bad: true });
		} finally {
			this.removeAttribute('aria-busy');
		}
	}
}

customElements.define('pano-order', Order);
