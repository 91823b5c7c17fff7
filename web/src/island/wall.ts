/**
 * <pano-wall data-location data-width data-height data-eye data-may> around the
 * drawing of a wall ([data-work] in svg.wall), its twin in numbers (form
 * #wall-form with a [data-row] for each work) and what waits ([data-asset]).
 *
 * Makes of the drawing an editor: works are dragged, moved by arrow keys,
 * aligned and spaced; edges, middles, the eye line and equal gaps hold them.
 * Drawing and table always say the same. All moves are saved in one request, or
 * none; what others moved meanwhile is shown beside one's own, which stays.
 * Without scripts the table is a form and the drawing a picture.
 */
import { announce, closest, find, make } from '../lib/dom';
import { type Alignment, type Box, type Guide, type Wall, align, around, distribute, gap, inside, overlaps, room, snap } from '../lib/geometry';
import { shortcut } from '../lib/keys';
import { toast } from '../lib/toast';
import { say } from '../lib/words';

const svgNS = 'http://www.w3.org/2000/svg';
const close = 50;

/** A Spot is where a work is, and how far below its edge it hangs. */
interface Spot extends Box {
	hook: number;
}

interface Work {
	id: string;
	rev: number;
	/** Name is its number and title. */
	name: string;
	at: Spot;
	/** Kept is what the server has; null for one that is new here. */
	kept: Spot | null;
	/** On is whether it is on the wall: one that was put there can be taken back. */
	on: boolean;
	locked: boolean;
	g: SVGGElement;
	row: HTMLElement;
	asset: string;
	campaign: string;
	exhibition: string;
}

/** What the server says of a work that somebody else changed. */
interface Overtaking {
	placement: string;
	title: string;
	by: string;
	at: string;
	was: Area;
	is: Area;
	state: string;
	rev: number;
}

interface Area {
	x_mm: number;
	y_mm: number;
	width_mm: number;
	height_mm: number;
	hook_mm: number;
}

type State = Map<Work, Spot | null>;

const spotOf = (a: Area): Spot => ({ x: a.x_mm, y: a.y_mm, w: a.width_mm, h: a.height_mm, hook: a.hook_mm });
const same = (a: Spot | null, b: Spot | null): boolean => a === b || (!!a && !!b && a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h && a.hook === b.hook);

class WallEditor extends HTMLElement {
	private works: Work[] = [];
	private picked = new Set<Work>();
	private past: State[] = [];
	private future: State[] = [];
	private now: State = new Map();
	private lastNudge = 0;
	private snapping = true;
	private zoom = 1;
	private drag: { from: DOMPoint; start: Map<Work, Box>; moved: boolean; fresh: Work | null; pointer: number; frame: number; to: DOMPoint; matrix: DOMMatrix } | undefined;
	private undo: (() => void)[] = [];
	private blocked: (Box & { kind: string; name: string })[] = [];
	private theirs = new Map<Work, Overtaking>();
	private busy = false;
	private behind = new Set<Work>();
	private later = 0;

