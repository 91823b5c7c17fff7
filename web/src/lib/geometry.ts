/** Boxes on a wall, in millimetres from its top left corner. Nothing here knows of the page. */

export interface Box {
	x: number;
	y: number;
	w: number;
	h: number;
}

/** A Span is where something lies along one axis. */
interface Span {
	at: number;
	size: number;
}

export interface Wall {
	w: number;
	h: number;
	/** Eye is the eye line, from the top. */
	eye: number;
}

export interface Guide {
	x1: number;
	y1: number;
	x2: number;
	y2: number;
	/** Gap is set on guides that show a distance. */
	gap?: number;
}

export const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Gap is the distance along the axis on which a and b are farther apart; below 0 they overlap. */
export const gap = (a: Box, b: Box): number => Math.max(b.x - (a.x + a.w), a.x - (b.x + b.w), b.y - (a.y + a.h), a.y - (b.y + b.h));

export const inside = (b: Box, wall: Wall): boolean => b.x >= 0 && b.y >= 0 && b.x + b.w <= wall.w && b.y + b.h <= wall.h;

/** Around is the smallest box around all of boxes. */
export function around(boxes: Box[]): Box {
	const x = Math.min(...boxes.map((b) => b.x));
	const y = Math.min(...boxes.map((b) => b.y));
	return { x, y, w: Math.max(...boxes.map((b) => b.x + b.w)) - x, h: Math.max(...boxes.map((b) => b.y + b.h)) - y };
}

interface Hit {
	/** To is where the moving box begins. */
	to: number;
	/** Line is what it then lies on; none for equal gaps. */
	line?: number;
	gaps?: [number, number][];
}

/** Near is the best place for m along one axis within reach: lines to lie on, then gaps like those of its neighbours. */
function near(m: Span, reach: number, lines: number[], beside: Span[]): Hit | undefined {
	let best: Hit | undefined;
	let least = reach;
	const take = (hit: Hit): void => {
		const d = Math.abs(hit.to - m.at);
		if (d < least || (d === least && !best)) {
			least = d;
			best = hit;
		}
	};
	for (const line of lines) for (const part of [0, m.size / 2, m.size]) take({ to: Math.round(line - part), line });
	const end = m.at + m.size;
	const before = beside.filter((s) => s.at + s.size <= m.at + reach).sort((a, b) => b.at + b.size - (a.at + a.size));
	const after = beside.filter((s) => s.at >= end - reach).sort((a, b) => a.at - b.at);
	const [l, ll] = before;
	const [r, rr] = after;
	if (l && r) {
		const from = l.at + l.size;
		const to = Math.round((from + r.at - m.size) / 2);
		if (to >= from) take({ to, gaps: [[from, to], [to + m.size, r.at]] });
	}
	if (l && ll && l.at >= ll.at + ll.size) {
		const d = l.at - (ll.at + ll.size);
		const from = l.at + l.size;
		take({ to: from + d, gaps: [[ll.at + ll.size, l.at], [from, from + d]] });
	}
	if (r && rr && rr.at >= r.at + r.size) {
		const d = rr.at - (r.at + r.size);
		take({ to: r.at - d - m.size, gaps: [[r.at - d, r.at], [r.at + r.size, rr.at]] });
	}
	return best;
}

