/**
 * <pano-schedule days="31" from="2026-12-01"> around bars:
 * <a id data-move="ID" data-rev data-from data-last data-name href><svg x="12%">…</svg></a>
 *
 * Moves placements by whole days. Dragging a bar keeps its new days when it is
 * let go; with the focus on a bar, ← and → move it, Enter keeps, Esc puts it
 * back. What the server refuses goes back where it was and says why. If
 * somebody else was faster, it says what they changed and offers to move it all
 * the same; what does not arrive can be sent again. The form of the placement,
 * to which the bar leads, does the same without scripts.
 */
import { announce, find, make } from '../lib/dom';
import { shortcut } from '../lib/keys';
import { ask, swap } from '../lib/swap';
import { toast } from '../lib/toast';
import { say } from '../lib/words';

const dayLong = 86_400_000;

/** Later is the date that many days after an ISO date. */
function later(date: string, days: number): string {
	return new Date(Date.parse(date + 'T00:00:00Z') + days * dayLong).toISOString().slice(0, 10);
}

const shown = (date: string): string => date.split('-').reverse().join('/');

interface Problem {
	detail?: string;
	by?: { placement?: string };
}

interface Placement {
	rev: number;
	from: string;
	until: string;
	history?: { actor_name: string; verb: string }[];
}

/** What is to be kept: a placement, the revision it was read at, and its new days. */
interface Change {
	id: string;
	rev: string;
	name: string;
	from: string;
	last: string;
}