	connectedCallback(): void {
		if (!this.hasAttribute('data-may')) return;
		const gone = new AbortController();
		const { signal } = gone;
		this.read();
		const { svg } = this;
		svg.setAttribute('role', 'group');
		svg.addEventListener('pointerdown', (e) => this.grab(e), { signal });
		svg.addEventListener('keydown', (e) => this.pressed(e), { signal });
		this.addEventListener('pointermove', (e) => this.pulled(e), { signal });
		this.addEventListener('pointerup', (e) => this.letGo(e), { signal });
		this.addEventListener('pointercancel', () => this.giveUp(), { signal });
		this.addEventListener('click', (e) => this.clicked(e), { signal });
		this.addEventListener('submit', (e) => this.submitted(e), { signal });
		this.form.addEventListener('input', (e) => this.typed(e), { signal });
		this.form.addEventListener('change', () => this.keep(), { signal });
		this.tray?.addEventListener('pointerdown', (e) => this.take(e), { signal });
		window.addEventListener('beforeunload', (e) => this.changed().length && e.preventDefault(), { signal });
		this.undo = [
			() => gone.abort(),
			shortcut({ keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], label: say('wall.key.nudge'), when: () => this.picked.size > 0 }),
			shortcut({ keys: ['Ctrl+Z'], label: say('act.undo'), run: () => this.step(this.past, this.future) }),
			shortcut({ keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], label: say('act.redo'), run: () => this.step(this.future, this.past) }),
			shortcut({ keys: ['Ctrl+A'], label: say('keys.all'), run: () => this.pickAll() }),
			shortcut({ keys: ['Escape'], label: say('keys.clear'), run: () => this.clear() }),
			shortcut({ keys: ['+', '='], label: say('zoom.in'), run: () => this.scale(this.zoom * 1.5) }),
			shortcut({ keys: ['-'], label: say('zoom.out'), run: () => this.scale(this.zoom / 1.5) }),
			shortcut({ keys: ['0'], label: say('zoom.fit'), run: () => this.scale(1) }),
		];
		this.show();
	}

	disconnectedCallback(): void {
		for (const f of this.undo) f();
	}

	private get svg(): SVGSVGElement {
		return this.querySelector<SVGSVGElement>('svg.wall')!;
	}

	private get form(): HTMLFormElement {
		return this.querySelector<HTMLFormElement>('#wall-form')!;
	}

	private get tray(): HTMLElement | null {
		return find('#wall-tray', this);
	}

	private get wall(): Wall {
		const h = Number(this.dataset['height']);
		return { w: Number(this.dataset['width']), h, eye: h - Number(this.dataset['eye']) };
	}

	/** Read takes over what the server wrote. A row that came back with other numbers is a move that is not kept yet. */
	private read(): void {
		for (const row of this.form.querySelectorAll<HTMLElement>('[data-row]')) {
			const id = row.dataset['row']!;
			const g = this.svg.querySelector<SVGGElement>(`[data-work="${CSS.escape(id)}"]`)!;
			const kept = { ...boxOf(row), hook: Number(row.dataset['hook'] ?? 0) };
			const work: Work = {
				id, g, row, kept, at: { ...kept }, on: true, locked: row.hasAttribute('data-locked'), asset: '', campaign: '', exhibition: '',
				rev: Number(find<HTMLInputElement>('[name=rev]', row)?.value ?? 0), name: find('[data-name]', row)!.textContent!.trim(),
			};
			if (!work.locked) work.at = this.entered(work) ?? work.at;
			this.works.push(work);
			this.prepare(work);
		}
		for (const b of this.svg.querySelectorAll<SVGGElement>('[data-blocked]')) this.blocked.push({ ...boxOf(b), kind: b.dataset['kind']!, name: b.querySelector('title')!.textContent! });
		this.svg.querySelectorAll('.wall-ghost').forEach((g) => g.remove());
		this.now = this.state();
	}

	/** Prepare lets a work be reached by keys and named by screen readers. */
	private prepare(work: Work): void {
		if (work.locked) return work.g.classList.add('wall-locked');
		work.g.setAttribute('tabindex', '0');
		work.g.setAttribute('role', 'button');
	}

	private workOf(e: Event): Work | undefined {
		const g = e.target instanceof Element ? e.target.closest('[data-work]') : null;
		return this.works.find((w) => w.g === g && w.on && !w.locked);
	}

	// What is picked

	private pick(work: Work, more: boolean): void {
		if (!more) this.picked = new Set([work]);
		else if (!this.picked.delete(work)) this.picked.add(work);
		this.mark();
	}

	private pickAll(): false | void {
		const at = document.activeElement;
		if (at !== document.body && !this.contains(at)) return false;
		this.picked = new Set(this.works.filter((w) => w.on && !w.locked));
		this.mark();
		announce(say('pick.count', this.picked.size));
	}

	private clear(): false | void {
		if (this.drag) return this.giveUp();
		if (!this.picked.size) return false;
		this.picked.clear();
		this.mark();
	}

	private mark(): void {
		for (const w of this.works) {
			w.g.classList.toggle('wall-picked', this.picked.has(w));
			w.row.toggleAttribute('data-picked', this.picked.has(w));
			if (!w.locked) w.g.setAttribute('aria-pressed', String(this.picked.has(w)));
		}
		this.tools();
	}

	// Dragging

	/** Matrix takes the screen to the wall. Asking for it lays the page out, so a drag asks once. */
	private matrix(): DOMMatrix {
		return this.svg.getScreenCTM()!.inverse();
	}

	private point(e: { clientX: number; clientY: number }, matrix = this.drag?.matrix ?? this.matrix()): DOMPoint {
		return new DOMPoint(e.clientX, e.clientY).matrixTransform(matrix);
	}

	private grab(e: PointerEvent): void {
		if (e.button || this.drag) return;
		const work = this.workOf(e);
		if (!work) {
			if (!e.shiftKey) this.clear();
			return;
		}
		e.preventDefault();
		work.g.focus({ preventScroll: true });
		if (e.shiftKey || !this.picked.has(work)) this.pick(work, e.shiftKey);
		if (this.picked.has(work)) this.begin(e, null);
	}

	private begin(e: PointerEvent, fresh: Work | null): void {
		const matrix = this.matrix();
		const from = this.point(e, matrix);
		this.drag = { from, to: from, start: new Map([...this.picked].map((w) => [w, { ...w.at }])), moved: false, fresh, pointer: e.pointerId, frame: 0, matrix };
		this.setPointerCapture(e.pointerId);
		this.spare(true);
	}

	/** Spare leaves the table out of the page's work while something is dragged, if nobody sees it. */
	private spare(on: boolean): void {
		const { form } = this;
		this.classList.toggle('wall-dragging', on);
		const r = form.getBoundingClientRect();
		if (on && r.top < innerHeight && r.bottom > 0) return;
		form.style.containIntrinsicSize = on ? `${r.width}px ${r.height}px` : '';
		form.style.contentVisibility = on ? 'hidden' : '';
	}

	private pulled(e: PointerEvent): void {
		const { drag } = this;
		if (!drag || e.pointerId !== drag.pointer) return;
		drag.to = this.point(e);
		drag.frame ||= requestAnimationFrame(() => this.follow());
	}

	/** Follow puts what is dragged where the pointer is, or where something near holds it. */
	private follow(): void {
		const { drag, wall } = this;
		if (!drag) return;
		drag.frame = 0;
		const start = around([...drag.start.values()]);
		let x = Math.round(start.x + drag.to.x - drag.from.x);
		let y = Math.round(start.y + drag.to.y - drag.from.y);
		if (!drag.moved && Math.hypot(x - start.x, y - start.y) < this.millimetres(3)) return;
		drag.moved = true;
		const inWall = (): void => {
			x = Math.min(Math.max(x, 0), Math.max(0, wall.w - start.w));
			y = Math.min(Math.max(y, 0), Math.max(0, wall.h - start.h));
		};
		inWall();
		let guides: Guide[] = [];
		if (this.snapping) {
			const others = this.works.filter((w) => w.on && !drag.start.has(w)).map((w) => w.at);
			({ x, y, guides } = snap({ ...start, x, y }, others, wall, this.millimetres(8)));
			inWall();
		}
		for (const [w, b] of drag.start) this.put(w, { ...w.at, x: b.x + x - start.x, y: b.y + y - start.y });
		this.guide(guides);
	}

	/** Millimetres is how many of them so many pixels of the screen are. */
	private millimetres(px: number): number {
		return px * (this.drag?.matrix ?? this.matrix()).a;
	}

	private letGo(e: PointerEvent): void {
		const { drag } = this;
		if (!drag || e.pointerId !== drag.pointer) return;
		if (drag.frame) {
			cancelAnimationFrame(drag.frame);
			this.follow();
		}
		if (drag.fresh && !this.over(e)) return this.giveUp();
		this.drag = undefined;
		this.spare(false);
		this.guide([]);
		if (drag.moved || drag.fresh) this.keep();
	}

	private giveUp(): void {
		const { drag } = this;
		if (!drag) return;
		cancelAnimationFrame(drag.frame);
		this.drag = undefined;
		this.spare(false);
		for (const [w, b] of drag.start) this.put(w, { ...w.at, x: b.x, y: b.y });
		if (drag.fresh) this.takeOff(drag.fresh);
		this.guide([]);
		this.show();
	}

	private over(e: { clientX: number; clientY: number }): boolean {
		const r = this.svg.getBoundingClientRect();
		return e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom;
	}

	/** Take drags something that waits onto the wall; a finger scrolls the list, and has its button. */
	private take(e: PointerEvent): void {
		const item = closest(e, '[data-asset]');
		if (!item || e.button || e.pointerType === 'touch' || closest(e, 'a,button,input')) return;
		e.preventDefault();
		const [x, y] = [e.clientX, e.clientY];
		const gone = new AbortController();
		this.classList.add('wall-carrying');
		const stop = (): void => (gone.abort(), this.classList.remove('wall-carrying'));
		document.addEventListener('pointerup', stop, { signal: gone.signal });
		document.addEventListener('pointercancel', stop, { signal: gone.signal });
		document.addEventListener('pointermove', (m) => {
			if (Math.hypot(m.clientX - x, m.clientY - y) < 4 || !this.over(m)) return;
			stop();
			const p = this.point(m);
			const [w, h] = [Number(item.dataset['w']), Number(item.dataset['h'])];
			const work = this.add(item, { x: Math.round(p.x - w / 2), y: Math.round(p.y - h / 2), w, h });
			this.picked = new Set([work]);
			this.mark();
			this.begin(m, work);
			this.drag!.moved = true;
		}, { signal: gone.signal });
	}

	// Works that are new here

	/** Add puts an asset on the wall, in the drawing and in the table. */
	private add(item: HTMLElement, box: Box): Work {
		const title = item.dataset['title']!;
		const g = drawn(title, box, item.dataset['image'] ?? '', Number(this.svg.getAttribute('font-size')));
		const template = find<HTMLTemplateElement>('template[data-new-row]', this.form)!;
		const row = template.content.querySelector('tr')!.cloneNode(true) as HTMLElement;
		find('[data-name]', row)!.textContent = '＋ ' + title;
		for (const input of row.querySelectorAll('input')) input.setAttribute('aria-label', input.getAttribute('aria-label') + ', ' + title);
		const work: Work = { id: '', rev: 0, name: title, at: { ...box, hook: 0 }, kept: null, on: true, locked: false, g, row, asset: item.dataset['asset']!, campaign: item.dataset['campaign'] ?? '', exhibition: item.dataset['exhibition'] ?? '' };
		this.works.push(work);
		this.attach(work);
		this.prepare(work);
		this.put(work, work.at);
		return work;
	}

	private attach(work: Work): void {
		work.on = true;
		find('[data-works]', this.svg)!.append(work.g);
		find('[data-rows-of-wall]', this.form)!.append(work.row);
	}

	private takeOff(work: Work): void {
		work.on = false;
		this.picked.delete(work);
		work.g.remove();
		work.row.remove();
	}

	// Steps

	private state(): State {
		return new Map(this.works.map((w) => [w, w.on ? { ...w.at } : null]));
	}

	/** Keep ends a step, so that it can be taken back. */
	private keep(merge = false): void {
		const next = this.state();
		const moved = [...next].some(([w, s]) => !same(s, this.now.get(w) ?? null));
		if (moved && !merge) this.past.push(this.now);
		if (moved) this.future = [];
		this.now = next;
		this.show();
	}

	private step(from: State[], to: State[]): false | void {
		const state = from.pop();
		if (!state) return false;
		to.push(this.now);
		for (const w of this.works) {
			const spot = state.get(w) ?? null;
			if (!spot && w.on) this.takeOff(w);
			if (spot && !w.on) this.attach(w);
			if (spot) this.put(w, spot);
		}
		this.now = this.state();
		this.lastNudge = 0;
		this.show();
		announce(from === this.past ? say('wall.undone') : say('wall.redone'));
	}

	private pressed(e: KeyboardEvent): void {
		const work = this.workOf(e);
		if (!work) return;
		const far = e.shiftKey ? 100 : e.altKey ? 1 : 10;
		const way: Record<string, [number, number]> = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
		const by = way[e.key];
		if (by && !e.ctrlKey && !e.metaKey) {
			e.preventDefault();
			if (!this.picked.has(work)) this.pick(work, false);
			return this.nudge(...by);
		}
		if (e.key === ' ' || e.key === 'Enter') {
			e.preventDefault();
			this.pick(work, this.picked.has(work) || e.shiftKey || e.key === ' ');
		}
		if ((e.key === 'Delete' || e.key === 'Backspace') && !work.kept) {
			e.preventDefault();
			this.takeOff(work);
			this.keep();
			this.svg.querySelector<SVGGElement>('[data-work][tabindex]')?.focus();
		}
	}

	/** Nudge moves what is picked, as far as the wall goes. Nudges in quick succession are one step. */
	private nudge(dx: number, dy: number): void {
		const { wall } = this;
		const all = around([...this.picked].map((w) => w.at));
		const x = Math.min(Math.max(dx, -all.x), wall.w - all.x - all.w);
		const y = Math.min(Math.max(dy, -all.y), wall.h - all.y - all.h);
		for (const w of this.picked) this.put(w, { ...w.at, x: w.at.x + x, y: w.at.y + y });
		const merge = Date.now() - this.lastNudge < 700;
		this.keep(merge);
		this.lastNudge = Date.now();
		announce([...this.picked].slice(0, 3).map((w) => this.told(w)).join('; '));
	}

	private arrange(how: string): void {
		const all = [...this.picked];
		const works = how === 'space' && all.length < 2 ? this.works.filter((w) => w.on && !w.locked) : all;
		if (!works.length) return;
		const boxes = works.map((w) => w.at);
		const to = how === 'distribute' || how === 'space' ? distribute(boxes, this.wall, how === 'space') : align(boxes, how as Alignment, this.wall);
		works.forEach((w, i) => this.put(w, { ...w.at, x: to[i]!.x, y: to[i]!.y }));
		this.keep();
		announce(works.slice(0, 3).map((w) => this.told(w)).join('; '));
	}

	private clicked(e: MouseEvent): void {
		const put = closest<HTMLAnchorElement>(e, 'a[data-put]');
		if (put) {
			e.preventDefault();
			const item = put.closest<HTMLElement>('[data-asset]')!;
			const taken = [...this.works.filter((w) => w.on).map((w) => w.at), ...this.blocked];
			const work = this.add(item, room(Number(item.dataset['w']), Number(item.dataset['h']), taken, this.wall, 100));
			this.picked = new Set([work]);
			this.mark();
			this.keep();
			work.g.focus();
			return announce(this.told(work));
		}
		const choice = closest(e, '[data-mine],[data-theirs]');
		if (choice) return this.settle(choice);
		const what = closest(e, '[data-do]')?.dataset['do'];
		if (what === 'undo') this.step(this.past, this.future);
		else if (what === 'redo') this.step(this.future, this.past);
		else if (what === 'in') this.scale(this.zoom * 1.5);
		else if (what === 'out') this.scale(this.zoom / 1.5);
		else if (what === 'fit') this.scale(1);
		else if (what === 'snap') {
			this.snapping = !this.snapping;
			closest(e, '[data-do]')!.setAttribute('aria-pressed', String(this.snapping));
		} else if (what) this.arrange(what);
	}

	private scale(to: number): void {
		const box = this.svg.parentElement!;
		const middle = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
		this.zoom = Math.min(Math.max(to, 1), 8);
		this.svg.style.width = this.zoom * 100 + '%';
		box.scrollLeft = middle * box.scrollWidth - box.clientWidth / 2;
		const said = find('[data-zoom]', this);
		if (said) said.textContent = Math.round(this.zoom * 100) + ' %';
	}

	// Drawing and table

	/** Put moves a work in the drawing and in the table; while it is dragged its numbers follow ten times a second, because fields are slow. */
	private put(w: Work, to: Spot): void {
		const resized = w.at.w !== to.w || w.at.h !== to.h;
		w.at = { ...to };
		w.g.setAttribute('transform', `translate(${to.x} ${to.y})`);
		if (resized) shape(w.g, to);
		if (!this.drag) return this.fillRow(w);
		this.behind.add(w);
		this.later ||= window.setTimeout(() => {
			this.later = 0;
			for (const w of this.behind) this.fillRow(w);
			this.behind.clear();
		}, 100);
	}

	private fillRow(w: Work): void {
		const { at } = w;
		this.fill(w, 'x_mm', at.x);
		this.fill(w, 'floor_mm', this.wall.h - at.y - at.h);
		this.fill(w, 'width_mm', at.w);
		this.fill(w, 'height_mm', at.h);
		this.fill(w, 'hook_mm', at.hook);
	}

	private fill(w: Work, name: string, mm: number): void {
		const input = w.row.querySelector<HTMLInputElement>(`[name=${name}]`);
		if (input && input !== document.activeElement && input.value !== String(mm)) input.value = String(mm);
	}

	/** Entered is what the row of a work says; null while it is no number. */
	private entered(w: Work): Spot | null {
		const read = (name: string): number => {
			const text = find<HTMLInputElement>(`[name=${name}]`, w.row)?.value.replace(/[\s.,]/g, '') ?? '';
			return /^-?\d+$/.test(text) ? Number(text) : NaN;
		};
		const [x, up, wide, high, hook] = [read('x_mm'), read('floor_mm'), read('width_mm'), read('height_mm'), read('hook_mm')];
		if ([x, up, wide, high, hook].some(Number.isNaN)) return null;
		return { x, y: this.wall.h - up - high, w: wide, h: high, hook };
	}

	private typed(e: Event): void {
		const row = closest(e, 'tr');
		const w = this.works.find((w) => w.row === row);
		const spot = w && this.entered(w);
		if (w && spot) {
			this.put(w, spot);
			this.judge();
		}
	}

	/** Told is a work and where it is, for a reader who does not see it. */
	private told(w: Work): string {
		return say('wall.told', w.name, w.at.x, this.wall.h - w.at.y - w.at.h, w.at.w, w.at.h);
	}

	private changed(): Work[] {
		return this.works.filter((w) => w.on && (!w.kept || !same(w.at, w.kept)));
	}

	/** Show brings everything beside the works themselves up to date. */
	private show(): void {
		for (const w of this.works) {
			this.put(w, w.at);
			w.g.classList.toggle('wall-moved', !w.kept || !same(w.at, w.kept));
			if (!w.locked) w.g.setAttribute('aria-label', this.told(w));
		}
		const n = this.changed().length;
		const unsaved = find('[data-unsaved]', this);
		if (unsaved) unsaved.textContent = n ? say('wall.unsaved', n) : say('wall.all_saved');
		this.toggleAttribute('data-dirty', n > 0);
		for (const item of this.querySelectorAll<HTMLElement>('[data-asset]')) item.hidden = this.works.some((w) => w.on && w.asset === item.dataset['asset']);
		const empty = find('[data-empty]', this);
		if (empty) empty.hidden = this.works.some((w) => w.on);
		this.mark();
		this.judge();
	}

	private tools(): void {
		const n = this.picked.size;
		const off: Record<string, boolean> = { undo: !this.past.length, redo: !this.future.length, distribute: n < 3, space: !this.works.some((w) => w.on && !w.locked) };
		for (const b of this.querySelectorAll<HTMLButtonElement>('[data-do]')) {
			const what = b.dataset['do']!;
			if (!['in', 'out', 'fit', 'snap'].includes(what)) b.disabled = off[what] ?? n < 1;
		}
	}

	/** Judge says what is wrong, and what is to be looked at again, as the server would. */
	private judge(): void {
		const works = this.works.filter((w) => w.on).sort((a, b) => a.at.x - b.at.x || a.at.y - b.at.y);
		const wrong = new Set<Work>();
		const bad: string[] = [];
		const exits: string[] = [];
		const warn: string[] = [];
		const near: string[] = [];
		works.forEach((a, i) => {
			if (!inside(a.at, this.wall) || a.at.w <= 0 || a.at.h <= 0) {
				wrong.add(a);
				bad.push(say('wall.off', a.name));
			}
			for (const b of this.blocked) {
				if (!overlaps(a.at, b)) continue;
				if (b.kind === 'exit') exits.push(say('wall.covers_exit', a.name, b.x));
				else warn.push(say('wall.covers', a.name, b.name, b.x));
			}
			for (const b of works.slice(i + 1)) {
				const d = gap(a.at, b.at);
				if (d < 0) {
					wrong.add(a).add(b);
					bad.push(say('wall.overlap', a.name, b.name));
				} else if (d < close) near.push(say('wall.close', a.name, b.name, d, close));
			}
		});
		for (const w of works) w.g.classList.toggle('wall-wrong', wrong.has(w));
		const items = [...[...bad, ...exits].map((text) => make('li', { class: 'wall-bad' }, text)), ...[...warn, ...near].map((text) => make('li', { class: 'wall-warn' }, text))];
		const fine = works.length ? [make('p', { class: 'quiet wall-fine' }, say('wall.fine'))] : [];
		find('[data-notices]', this)!.replaceChildren(...(items.length ? [make('ul', { class: 'plain' }, ...items)] : fine));
	}

	private guide(guides: Guide[]): void {
		const size = Number(this.svg.getAttribute('font-size'));
		const marks = guides.flatMap((g) => {
			const line = svg('line', { x1: g.x1, y1: g.y1, x2: g.x2, y2: g.y2, class: g.gap === undefined ? 'wall-guide' : 'wall-guide wall-gap' });
			if (g.gap === undefined) return [line];
			const text = svg('text', { x: (g.x1 + g.x2) / 2, y: (g.y1 + g.y2) / 2 - size / 3, class: 'wall-gap-text' });
			text.textContent = String(Math.round(g.gap));
			return [line, text];
		});
		this.svg.querySelector('[data-guides]')!.replaceChildren(...marks);
	}

	// Saving, and what others did meanwhile

	private submitted(e: SubmitEvent): void {
		const form = e.target as HTMLFormElement;
		if (form === this.form) {
			e.preventDefault();
			void this.save();
		} else if (form.matches('[data-wall-search]')) {
			e.preventDefault();
			void this.search(form);
		}
	}

	private async search(form: HTMLFormElement): Promise<void> {
		const url = new URL(form.action);
		url.hash = '';
		for (const [name, value] of new FormData(form)) url.searchParams.set(name, String(value));
		const list = find('#wall-waiting', this)!;
		list.setAttribute('aria-busy', 'true');
		try {
			const answer = await fetch(url, { headers: { Accept: 'text/html', 'X-Pano-Fragment': '1' } });
			const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#wall-waiting');
			if (!answer.ok || !fresh) throw new Error(String(answer.status));
			list.replaceWith(document.importNode(fresh, true));
			this.show();
			announce(find('#wall-waiting', this)!.querySelectorAll('li').length ? say('list.showing', find('#wall-waiting', this)!.querySelectorAll('li').length) : say('wall.none_found'));
		} catch {
			list.removeAttribute('aria-busy');
			toast({ text: say('live.failed'), bad: true });
		}
	}

	private async save(): Promise<void> {
		const works = this.changed();
		if (this.busy) return;
		if (!works.length) return announce(say('wall.all_saved'));
		const nowhere = this.works.find((w) => w.on && !w.locked && !this.entered(w));
		if (nowhere) {
			this.complain(say('number.unreadable'), nowhere, '');
			return;
		}
		this.busy = true;
		this.form.setAttribute('aria-busy', 'true');
		try {
			const answer = await fetch(`/api/v1/locations/${this.dataset['location']}/layout`, {
				method: 'PUT', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify({ placements: works.map((w) => this.spot(w)) }),
			});
			const said = (await answer.json()) as { items?: { id: string; rev: number }[]; detail?: string; field?: string; by?: unknown };
			if (answer.ok) this.saved(works, said.items ?? []);
			else if (answer.status === 412 && Array.isArray(said.by)) this.overtaken(said.by as Overtaking[], said.detail ?? '');
			else this.refused(works, said.detail ?? '', said.field ?? '');
		} catch {
			this.complain(say('wall.not_sent'));
		} finally {
			this.busy = false;
			this.form.removeAttribute('aria-busy');
		}
	}

	/** Spot is a work as the server reads it. */
	private spot(w: Work): Record<string, unknown> {
		const where = { x_mm: w.at.x, y_mm: w.at.y, width_mm: w.at.w, height_mm: w.at.h, hook_mm: w.at.hook };
		if (w.kept) return { id: w.id, rev: w.rev, ...where };
		const day = (name: string): string => find<HTMLInputElement>(`[data-${name}]`, this)?.value ?? '';
		const until = new Date(day('last') + 'T00:00:00Z');
		if (!Number.isNaN(until.valueOf())) until.setUTCDate(until.getUTCDate() + 1);
		return { asset: w.asset, from: day('from'), until: Number.isNaN(until.valueOf()) ? '' : until.toISOString().slice(0, 10), ...(w.campaign ? { campaign: w.campaign } : {}), ...(w.exhibition ? { exhibition: w.exhibition } : {}), ...where };
	}

	private saved(works: Work[], items: { id: string; rev: number }[]): void {
		find('[data-conflict]', this)!.replaceChildren();
		const fresh = works.some((w) => !w.kept);
		for (const w of works) {
			w.kept = { ...w.at };
			w.rev = items.find((i) => i.id === w.id)?.rev ?? w.rev;
			const rev = find<HTMLInputElement>('[name=rev]', w.row);
			if (rev) rev.value = String(w.rev);
			w.row.querySelectorAll('[aria-invalid]').forEach((el) => el.removeAttribute('aria-invalid'));
			w.row.querySelectorAll('.field-error,.wall-theirs').forEach((el) => el.remove());
		}
		find('#layout-problem')?.remove();
		this.show();
		if (fresh) return location.reload(); // they have numbers and pages of their own now
		toast({ text: say('wall.saved_now', works.length) });
	}

	private refused(works: Work[], detail: string, field: string): void {
		const [, n, at] = /^placements\[(\d+)\](?:\.(\w+))?/.exec(field) ?? [];
		this.complain(detail || say('live.failed'), n === undefined ? undefined : works[Number(n)], at === 'y_mm' ? 'floor_mm' : at);
	}

	/** Complain says why nothing was saved, and leads to the work to blame. */
	private complain(text: string, work?: Work, field?: string): void {
		this.form.querySelectorAll('[aria-invalid]').forEach((el) => el.removeAttribute('aria-invalid'));
		find('[data-conflict]', this)!.replaceChildren(make('div', { class: 'notice notice-bad', role: 'alert' }, make('p', {}, make('b', {}, text)), make('p', {}, say('wall.nothing_saved'))));
		if (!work) return;
		work.g.classList.add('wall-wrong');
		if (field) find(`[name=${field}]`, work.row)?.setAttribute('aria-invalid', 'true');
		this.picked = new Set([work]);
		this.mark();
	}

	/** Overtaken shows what others did beside one's own, and lets the person choose. */
	private overtaken(all: Overtaking[], detail: string): void {
		this.theirs.clear();
		for (const o of all) {
			const w = this.works.find((w) => w.id === o.placement);
			if (w) this.theirs.set(w, o);
		}
		this.showTheirs(detail);
	}

	private showTheirs(detail = ''): void {
		this.svg.querySelectorAll('.wall-ghost').forEach((g) => g.remove());
		const box = find('[data-conflict]', this)!;
		if (!this.theirs.size) return box.replaceChildren();
		const list = make('ul', { class: 'plain wall-both' });
		const up = (a: Area): number => this.wall.h - a.y_mm - a.height_mm;
		for (const [w, o] of this.theirs) {
			const when = new Date(o.at).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' });
			list.append(make('li', {}, make('b', {}, w.name),
				make('span', {}, say('wall.both_theirs', o.by, when, o.was.x_mm, o.is.x_mm, up(o.was), up(o.is))),
				make('span', {}, say('wall.both_mine', w.at.x, this.wall.h - w.at.y - w.at.h)),
				make('span', { class: 'row row-tight' },
					make('button', { type: 'button', class: 'button button-small', 'data-mine': o.placement }, say('wall.keep_mine')),
					make('button', { type: 'button', class: 'button button-small', 'data-theirs': o.placement }, say('wall.take_theirs')))));
			const g = svg('g', { class: 'wall-ghost' });
			g.append(svg('rect', { x: o.is.x_mm, y: o.is.y_mm, width: o.is.width_mm, height: o.is.height_mm }));
			this.svg.insertBefore(g, this.svg.querySelector('[data-guides]'));
		}
		const text = detail ? [make('p', {}, make('b', {}, detail))] : [];
		box.replaceChildren(make('div', { class: 'notice notice-bad', role: 'alert' }, ...text, list));
	}

	private settle(button: HTMLElement): void {
		const mine = button.dataset['mine'];
		const w = this.works.find((w) => w.id === (mine ?? button.dataset['theirs']));
		const o = w && this.theirs.get(w);
		if (!w || !o) return;
		w.rev = o.rev;
		w.kept = spotOf(o.is);
		const rev = find<HTMLInputElement>('[name=rev]', w.row);
		if (rev) rev.value = String(o.rev);
		if (!mine) this.put(w, spotOf(o.is));
		this.theirs.delete(w);
		this.keep();
		this.showTheirs(this.theirs.size ? say('wall.overtaken', this.theirs.size) : '');
		const next = find('[data-mine]', this) ?? find<HTMLButtonElement>('.wall-save button', this);
		next?.focus();
		if (!this.theirs.size) announce(say('wall.settled'));
	}
}

