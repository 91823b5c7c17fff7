/**
 * The outbox: proofs that were saved on this phone and are not yet known to be
 * at the server. A proof is in IndexedDB before anybody is told that it is
 * saved, and leaves it only when the server has answered with its very id. The
 * id is made here, so that the server keeps once what is sent twice.
 */

export interface Entry {
	uuid: string;
	user: string;
	userName: string;
	code: string;
	placement: string;
	title: string;
	kind: string;
	verdict: string;
	remark: string;
	near: Blob;
	wide: Blob | null;
	lat: number | null;
	lon: number | null;
	accuracy: number | null;
	taken: string;
	/** Not sent before this time (ms): the position may still come. */
	after: number;
	/** Why the server refused it for good, in words; "" if it did not. */
	problem: string;
}

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
	opened ??= new Promise<IDBDatabase>((ok, no) => {
		const r = indexedDB.open('pano-outbox', 1);
		r.onupgradeneeded = () => void r.result.createObjectStore('proofs', { keyPath: 'uuid' });
		r.onsuccess = () => {
			r.result.onclose = r.result.onversionchange = () => {
				r.result.close();
				opened = undefined;
			};
			ok(r.result);
		};
		r.onerror = () => no(r.error);
	}).catch((err) => {
		opened = undefined;
		throw err;
	});
	return opened;
}

/** Change runs f and resolves once what it wrote is on disk. */
async function change(f: (s: IDBObjectStore) => void): Promise<void> {
	const tx = (await open()).transaction('proofs', 'readwrite', { durability: 'strict' });
	f(tx.objectStore('proofs'));
	await new Promise<void>((ok, no) => {
		tx.oncomplete = () => ok();
		tx.onabort = tx.onerror = () => no(tx.error);
	});
}

async function read<T>(f: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const r = f((await open()).transaction('proofs').objectStore('proofs'));
	return new Promise((ok, no) => {
		r.onsuccess = () => ok(r.result);
		r.onerror = () => no(r.error);
	});
}

/** What happens to entries; the list on the page listens. */
export const events = new EventTarget();
const tell = (type: string, detail?: unknown): void => void events.dispatchEvent(new CustomEvent(type, { detail }));

/** Save keeps e on this phone. It rejects with QuotaExceededError if the phone is full. */
export async function save(e: Entry): Promise<void> {
	await change((s) => s.put(e));
	tell('change');
}

/** Locate adds a position to e, unless it was sent meanwhile. */
export async function locate(uuid: string, at: Pick<Entry, 'lat' | 'lon' | 'accuracy'>): Promise<void> {
	await change((s) => {
		const r = s.get(uuid) as IDBRequest<Entry | undefined>;
		r.onsuccess = () => r.result && s.put({ ...r.result, ...at, after: 0 });
	});
}

export const drop = async (uuid: string): Promise<void> => {
	await change((s) => s.delete(uuid));
	tell('change');
};

export const all = (): Promise<Entry[]> => read((s) => s.getAll() as IDBRequest<Entry[]>);

/** Retry forgets why an entry was refused. */
export async function retry(uuid: string): Promise<void> {
	await change((s) => {
		const r = s.get(uuid) as IDBRequest<Entry | undefined>;
		r.onsuccess = () => r.result && s.put({ ...r.result, problem: '' });
	});
	tell('change');
}

/** Available reports whether this browser stores anything for us. */
export async function available(): Promise<boolean> {
	try {
		await open();
		return true;
	} catch {
		return false;
	}
}

/** How a send ended: kept by the server, refused by it for good, signed out, or to be tried again. */
type End = 'kept' | 'refused' | 'signed out' | 'again';

const first = 2000;
const longest = 60_000;
/** Ms without any sign of life after which a send is given up. */
const silence = 60_000;

let sending = false;
let asked = false;
let tries = 0;
let clock = 0;

