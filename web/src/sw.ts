/**
 * The service worker of /m/. Pages come from the network while there is one that
 * answers within a few seconds, else as they were last kept; built files and
 * artwork, whose addresses change with their bytes, come from what is kept. It
 * sends nothing: what waits to be sent is in the outbox of the page.
 *
 * A page is kept after everything it needs, so that what opens is whole. Another
 * account on the same phone begins with nothing kept.
 */
interface Later extends Event {
	waitUntil(p: Promise<unknown>): void;
}
interface Fetching extends Later {
	request: Request;
	respondWith(p: Promise<Response>): void;
}
interface Told extends Later {
	data: { keep?: string[]; user?: string };
}
const here = self as unknown as {
	addEventListener(type: 'install' | 'activate', f: (e: Later) => void): void;
	addEventListener(type: 'fetch', f: (e: Fetching) => void): void;
	addEventListener(type: 'message', f: (e: Told) => void): void;
	skipWaiting(): Promise<void>;
	clients: { claim(): Promise<void> };
};

/** The version of what is kept: another one begins anew. */
const store = 'pano-m-1';
const whose = '/m/-/whose';
/** Ms after which a page that is kept is shown instead of waiting on. */
const patience = 4000;

const lasting = (path: string): boolean => path.startsWith('/static/') || path.startsWith('/m/-/art/');

here.addEventListener('install', (e) => e.waitUntil(here.skipWaiting()));
here.addEventListener('activate', (e) =>
	e.waitUntil(
		caches
			.keys()
			.then((names) => Promise.all(names.filter((n) => n.startsWith('pano-m-') && n !== store).map((n) => caches.delete(n))))
			.then(() => here.clients.claim()),
	),
);

here.addEventListener('message', (e) => e.waitUntil(told(e.data)));

async function told(m: { keep?: string[]; user?: string }): Promise<void> {
	let cache = await caches.open(store);
	const was = await (await cache.match(whose))?.text();
	if (was !== m.user) {
		await caches.delete(store);
		cache = await caches.open(store);
		await cache.put(whose, new Response(m.user ?? ''));
	}
	for (const page of m.keep ?? []) {
		try {
			await keepPage(page, await fetch(page, { credentials: 'same-origin' }));
		} catch {
			return; // no network: what is kept stays
		}
	}
	await prune(cache);
}

/** Needs lists what a page or a style sheet cannot be shown without. */
function needs(text: string): string[] {
	const found = [...text.matchAll(/(?:src|href)="((?:\/static\/|\/m\/-\/art\/)[^"]+)"|url\(["']?(\/static\/[^"')]+)/g)];
	return [...new Set(found.map((m) => (m[1] ?? m[2])!.replaceAll('&amp;', '&')))];
}

async function keepPage(page: string, answer: Response): Promise<void> {
	if (!answer.ok || answer.redirected || !answer.headers.get('Content-Type')?.startsWith('text/html')) return;
	const cache = await caches.open(store);
	for (const need of needs(await answer.clone().text())) await keepFile(cache, need);
	await cache.put(page, answer);
}

async function keepFile(cache: Cache, path: string): Promise<Response> {
	const kept = await cache.match(path);
	if (kept) return kept;
	const answer = await fetch(path, { credentials: 'same-origin' });
	if (!answer.ok) return answer;
	if (path.endsWith('.css')) for (const font of needs(await answer.clone().text())) await keepFile(cache, font);
	await cache.put(path, answer.clone());
	return answer;
}

/** Prune forgets files that no page needs any more. */
async function prune(cache: Cache): Promise<void> {
	const needed = new Set<string>();
	const files: Request[] = [];
	for (const r of await cache.keys()) {
		const path = new URL(r.url).pathname;
		if (lasting(path)) files.push(r);
		if (!lasting(path) || path.endsWith('.css')) for (const n of needs(await (await cache.match(r))!.text())) needed.add(n);
	}
	for (const r of files) {
		const u = new URL(r.url);
		if (!needed.has(u.pathname + u.search)) await cache.delete(r);
	}
}

here.addEventListener('fetch', (e) => {
	const u = new URL(e.request.url);
	if (e.request.method !== 'GET' || u.origin !== location.origin) return;
	if (e.request.mode === 'navigate' && u.pathname.startsWith('/m/')) e.respondWith(open(e, u.pathname + u.search));
	else if (lasting(u.pathname)) e.respondWith(caches.open(store).then(async (c) => (await c.match(u.pathname + u.search)) ?? fetch(e.request)));
});

async function open(e: Fetching, page: string): Promise<Response> {
	const live = fetch(e.request);
	const kept = await old(page);
	e.waitUntil(live.then((a) => keepPage(page, a.clone())).catch(() => {}));
	try {
		const answer = await (kept ? Promise.race([live, late()]) : live);
		if (answer && (answer.status < 500 || !kept)) return answer;
		return kept!;
	} catch {
		return kept ?? nothing();
	}
}

const late = (): Promise<null> => new Promise((ok) => setTimeout(() => ok(null), patience));

async function old(page: string): Promise<Response | undefined> {
	const cache = await caches.open(store);
	return (await cache.match(page)) ?? (await cache.match(page, { ignoreSearch: true })) ?? (await cache.match('/m/'));
}

const nothing = (): Response =>
	new Response('Không có mạng, và trang này chưa được lưu trên máy.\nThere is no network, and this page is not kept on this phone.\n', {
		status: 503,
		headers: { 'Content-Type': 'text/plain; charset=utf-8' },
	});
