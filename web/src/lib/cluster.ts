/**
 * Pins that would lie on each other are put together, by a grid that is fixed to
 * the earth: moving the map changes nothing, only zooming does.
 */

/** Points are places in pixels of the world at zoom 0. */
export interface Points {
	x: Float64Array;
	y: Float64Array;
}

/** A heap is one pin, or several at the middle of them. */
export interface Heap {
	key: string;
	x: number; // pixels of the world at zoom 0
	y: number;
	members: number[];
}

export interface Frame {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** Heaps puts the points within frame (pixels at zoom 0) together that are in one cell of the grid, cell pixels wide at that scale, or would lie on each other. */
export function heaps(points: Points, frame: Frame, scale: number, cell: number): Heap[] {
	const found = new Map<string, Heap>();
	const step = cell / scale;
	for (let i = 0; i < points.x.length; i++) {
		const x = points.x[i]!;
		const y = points.y[i]!;
		if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) continue;
		const key = scale + ':' + Math.floor(x / step) + ':' + Math.floor(y / step);
		const heap = found.get(key);
		if (!heap) found.set(key, { key, x, y, members: [i] });
		else {
			const n = heap.members.push(i);
			heap.x += (x - heap.x) / n;
			heap.y += (y - heap.y) / n;
		}
	}
	return apart([...found.values()], wide / scale, high / scale);
}

const wide = 48; // pixels of the screen that a pin of several takes
const high = 38;

/** Apart joins heaps on both sides of a line of the grid that would lie on each other, until none do. */
function apart(all: Heap[], wide: number, high: number): Heap[] {
	for (let joined = true; joined; ) {
		joined = false;
		all.sort((a, b) => a.x - b.x);
		for (let i = 0; i < all.length; i++) {
			const a = all[i]!;
			for (let k = i + 1; k < all.length && all[k]!.x - a.x < wide; k++) {
				if (Math.abs(all[k]!.y - a.y) >= high) continue;
				join(a, all.splice(k--, 1)[0]!);
				joined = true;
			}
		}
	}
	return all;
}

function join(a: Heap, b: Heap): void {
	const part = b.members.length / (a.members.length + b.members.length);
	a.x += (b.x - a.x) * part;
	a.y += (b.y - a.y) * part;
	a.members.push(...b.members);
	a.key += '+' + b.members.length;
}

/** Hull is the smallest bulging shape around points, in order. */
export function hull(points: [number, number][]): [number, number][] {
	const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
	const half = (all: [number, number][]): [number, number][] => {
		const out: [number, number][] = [];
		for (const p of all) {
			while (out.length > 1 && turn(out[out.length - 2]!, out[out.length - 1]!, p) <= 0) out.pop();
			out.push(p);
		}
		return out.slice(0, -1);
	};
	return [...half(sorted), ...half(sorted.reverse())];
}

const turn = (a: [number, number], b: [number, number], c: [number, number]): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
