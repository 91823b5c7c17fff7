/**
 * <pano-map data-at="lat,lon,zoom" [data-tiles="https://…/{z}/{x}/{y}.png"]> around
 *   [data-ground]            where the map is drawn
 *   [data-slider] [data-step="±1"] [data-play] [data-today] output[data-day]
 *   [data-zoom="1|-1|0"]     buttons
 *   [data-state="hung"]      the legend: its svg is the pin, its words say the state, [data-tally] counts
 *   #map-card                the card of the chosen place, a piece of the server's
 *
 * Draws the places that #results[data-pins] has, as they stand on the day #results[data-dated].
 * Pins that would lie on each other become one with a number; opening it zooms
 * in, or lists what is at the very same spot. Every pin is a button.
 * The slider draws other days at once, and changes the field of the day in the
 * form when it comes to rest, so that the list follows and the address holds it.
 * Without tiles the ground is drawn from the places themselves.
 */
import type { Coords, DivIcon, DoneCallback, GridLayer, LayerGroup, Map as LeafletMap, Marker } from 'leaflet';
import { heaps, hull, type Heap, type Points } from '../lib/cluster';
import { announce, find, make } from '../lib/dom';
import { shortcut } from '../lib/keys';
import { ask, swap } from '../lib/swap';
import { lang, number, say } from '../lib/words';

type Leaflet = typeof import('leaflet');

interface Pins {
	id: string[];
	code: string[];
	name: string[];
	area: string[];
	lat: number[];
	lon: number[];
	areas: Record<string, string>;
}

interface Answer {
	stamp: string;
	nowhere: number;
	more?: boolean;
	states: string;
	pins?: Pins;
}

const letters: Record<string, string> = { f: 'free', p: 'planned', h: 'hung', l: 'late', d: 'damaged', c: 'closed', o: 'holds' };
const pressing = 'dlhpfoc'; // the most pressing first
const cell = 64; // pixels of the screen
const closest = 19; // zoom
const beat = 700; // ms between two days that play
const rest = 450; // ms after which the list follows the slider

/** Shown is a day, counted since 1970, as people write it. */
const shown = (day: number): string => iso(day).split('-').reverse().join('/');
const iso = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