/** Flush sends what waits, one after the other, in one tab at a time. Whatever fails is tried again by itself. */
export async function flush(user: string): Promise<void> {
	asked = true;
	if (sending) return;
	sending = true;
	clearTimeout(clock);
	try {
		while (asked) {
			asked = false;
			const turn = (): Promise<boolean> => sendAll(user);
			const locks = navigator.locks as LockManager | undefined; // none without https
			const done = locks ? await locks.request('pano-outbox', { ifAvailable: true }, (lock) => (lock ? turn() : false)) : await turn();
			if (done) tries = 0;
			else if (!asked) {
				const wait = Math.min(longest, first * 2 ** tries++);
				tell('waiting', wait);
				clock = window.setTimeout(() => void flush(user), wait);
			}
		}
	} catch {
		clock = window.setTimeout(() => void flush(user), longest); // the store does not answer
	} finally {
		sending = false;
	}
}

/** SendAll reports whether nothing is left that could be sent. */
async function sendAll(user: string): Promise<boolean> {
	for (const e of await all()) {
		if (e.user !== user || e.problem) continue;
		if (e.after > Date.now()) {
			clock = window.setTimeout(() => void flush(user), e.after - Date.now());
			continue;
		}
		const [end, words] = await send(e);
		if (end === 'kept') {
			await change((s) => s.delete(e.uuid));
			tries = 0;
			tell('kept', e);
			tell('change');
		} else if (end === 'refused') {
			await change((s) => s.put({ ...e, problem: words }));
			tell('change');
		} else if (end === 'signed out') {
			tell('signed out');
			return true; // until somebody signs in
		} else return false;
	}
	return true;
}

/** Send asks the server to keep e. Only an answer with its very id counts: who gives out networks answers everything with 200. */
function send(e: Entry): Promise<[End, string]> {
	const form = new FormData();
	form.append('client_uuid', e.uuid);
	form.append('kind', e.kind);
	form.append('verdict', e.verdict);
	form.append('taken_at', e.taken);
	if (e.remark) form.append('remark', e.remark);
	if (e.lat !== null && e.lon !== null) {
		form.append('lat', String(e.lat));
		form.append('lon', String(e.lon));
		if (e.accuracy !== null) form.append('accuracy_m', String(e.accuracy));
	}
	form.append('near', e.near, 'near');
	if (e.wide) form.append('wide', e.wide, 'wide');
	return new Promise((ok) => {
		const x = new XMLHttpRequest();
		let dog = 0;
		const alive = (): void => {
			clearTimeout(dog);
			dog = window.setTimeout(() => x.abort(), silence);
		};
		x.upload.onprogress = (p) => {
			alive();
			if (p.lengthComputable) tell('progress', { uuid: e.uuid, part: p.loaded / p.total });
		};
		x.onloadend = () => {
			clearTimeout(dog);
			ok(endOf(x, e.uuid));
		};
		x.open('POST', `/api/v1/placements/${encodeURIComponent(e.placement)}/proofs`);
		alive();
		x.send(form);
	});
}

function endOf(x: XMLHttpRequest, uuid: string): [End, string] {
	let said: { id?: string; client_uuid?: string; code?: string; detail?: string } = {};
	try {
		said = JSON.parse(x.responseText);
	} catch {
		return ['again', '']; // nobody answered, or not our server
	}
	if ((x.status === 200 || x.status === 201) && said.id && said.client_uuid === uuid) return ['kept', ''];
	if (x.status === 401 && said.code) return ['signed out', ''];
	if ([403, 404, 409, 410, 413, 415, 422].includes(x.status) && said.code) return ['refused', said.detail ?? said.code];
	return ['again', ''];
}

/** NewId makes a UUID, also where crypto.randomUUID is missing: without https. */
export function newId(): string {
	const b = crypto.getRandomValues(new Uint8Array(16));
	b[6] = (b[6]! & 0x0f) | 0x40;
	b[8] = (b[8]! & 0x3f) | 0x80;
	const hex = [...b].map((n) => n.toString(16).padStart(2, '0')).join('');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
