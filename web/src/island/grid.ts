/**
 * <pano-grid bar="picked-bar"> around things with data-id, each with one link
 * (its way in) and a checkbox name="id". Works for cards and for table rows.
 *
 *   <form id="picked" method="post" action="/assets/bulk">
 *     <div class="picked" id="picked-bar"><span data-count></span> <button name="act" value="…">… <button type="button" data-clear>…</div>
 *   </form>
 *
 * Arrows, Home and End move; Space or X picks; Shift with a click or an arrow
 * picks a range; Ctrl+A picks all that is shown; Esc clears; Del presses
 * [data-delete] of the bar. The bar shows (data-on) while something is picked.
 * A thing that is picked has data-picked. Picks survive live changes and Back.
 * Without scripts the checkboxes and the bar's form do the same work.
 * Event: pano-pick, detail {ids}.
 */
import { announce, closest, find, typing } from '../lib/dom';
import { shortcut } from '../lib/keys';
import { say } from '../lib/words';

class Grid extends HTMLElement {
	private picked = new Set<string>();
	private anchor = '';
	private undo: (() => void)[] = [];

	connectedCallback(): void {
		const gone = new AbortController();
		const { signal } = gone;
		this.picked = new Set((history.state as { picked?: string[] } | null)?.picked ?? []);
		this.addEventListener('click', (e) => this.clicked(e), { signal });
		this.addEventListener('keydown', (e) => this.pressed(e), { signal });
		this.addEventListener('mousedown', (e) => e.shiftKey && closest(e, '[data-id]') && e.preventDefault(), { signal });
		document.addEventListener('pano-swapped', () => this.show(), { signal });
		this.bar?.addEventListener('click', (e) => closest(e, '[data-clear]') && this.clear(), { signal });
		this.undo = [
			() => gone.abort(),
			shortcut({ keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], label: say('keys.move') }),
			shortcut({ keys: [' ', 'x'], label: say('keys.pick') }),
			shortcut({ keys: ['Shift+ArrowUp', 'Shift+ArrowDown'], label: say('keys.range') }),
			shortcut({ keys: ['Ctrl+A'], label: say('keys.all'), run: () => this.pickAll() }),
			shortcut({ keys: ['Escape'], label: say('keys.clear'), run: () => this.clear() }),
			shortcut({ keys: ['Enter'], label: say('keys.open') }),
		];
		const bin = this.bar && find('[data-delete]', this.bar);
		if (bin) this.undo.push(shortcut({ keys: ['Delete'], label: say('keys.bin'), when: () => this.picked.size > 0, run: () => bin.click() }));
		this.show();
	}

	disconnectedCallback(): void {
		for (const f of this.undo) f();
	}

	private get bar(): HTMLElement | null {
		return document.getElementById(this.getAttribute('bar') ?? '');
	}

	private get things(): HTMLElement[] {
		return [...this.querySelectorAll<HTMLElement>('[data-id]')];
	}

	private clicked(e: MouseEvent): void {
		const thing = closest(e, '[data-id]');
		if (!thing) return;
		const id = thing.dataset['id']!;
		const box = closest<HTMLInputElement>(e, 'input[name="id"]');
		if (!box && !e.shiftKey) return;
		if (!box) e.preventDefault();
		if (closest(e, 'label') && !box) return; // the label's click comes again as the box's
		if (e.shiftKey && this.anchor) this.range(id, box ? box.checked : true);
		else {
			this.set(id, box ? box.checked : !this.picked.has(id));
			this.anchor = id;
		}
		this.show(true);
	}

	private pressed(e: KeyboardEvent): void {
		const thing = closest(e, '[data-id]');
		if (!thing || typing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
		const id = thing.dataset['id']!;
		const onBox = closest(e, 'input') !== null;
		if (e.key === ' ' || (e.key.toLowerCase() === 'x' && document.documentElement.dataset['keys'] !== 'off')) {
			if (onBox && e.key === ' ') return; // the box does it itself, and we hear its click
			e.preventDefault();
			if (e.shiftKey && this.anchor) this.range(id, true);
			else this.set(id, !this.picked.has(id));
			this.anchor = id;
			return this.show(true);
		}
		const to = this.next(thing, e.key);
		if (!to) return;
		e.preventDefault();
		if (e.shiftKey) {
			this.anchor ||= id;
			this.range(to.dataset['id']!, true);
			this.show(true);
		}
		to.querySelector<HTMLElement>(onBox ? 'input[name="id"]' : 'a[href]')?.focus();
	}

	/** Next is the thing that key leads to from here, if any. */
	private next(from: HTMLElement, key: string): HTMLElement | undefined {
		const all = this.things;
		const i = all.indexOf(from);
		const top = all[0]!.offsetTop;
		const columns = Math.max(1, all.findIndex((t) => t.offsetTop !== top) === -1 ? all.length : all.findIndex((t) => t.offsetTop !== top));
		const step: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -i, End: all.length - 1 - i };
		return step[key] ? all[i + step[key]!] : undefined;
	}

	private set(id: string, on: boolean): void {
		if (on) this.picked.add(id);
		else this.picked.delete(id);
	}

	private range(to: string, on: boolean): void {
		const ids = this.things.map((t) => t.dataset['id']!);
		const [a, b] = [ids.indexOf(this.anchor), ids.indexOf(to)].sort((x, y) => x - y) as [number, number];
		for (const id of ids.slice(Math.max(0, a), b + 1)) this.set(id, on);
	}

	private pickAll(): false | void {
		if (!this.things.length) return false;
		for (const t of this.things) this.set(t.dataset['id']!, true);
		this.show(true);
	}

	private clear(): false | void {
		if (!this.picked.size) return false;
		this.picked.clear();
		this.anchor = '';
		this.show(true);
	}

	/** Show makes the page say what is picked; things that left the list are picked no more. */
	private show(tell = false): void {
		const there = this.things;
		const ids = new Set(there.map((t) => t.dataset['id']!));
		for (const id of this.picked) if (!ids.has(id)) this.picked.delete(id);
		for (const t of there) {
			const on = this.picked.has(t.dataset['id']!);
			t.toggleAttribute('data-picked', on);
			const box = find<HTMLInputElement>('input[name="id"]', t);
			if (box) box.checked = on;
		}
		const n = this.picked.size;
		this.classList.toggle('picking', n > 0);
		this.bar?.toggleAttribute('data-on', n > 0);
		const count = this.bar && find('[data-count]', this.bar);
		if (count) count.textContent = say('pick.count', n);
		if (!tell) return;
		announce(say('pick.count', n));
		history.replaceState({ ...(history.state as object | null), picked: [...this.picked] }, '');
		this.dispatchEvent(new CustomEvent('pano-pick', { bubbles: true, detail: { ids: [...this.picked] } }));
	}
}

customElements.define('pano-grid', Grid);