class PlaceMap extends HTMLElement {
	private L!: Leaflet;
	private map: LeafletMap | undefined;
	private pins: Pins = { id: [], code: [], name: [], area: [], lat: [], lon: [], areas: {} };
	private points: Points = { x: new Float64Array(), y: new Float64Array() };
	private states = '';
	private stamp = '';
	private more = false;
	private bare = false; // the tiles do not come
	private pinsAt = ''; // address of the pins that are drawn
	private drawn = new Map<string, { marker: Marker; heap: Heap }>();
	private base: LayerGroup | undefined;
	private plan: { el: HTMLImageElement; at: [number, number][]; src: string } | undefined;
	private chosen = -1;
	private from: HTMLElement | null = null; // what had the focus before the card
	private pending: AbortController | undefined;
	private timer = 0; // until the list follows
	private playing = 0;
	private gone: AbortController | undefined;
	private forget: (() => void)[] = [];

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		this.addEventListener('click', (e) => this.clicked(e), { signal });
		this.addEventListener('keydown', (e) => e.key === 'Escape' && this.closeCard(), { signal });
		this.slider.addEventListener('input', () => this.slide(Number(this.slider.value)), { signal });
		document.addEventListener('pano-swapped', () => this.follow(), { signal });
		this.forget = [
			shortcut({ keys: ['+', '='], label: say('zoom.in'), run: () => this.zoom(1) }),
			shortcut({ keys: ['-'], label: say('zoom.out'), run: () => this.zoom(-1) }),
			shortcut({ keys: ['0'], label: say('zoom.fit'), run: () => this.zoom(0) }),
		];
		void this.start();
	}

	disconnectedCallback(): void {
		this.gone?.abort();
		this.pending?.abort();
		clearTimeout(this.timer);
		clearInterval(this.playing);
		for (const f of this.forget) f();
		this.map?.remove();
		this.map = undefined;
	}

	private get slider(): HTMLInputElement {
		return find<HTMLInputElement>('[data-slider]', this)!;
	}

	private get results(): HTMLElement | null {
		return find('#results[data-pins]');
	}

	/** Tiles are pictures from elsewhere. Leaflet's own layer of them ends each with a data: address, which the policy forbids. */
	private tiles(address: string): GridLayer {
		const createTile = (at: Coords, done: DoneCallback): HTMLElement => {
			const img = make('img', { alt: '', referrerpolicy: 'origin' });
			img.addEventListener('load', () => done(undefined, img));
			img.addEventListener('error', () => done(new Error(address), img));
			img.src = address.replace('{z}', String(at.z)).replace('{x}', String(at.x)).replace('{y}', String(at.y));
			return img;
		};
		return Object.assign(this.L.gridLayer({ maxZoom: closest }), { createTile });
	}

	/** TakePlan lays the picture that is chosen under the pins. */
	private takePlan(): void {
		const option = find<HTMLSelectElement>('[data-plan]')?.selectedOptions[0];
		const src = option?.dataset['src'] ?? '';
		if (!this.map || src === (this.plan?.src ?? '')) return;
		this.plan?.el.remove();
		this.plan = undefined;
		if (!src) return;
		const at = option!.dataset['corners']!.split(';').map((c) => c.split(',').map(Number) as [number, number]);
		const el = make('img', { src, alt: '', class: 'map-plan leaflet-zoom-hide' });
		el.addEventListener('load', () => this.layPlan());
		el.addEventListener('error', () => (find('[data-trouble]', this)!.hidden = false));
		this.map.getPane('tilePane')!.append(el);
		this.plan = { el, at, src };
		if (this.stamp) this.map.fitBounds(this.L.latLngBounds([...at, [at[1]![0] + at[2]![0] - at[0]![0], at[1]![1] + at[2]![1] - at[0]![1]]]), { animate: false });
	}

	/** LayPlan turns, scales and shears the picture so that its corners are where they belong. */
	private layPlan(): void {
		if (!this.plan?.el.naturalWidth) return;
		const { el, at } = this.plan;
		const [o, x, y] = at.map((c) => this.map!.latLngToLayerPoint(c));
		const [w, h] = [el.naturalWidth, el.naturalHeight];
		el.style.transform = `matrix(${(x!.x - o!.x) / w},${(x!.y - o!.y) / w},${(y!.x - o!.x) / h},${(y!.y - o!.y) / h},${o!.x},${o!.y})`;
	}

	private async start(): Promise<void> {
		this.L = (await import('leaflet')).default;
		if (!this.isConnected || this.map) return;
		const ground = find('[data-ground]', this)!;
		const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
		this.map = this.L.map(ground, { zoomControl: false, attributionControl: false, maxZoom: closest, minZoom: 3, zoomSnap: 0.5, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm });
		this.L.control.scale({ imperial: false }).addTo(this.map);
		const [lat, lon, zoom] = (this.dataset['at'] ?? '').split(',').map(Number);
		if (zoom !== undefined) this.map.setView([lat!, lon!], zoom);
		else this.map.setView([16.5, 106.5], 5.5); // the whole country
		const tiles = this.dataset['tiles'];
		if (tiles) {
			this.tiles(tiles).addTo(this.map).once('tileerror', () => {
				this.bare = true;
				this.drawBase();
			});
		}
		this.map.on('moveend', () => this.moved());
		this.map.on('zoom viewreset', () => this.layPlan());
		find('[data-plan]')?.addEventListener('input', () => this.takePlan(), { signal: this.gone!.signal });
		this.follow();
	}

	/** Follow draws what the results are now about. */
	private follow(): void {
		const results = this.results;
		if (!results || !this.map) return;
		this.toDay(Number(results.dataset['dated']));
		this.takePlan();
		this.note();
		void this.load(results.dataset['pins']!, false);
	}

	/** ToDay shows a day on the slider, which grows if it has to. */
	private toDay(day: number): void {
		const s = this.slider;
		if (day < Number(s.min)) s.min = String(day);
		if (day > Number(s.max)) s.max = String(day);
		if (s.value !== String(day)) s.value = String(day);
		s.setAttribute('aria-valuetext', shown(day));
		find('[data-day]', this)!.textContent = shown(day);
	}

	/** Slide draws another day at once; the list follows when the slider rests. */
	private slide(day: number): void {
		this.toDay(day);
		const url = new URL(this.results?.dataset['pins'] ?? this.pinsAt, location.href);
		url.searchParams.set('on', iso(day));
		void this.load(url.pathname + url.search, true);
		clearTimeout(this.timer);
		if (!this.playing) this.timer = window.setTimeout(() => this.settle(), rest);
	}

	/** Settle tells the form which day is looked at. */
	private settle(): void {
		clearTimeout(this.timer);
		const field = find<HTMLInputElement>('pano-live input[name=on]');
		const day = iso(Number(this.slider.value));
		if (!field || field.value === day || this.results?.dataset['dated'] === this.slider.value) return;
		field.value = day;
		field.dispatchEvent(new Event('input', { bubbles: true }));
	}

	private play(on: boolean): void {
		clearInterval(this.playing);
		this.playing = 0;
		find('[data-play]', this)!.setAttribute('aria-pressed', String(on));
		if (!on) return this.settle();
		if (this.slider.value === this.slider.max) this.slide(Number(this.slider.min));
		this.playing = window.setInterval(() => {
			if (this.pending) return; // the day before is not there yet
			if (this.slider.value === this.slider.max) return this.play(false);
			this.slide(Number(this.slider.value) + 1);
		}, beat);
	}

	/** Load asks for the pins, or for their states only if they are the same on another day. */
	private async load(url: string, sameDay: boolean): Promise<void> {
		this.pending?.abort();
		const mine = (this.pending = new AbortController());
		const others = (u: string): string => u.replace(/([?&])on=[^&]*/, '$1');
		const known = sameDay || (this.pinsAt !== '' && others(url) === others(this.pinsAt) && !this.more);
		const box = this.more ? '&box=' + this.map!.getBounds().pad(0.2).toBBoxString() : '';
		const get = async (only: string): Promise<Answer> => {
			const answer = await fetch(url + only + box, { headers: { Accept: 'application/json' }, signal: mine.signal });
			if (answer.status === 401) location.reload(); // the page leads to the sign-in
			if (!answer.ok) throw new Error(String(answer.status));
			return (await answer.json()) as Answer;
		};
		try {
			let a = await get(known ? '&only=states' : '');
			if (!a.pins && a.stamp !== this.stamp) a = await get('');
			this.take(a);
			this.pinsAt = url;
			find('[data-trouble]', this)!.hidden = true;
		} catch (err) {
			if ((err as Error).name !== 'AbortError') {
				find('[data-trouble]', this)!.hidden = false;
				if (this.playing) this.play(false);
			}
		} finally {
			if (this.pending === mine) this.pending = undefined;
		}
	}

	private take(a: Answer): void {
		this.states = a.states;
		this.more = !!a.more || (this.more && !!a.pins && a.pins.id.length > 0);
		this.tally(a);
		if (!a.pins) return this.dress();
		const first = this.stamp === '';
		this.stamp = a.stamp;
		this.pins = a.pins;
		const n = a.pins.id.length;
		this.points = { x: new Float64Array(n), y: new Float64Array(n) };
		for (let i = 0; i < n; i++) {
			const p = this.L.CRS.EPSG3857.latLngToPoint(this.L.latLng(a.pins.lat[i]!, a.pins.lon[i]!), 0);
			this.points.x[i] = p.x;
			this.points.y[i] = p.y;
		}
		const map = this.map!;
		const at = this.dataset['at'];
		const seen = at || !first ? map.getBounds() : null;
		if (!seen || (!this.more && n > 0 && !a.pins.lat.some((lat, i) => seen.contains([lat, a.pins!.lon[i]!])))) this.fit();
		if (!this.dataset['tiles'] || this.bare) this.drawBase();
		this.draw();
	}

	private fit(): void {
		const { lat, lon } = this.pins;
		if (lat.length > 0) this.map!.fitBounds(this.L.latLngBounds(lat.map((l, i) => [l, lon[i]!])), { padding: [40, 40], maxZoom: 17, animate: false });
	}

	private tally(a: Answer): void {
		for (const [letter, state] of Object.entries(letters)) {
			const line = find(`[data-state="${state}"]`, this);
			const n = a.states.split(letter).length - 1;
			if (state === 'holds' && line) line.hidden = n === 0;
			const count = line && find('[data-tally]', line);
			if (count) count.textContent = number(n);
		}
		const nowhere = find('[data-nowhere]', this)!;
		nowhere.hidden = a.nowhere === 0;
		nowhere.textContent = say('map.nowhere', a.nowhere);
		find('[data-more]', this)!.hidden = !a.more;
	}

	private moved(): void {
		this.note();
		this.layPlan();
		if (this.more) void this.load(this.pinsAt, false);
		else this.draw();
		if (this.base) this.drawBase();
	}

	/** Note keeps in the address where the map is. */
	private note(): void {
		if (!this.stamp) return;
		const map = this.map!;
		const c = map.getCenter();
		const at = `${c.lat.toFixed(5)},${c.lng.toFixed(5)},${Math.round(map.getZoom())}`;
		const field = find<HTMLInputElement>('[data-map-at]');
		if (field) field.value = at;
		const url = new URL(location.href);
		url.searchParams.set('at', at);
		history.replaceState(history.state, '', url);
	}

	/** Draw shows the pins of the part that is seen; those that were there stay, with their focus. */
	private draw(): void {
		const map = this.map!;
		if (this.stamp === '') return;
		const scale = 2 ** map.getZoom();
		const b = map.getPixelBounds();
		const pad = cell;
		const frame = { left: (b.min!.x - pad) / scale, right: (b.max!.x + pad) / scale, top: (b.min!.y - pad) / scale, bottom: (b.max!.y + pad) / scale };
		const now = new Map(heaps(this.points, frame, scale, cell).map((h) => [h.key + this.stamp, h]));
		for (const [key, d] of this.drawn) {
			if (now.has(key)) continue;
			d.marker.remove();
			this.drawn.delete(key);
		}
		for (const [key, heap] of now) {
			if (this.drawn.has(key)) continue;
			const icon = this.L.divIcon({ className: 'pin', html: make('span'), iconSize: [34, 34] }) as DivIcon;
			const at = this.L.CRS.EPSG3857.pointToLatLng(this.L.point(heap.x, heap.y), 0);
			const marker = this.L.marker(at, { icon, autoPanOnFocus: false }).addTo(map);
			marker.on('click keypress', (e) => {
				const key = (e as unknown as { originalEvent: KeyboardEvent }).originalEvent.key;
				if (!key || key === 'Enter' || key === ' ') this.open(heap, marker.getElement()!);
			});
			this.drawn.set(key, { marker, heap });
		}
		this.dress();
	}

	/** Dress gives every pin the look and the words of its state. */
	private dress(): void {
		for (const { marker, heap } of this.drawn.values()) {
			const el = marker.getElement()!;
			const count: Record<string, number> = {};
			for (const i of heap.members) count[this.states[i]!] = (count[this.states[i]!] ?? 0) + 1;
			const worst = [...pressing].find((l) => count[l]) ?? 'f';
			const many = heap.members.length > 1;
			const one = heap.members[0]!;
			const words = many
				? say('location.count', heap.members.length) + ': ' + [...pressing].filter((l) => count[l]).map((l) => this.word(l) + ' ' + number(count[l]!)).join(', ')
				: `${this.pins.code[one]} ${this.pins.name[one]}: ${this.word(worst)}`;
			const chosen = heap.members.includes(this.chosen);
			const look = `pin pin-${letters[worst]}${many ? ' pin-many' : ''}${chosen ? ' pin-chosen' : ''}`;
			if (el.getAttribute('aria-label') === words && el.dataset['look'] === look) continue;
			if (el.dataset['look']) el.classList.remove(...el.dataset['look'].split(' '));
			el.classList.add(...look.split(' '));
			el.dataset['look'] = look;
			el.setAttribute('aria-label', words);
			el.title = words;
			const mark = find(`[data-state="${letters[worst]}"] svg`, this) as unknown as SVGElement;
			el.replaceChildren(mark.cloneNode(true), ...(many ? [make('b', {}, number(heap.members.length))] : []));
		}
	}

	private word(letter: string): string {
		return find(`[data-state="${letters[letter]}"] span`, this)?.textContent ?? '';
	}

	/** Open shows the card of a place, comes closer to several, or lists those at the very same spot. */
	private open(heap: Heap, from: HTMLElement): void {
		this.from = from;
		const all = heap.members;
		if (all.length === 1) return void this.card(all[0]!);
		const map = this.map!;
		const bounds = this.L.latLngBounds(all.map((i) => [this.pins.lat[i]!, this.pins.lon[i]!]));
		const apart = map.project(bounds.getNorthEast(), closest).distanceTo(map.project(bounds.getSouthWest(), closest));
		if (apart > cell && map.getZoom() < closest) {
			map.fitBounds(bounds, { padding: [60, 60], maxZoom: closest });
			announce(say('location.count', all.length));
			return;
		}
		const list = make('ul', { class: 'map-there' });
		for (const i of all.slice(0, 60)) {
			const mark = find(`[data-state="${letters[this.states[i]!]}"] svg`, this) as unknown as SVGElement;
			const open = make('button', { type: 'button', class: 'map-pick', click: () => void this.card(i) }, `${this.pins.code[i]} ${this.pins.name[i]}`, make('span', { class: 'unseen' }, ': ' + this.word(this.states[i]!)));
			open.prepend(mark.cloneNode(true));
			list.append(make('li', {}, open));
		}
		const close = make('button', { type: 'button', class: 'map-close', 'data-close': true, 'aria-label': say('act.close') }, '×');
		const card = find('#map-card', this)!;
		card.replaceChildren(close, make('h2', {}, say('location.count', all.length)), list);
		card.hidden = false;
		card.focus();
	}

	private async card(i: number): Promise<void> {
		this.chosen = i;
		this.dress();
		const day = iso(Number(this.slider.value));
		try {
			swap(await ask(`/locations/${this.pins.id[i]}/pin?on=${day}`));
			find('#map-card', this)?.focus();
		} catch {
			location.assign('/locations/' + this.pins.id[i]);
		}
	}

	private closeCard(): void {
		const card = find('#map-card', this);
		if (!card || card.hidden) return;
		card.hidden = true;
		this.chosen = -1;
		this.dress();
		(this.from?.isConnected ? this.from : find('[data-ground]', this))?.focus();
	}

	private clicked(e: MouseEvent): void {
		const el = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-zoom],[data-step],[data-play],[data-today],[data-close]') : null;
		if (!el) return;
		const { zoom, step, today } = el.dataset;
		if (zoom !== undefined) this.zoom(Number(zoom));
		else if (step !== undefined) this.slide(Number(this.slider.value) + Number(step));
		else if (today !== undefined) this.slide(Number(today));
		else if (el.hasAttribute('data-play')) this.play(!this.playing);
		else this.closeCard();
	}

	private zoom(by: number): void {
		if (!this.map) return;
		if (by === 0) this.fit();
		else this.map.setZoom(Math.round(this.map.getZoom()) + by);
	}

	/** DrawBase draws a ground of our own: a net of degrees, and the areas as the places in them make them. */
	private drawBase(): void {
		const { L } = this;
		const map = this.map!;
		if (!this.stamp) return;
		this.base?.remove();
		this.base = L.layerGroup().addTo(map);
		this.net(map.getBounds(), map.getZoom());
		const areas = new Map<string, number[]>();
		this.pins.area.forEach((code, i) => this.pins.areas[code] && areas.set(code, [...(areas.get(code) ?? []), i]));
		const wide = 26 / 2 ** map.getZoom(); // pixels round each place
		for (const [code, members] of areas) {
			const ring: [number, number][] = [];
			for (const i of members) for (let k = 0; k < 12; k++) ring.push([this.points.x[i]! + wide * Math.cos((k * Math.PI) / 6), this.points.y[i]! + wide * Math.sin((k * Math.PI) / 6)]);
			const shape = hull(ring).map(([x, y]) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), 0));
			const area = L.polygon(shape, { className: 'map-area', interactive: false }).addTo(this.base);
			const b = area.getBounds();
			const across = map.latLngToContainerPoint(b.getNorthEast()).x - map.latLngToContainerPoint(b.getNorthWest()).x;
			const name = this.pins.areas[code]!;
			if (across > name.length * 5) this.label('map-name', name, L.latLng(b.getNorth(), b.getCenter().lng));
		}
	}

	private net(b: import('leaflet').LatLngBounds, zoom: number): void {
		const { L } = this;
		const steps = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005];
		const step = steps.find((s) => (s / 360) * 256 * 2 ** zoom < 170) ?? 0.0005;
		const places = Math.max(0, Math.ceil(-Math.log10(step)));
		const degrees = (n: number): string => new Intl.NumberFormat(lang, { minimumFractionDigits: places, maximumFractionDigits: places }).format(n) + '°';
		for (let n = Math.ceil(b.getWest() / step); n * step < b.getEast(); n++) {
			L.polyline([[b.getSouth(), n * step], [b.getNorth(), n * step]], { className: 'map-net', interactive: false }).addTo(this.base!);
			this.label('map-degree', degrees(n * step), L.latLng(b.getNorth(), n * step));
		}
		for (let n = Math.ceil(b.getSouth() / step); n * step < b.getNorth(); n++) {
			L.polyline([[n * step, b.getWest()], [n * step, b.getEast()]], { className: 'map-net', interactive: false }).addTo(this.base!);
			this.label('map-degree map-degree-up', degrees(n * step), L.latLng(n * step, b.getWest()));
		}
	}

	private label(className: string, text: string, at: import('leaflet').LatLng): void {
		const html = make('span', { 'aria-hidden': 'true' }, text);
		this.L.marker(at, { icon: this.L.divIcon({ className, html, iconSize: [0, 0] }), interactive: false, keyboard: false }).addTo(this.base!);
	}
}

customElements.define('pano-map', PlaceMap);