/** Snap finds where m, moved to within reach of something to lie on, should be, and the guides that say why. */
export function snap(m: Box, others: Box[], wall: Wall, reach: number): { x: number; y: number; guides: Guide[] } {
	const xs = [0, wall.w / 2, wall.w];
	const ys = [0, wall.h];
	for (const o of others) {
		xs.push(o.x, o.x + o.w / 2, o.x + o.w);
		ys.push(o.y, o.y + o.h / 2, o.y + o.h);
	}
	const row = others.filter((o) => o.y < m.y + m.h && m.y < o.y + o.h).map((o) => ({ at: o.x, size: o.w }));
	const column = others.filter((o) => o.x < m.x + m.w && m.x < o.x + o.w).map((o) => ({ at: o.y, size: o.h }));
	const hx = near({ at: m.x, size: m.w }, reach, xs, row);
	// The middle at the eye line comes before edges: that is what the line is for.
	const onEye = Math.round(wall.eye - m.h / 2);
	const hy = Math.abs(onEye - m.y) <= reach ? { to: onEye, line: wall.eye } : near({ at: m.y, size: m.h }, reach, ys, column);
	const to = { x: hx?.to ?? m.x, y: hy?.to ?? m.y, guides: [] as Guide[] };
	if (hx?.line !== undefined) to.guides.push({ x1: hx.line, y1: 0, x2: hx.line, y2: wall.h });
	if (hy?.line !== undefined) to.guides.push({ x1: 0, y1: hy.line, x2: wall.w, y2: hy.line });
	const midY = to.y + m.h / 2;
	const midX = to.x + m.w / 2;
	for (const [a, b] of hx?.gaps ?? []) to.guides.push({ x1: a, y1: midY, x2: b, y2: midY, gap: b - a });
	for (const [a, b] of (hy && 'gaps' in hy ? hy.gaps : undefined) ?? []) to.guides.push({ x1: midX, y1: a, x2: midX, y2: b, gap: b - a });
	return to;
}

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom' | 'eye';

/** Align says where each of boxes goes; one alone is aligned with the wall. */
export function align(boxes: Box[], how: Alignment, wall: Wall): Box[] {
	const all = boxes.length > 1 ? around(boxes) : { x: 0, y: 0, w: wall.w, h: wall.h };
	const place: Record<Alignment, (b: Box) => Partial<Box>> = {
		left: () => ({ x: all.x }),
		centre: (b) => ({ x: Math.round(all.x + (all.w - b.w) / 2) }),
		right: (b) => ({ x: all.x + all.w - b.w }),
		top: () => ({ y: all.y }),
		middle: (b) => ({ y: Math.round(all.y + (all.h - b.h) / 2) }),
		bottom: (b) => ({ y: all.y + all.h - b.h }),
		eye: (b) => ({ y: Math.round(wall.eye - b.h / 2) }),
	};
	return boxes.map((b) => ({ ...b, ...place[how](b) }));
}

/** Distribute makes the gaps between boxes equal, from the left edge of the first to the right edge of the last, or from edge to edge of the wall. */
export function distribute(boxes: Box[], wall: Wall, whole: boolean): Box[] {
	const order = boxes.map((_, i) => i).sort((a, b) => boxes[a]!.x - boxes[b]!.x || a - b);
	const all = whole ? { x: 0, w: wall.w } : around(boxes);
	const free = all.w - boxes.reduce((sum, b) => sum + b.w, 0);
	const gaps = whole ? boxes.length + 1 : boxes.length - 1;
	const out = boxes.map((b) => ({ ...b }));
	if (gaps < 1) return out;
	let at = all.x;
	order.forEach((i, n) => {
		out[i]!.x = Math.round(at + (free * (whole ? n + 1 : n)) / gaps);
		at += boxes[i]!.w;
	});
	return out;
}

/** Room finds a free spot for w × h at the eye line, the first from the left that keeps its distance; the middle of the wall if there is none. */
export function room(w: number, h: number, taken: Box[], wall: Wall, distance: number): Box {
	const y = Math.min(Math.max(0, Math.round(wall.eye - h / 2)), Math.max(0, wall.h - h));
	const ends = [distance, ...taken.map((b) => b.x + b.w + distance)].sort((a, b) => a - b);
	for (const x of ends) {
		const box = { x, y, w, h };
		if (inside(box, wall) && taken.every((b) => gap(box, b) >= distance)) return box;
	}
	return { x: Math.max(0, Math.round((wall.w - w) / 2)), y, w, h };
}