const boxOf = (el: HTMLElement | SVGElement): Box => ({ x: Number(el.dataset['x']), y: Number(el.dataset['y']), w: Number(el.dataset['w']), h: Number(el.dataset['h']) });

function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
	const el = document.createElementNS(svgNS, tag);
	for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, String(value));
	return el;
}

/** Drawn is a work as the server draws it. */
function drawn(title: string, box: Box, image: string, letter: number): SVGGElement {
	const g = svg('g', { class: 'wall-work', 'data-work': '' });
	const name = svg('title', {});
	name.textContent = title;
	const plus = svg('text', { class: 'wall-n', 'font-size': Math.min(letter, Math.min(box.w, box.h) / 3) });
	plus.textContent = '+';
	g.append(name, svg('rect', { class: 'wall-back' }));
	if (image) g.append(svg('image', { href: image, preserveAspectRatio: 'xMidYMid slice' }));
	g.append(svg('rect', { class: 'wall-edge' }), svg('circle', { class: 'wall-dot', r: Math.min(letter, Math.min(box.w, box.h) / 3) }), plus);
	shape(g, box);
	return g;
}

/** Shape gives the parts of a drawn work its size. */
function shape(g: SVGGElement, box: Box): void {
	const [w, h] = [Math.max(0, box.w), Math.max(0, box.h)];
	for (const el of g.querySelectorAll('rect,image')) {
		el.setAttribute('width', String(w));
		el.setAttribute('height', String(h));
	}
	g.querySelector('circle')?.setAttribute('cx', String(w / 2));
	g.querySelector('circle')?.setAttribute('cy', String(h / 2));
	g.querySelector('.wall-n')?.setAttribute('x', String(w / 2));
	g.querySelector('.wall-n')?.setAttribute('y', String(h / 2));
}

customElements.define('pano-wall', WallEditor);