class Schedule extends HTMLElement {
	private bar: SVGAElement | null = null; // the one that is out of its place
	private shift = 0; // by how many days
	private dropped = -1000; // when a bar was let go, ms
	private grip: { x: number; step: number; id: number } | null = null;
	private panel: HTMLElement | null = null;
	private gone: AbortController | undefined;
	private forget: (() => void)[] = [];

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		this.addEventListener('pointerdown', (e) => this.take(e), { signal });
		this.addEventListener('pointermove', (e) => this.drag(e), { signal });
		this.addEventListener('pointerup', (e) => this.drop(e), { signal });
		this.addEventListener('pointercancel', () => this.putBack(), { signal });
		this.addEventListener('dragstart', (e) => e.preventDefault(), { signal });
		this.addEventListener('click', (e) => this.clicked(e), { signal, capture: true });
		const on = (): boolean => !!this.focused();
		const moved = (): boolean => !!this.bar && !this.grip;
		this.forget = [
			shortcut({ keys: ['ArrowLeft', 'ArrowRight'], label: say('schedule.keys_move'), when: on, run: (e) => this.nudge(e.key === 'ArrowLeft' ? -1 : 1) }),
			shortcut({ keys: ['Enter'], label: say('schedule.keys_keep'), when: () => moved() && on(), run: () => this.keep() }),
			shortcut({ keys: ['Escape'], label: say('schedule.keys_back'), when: () => !!this.bar, run: () => this.putBack() }),
		];
	}

	disconnectedCallback(): void {
		this.gone?.abort();
		for (const f of this.forget) f();
	}

	private focused(): SVGAElement | null {
		const el = document.activeElement;
		return el instanceof SVGAElement && el.matches('[data-move]') && this.contains(el) ? el : null;
	}

	private get days(): number {
		return Number(this.getAttribute('days'));
	}

	private take(e: PointerEvent): void {
		const bar = e.target instanceof Element ? e.target.closest<SVGAElement>('a[data-move]') : null;
		if (!bar || e.button || e.ctrlKey || e.metaKey || e.shiftKey) return;
		const lane = bar.closest('.lane-bars')!.getBoundingClientRect();
		if (this.bar && this.bar !== bar) this.putBack();
		this.grip = { x: e.clientX - this.shift * (lane.width / this.days), step: lane.width / this.days, id: e.pointerId };
		this.bar = bar;
	}

	private drag(e: PointerEvent): void {
		if (!this.grip || !this.bar || e.pointerId !== this.grip.id) return;
		const by = e.clientX - this.grip.x;
		if (!this.bar.hasAttribute('data-moving') && Math.abs(by) < 5) return; // a click
		if (!this.hasPointerCapture(e.pointerId)) this.setPointerCapture(e.pointerId);
		this.show(Math.round(by / this.grip.step));
	}

	private drop(e: PointerEvent): void {
		if (!this.grip || e.pointerId !== this.grip.id) return;
		this.grip = null;
		if (!this.bar?.hasAttribute('data-moving')) {
			this.bar = null;
			return;
		}
		this.dropped = e.timeStamp;
		if (this.shift) this.keep();
		else this.putBack();
	}

	/** Clicked swallows the click that ends a drag. */
	private clicked(e: MouseEvent): void {
		if (e.detail > 0 && e.timeStamp - this.dropped < 50) {
			e.preventDefault();
			e.stopPropagation();
		}
	}

	private nudge(by: number): boolean {
		const bar = this.focused();
		if (!bar) return false;
		if (this.bar && this.bar !== bar) this.putBack();
		this.bar = bar;
		this.show(this.shift + by);
		return true;
	}

	/** Change is what keeping the bar where it stands would do. */
	private change(): Change {
		const { move = '', rev = '', name = '', from = '', last = '' } = this.bar!.dataset;
		return { id: move, rev, name, from: later(from, this.shift), last: later(last, this.shift) };
	}

	/** Show draws the bar by days away from its place, and says where that is. */
	private show(days: number): void {
		const bar = this.bar!;
		const drawn = bar.querySelector<SVGSVGElement>(':scope > svg')!;
		bar.dataset['x'] ??= drawn.getAttribute('x')!;
		this.shift = days;
		drawn.setAttribute('x', parseFloat(bar.dataset['x']!) + (days * 100) / this.days + '%');
		bar.setAttribute('data-moving', '');
		const c = this.change();
		const text = say('schedule.moving', c.name, shown(c.from), shown(c.last));
		if (!this.panel) {
			const keep = make('button', { type: 'button', class: 'button button-main', click: () => this.keep() }, say('schedule.keep'));
			const back = make('button', { type: 'button', class: 'button', click: () => this.putBack() }, say('schedule.put_back'));
			this.panel = make('div', { class: 'moving' }, make('p', {}), keep, back);
			this.append(this.panel);
		}
		this.panel.querySelector('p')!.textContent = text;
		if (!this.grip) announce(text);
	}

	private putBack(): void {
		const bar = this.bar;
		if (bar?.dataset['x']) {
			bar.querySelector(':scope > svg')!.setAttribute('x', bar.dataset['x']);
			bar.removeAttribute('data-moving');
			if (this.shift) announce(say('schedule.back_again'));
			bar.focus({ preventScroll: true });
		}
		this.bar = this.grip = null;
		this.shift = 0;
		this.panel?.remove();
		this.panel = null;
	}

	private keep(): void {
		if (!this.bar) return;
		if (!this.shift) return this.putBack();
		const { move = '', from = '', last = '' } = this.bar.dataset;
		const was = { id: move, from, last };
		void this.send(this.change(), (rev) => {
			toast({ text: say('schedule.moved', this.name(move), shown(later(from, 0)), shown(last)), undo: () => void this.send({ ...was, rev, name: this.name(move) }, () => {}) });
		});
	}

	private name(id: string): string {
		return document.getElementById('bar-' + id)?.dataset['name'] ?? '';
	}

	/** Send asks the server to keep c, and shows what came of it. */
	private async send(c: Change, done: (rev: string) => void): Promise<void> {
		this.setAttribute('aria-busy', 'true');
		find('#schedule-trouble')?.replaceChildren();
		let answer: Response | null = null;
		let body: Problem & Partial<Placement> = {};
		try {
			answer = await fetch('/api/v1/placements/' + c.id, {
				method: 'PATCH',
				headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'If-Match': `"${c.rev}"` },
				body: JSON.stringify({ from: c.from, until: later(c.last, 1) }),
			});
			body = (await answer.json()) as Problem & Partial<Placement>;
		} catch {
			/* no answer, or none that can be read: below */
		}
		this.removeAttribute('aria-busy');
		if (answer?.status === 401) return location.assign('/login?next=' + encodeURIComponent(location.pathname + location.search));
		if (answer?.ok) {
			done(String(body.rev));
			return this.refresh(c.id);
		}
		if (answer?.status === 412) return this.stale(c, done);
		if (answer && answer.status < 500 && answer.status !== 429) {
			this.putBack();
			return this.trouble([body.detail ?? say('live.failed')], body.by?.placement ? make('a', { href: '/placements/' + body.by.placement }, say('schedule.who')) : null);
		}
		this.trouble([say('schedule.not_kept', c.name, shown(c.from), shown(c.last))], this.again(say('act.retry'), c, done));
	}

	/** Stale tells what somebody else changed, and offers to move it all the same. */
	private async stale(c: Change, done: (rev: string) => void): Promise<void> {
		const answer = await fetch('/api/v1/placements/' + c.id, { headers: { Accept: 'application/json' } }).catch(() => null);
		if (!answer?.ok) return this.trouble([say('schedule.not_kept', c.name, shown(c.from), shown(c.last))], this.again(say('act.retry'), c, done));
		const now = (await answer.json()) as Placement;
		const who = now.history?.[0]?.actor_name ?? '';
		await this.refresh(c.id);
		this.trouble(
			[say('schedule.stale', who, c.name, shown(now.from), shown(later(now.until, -1))), say('schedule.wanted', shown(c.from), shown(c.last))],
			this.again(say('schedule.move_anyway'), { ...c, rev: String(now.rev) }, done),
		);
	}

	private again(text: string, c: Change, done: (rev: string) => void): HTMLElement {
		return make('button', { type: 'button', class: 'button', click: () => void this.here().send(c, done) }, text);
	}

	/** Here is the schedule on the page now: this one may have been replaced since. */
	private here(): Schedule {
		return find<Schedule>('pano-schedule') ?? this;
	}

	private trouble(lines: string[], act: HTMLElement | null): void {
		const box = make('div', { class: 'notice notice-bad row row-apart', role: 'alert', tabindex: '-1' }, make('div', {}, ...lines.map((l) => make('p', {}, l))));
		if (act) box.append(act);
		find('#schedule-trouble')?.replaceChildren(box);
		box.scrollIntoView({ block: 'nearest' });
	}

	/** Refresh asks for the schedule anew; the bar keeps the focus. */
	private async refresh(id: string): Promise<void> {
		this.bar = null;
		this.panel?.remove();
		try {
			swap(await ask(location.href));
		} catch {
			location.reload();
			return;
		}
		document.getElementById('bar-' + id)?.focus({ preventScroll: true });
	}
}

customElements.define('pano-schedule', Schedule);
