/** Pages for a phone at a place: they open without a network, and what is sent from them waits for one. */
import './island/outbox';
import './island/proof';
import { find } from './lib/dom';

/** Keep asks the worker to keep this page, and on the list all pages it leads to, for when there is no network. */
async function keep(): Promise<void> {
	const page = find('[data-phone]');
	const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined; // none without https
	if (!page || !worker) return;
	await worker.register('/m/-/sw.js', { scope: '/m/' });
	const ready = await worker.ready;
	const pages = [location.pathname + location.search];
	if (page.matches('[data-keep-all]')) {
		for (const a of page.querySelectorAll<HTMLAnchorElement>('.phone-list a')) pages.push(a.pathname + a.search);
	}
	ready.active?.postMessage({ keep: pages.slice(0, 80), user: page.dataset['user'] });
}

void keep().catch(() => {});
