/** <pano-outbox data-user>: shows what waits on this phone, sends it, and says how that goes. */
import { announce, find, make } from '../lib/dom';
import { confirm } from '../lib/confirm';
import * as outbox from '../lib/outbox';
import { ask, swap } from '../lib/swap';
import { toast } from '../lib/toast';
import { say } from '../lib/words';

class Outbox extends HTMLElement {
	private shown: string[] = [];

	connectedCallback(): void {
		const user = this.dataset['user']!;
		const flush = (): void => void outbox.flush(user);
		find('[data-now]', this)!.addEventListener('click', flush);
		window.addEventListener('online', flush);
		window.addEventListener('offline', () => void this.show());
		window.addEventListener('pageshow', flush);
		document.addEventListener('visibilitychange', () => document.hidden || flush());
		outbox.events.addEventListener('change', () => void this.show());
		outbox.events.addEventListener('kept', (e) => {
			toast({ text: say('outbox.sent_one', (e as CustomEvent<outbox.Entry>).detail.title) });
			void ask(location.href).then(swap).catch(() => {});
			void outbox.all().then((rest) => rest.length || announce(say('outbox.done')), () => {});
		});
		outbox.events.addEventListener('progress', (e) => this.progress((e as CustomEvent<{ uuid: string; part: number }>).detail));
		outbox.events.addEventListener('waiting', (e) => this.state(navigator.onLine ? say('outbox.retry', Math.round((e as CustomEvent<number>).detail / 1000)) : say('outbox.offline')));
		outbox.events.addEventListener('signed out', () => this.signIn());
		void this.show().then(flush);
	}

	private state(text: string): void {
		const p = find('[data-state]', this)!;
		if (p.textContent !== text) p.textContent = text;
	}

	private signIn(): void {
		this.state(say('outbox.sign_in') + ' ');
		find('[data-state]', this)!.append(make('a', { class: 'button button-main', href: '/login?next=' + encodeURIComponent(location.pathname + location.search) }, say('outbox.sign_in_act')));
		void this.show();
	}

	private progress(p: { uuid: string; part: number }): void {
		const line = find(`[data-uuid="${p.uuid}"] [data-progress]`, this);
		if (line) line.textContent = say('outbox.sending', Math.round(p.part * 100));
	}

	private async show(): Promise<void> {
		const all = await outbox.all().catch(() => [] as outbox.Entry[]);
		find('section', this)!.hidden = all.length === 0;
		find('[data-count]', this)!.textContent = all.length ? String(all.length) : '';
		const list = find('[data-list]', this)!;
		for (const url of this.shown.splice(0)) URL.revokeObjectURL(url);
		list.replaceChildren(...all.map((e) => this.line(e)));
		if (!navigator.onLine) this.state(say('outbox.offline'));
		else if (!find('[data-state] a', this)) this.state('');
	}

	private line(e: outbox.Entry): HTMLElement {
		const url = URL.createObjectURL(e.near);
		this.shown.push(url);
		const status = make('span', { class: e.problem ? 'outbox-bad' : 'quiet', 'data-progress': true }, this.words(e));
		const li = make('li', { 'data-uuid': e.uuid }, make('img', { src: url, alt: '', width: '64', height: '64' }), make('span', {}, make('b', {}, e.title), ` · ${e.code}`, make('br'), status));
		if (e.problem) {
			const again = (): void => void outbox.retry(e.uuid).then(() => outbox.flush(e.user));
			const away = (): void => void confirm(say('outbox.drop_sure'), say('outbox.drop')).then((yes) => void (yes && outbox.drop(e.uuid)));
			li.append(make('span', { class: 'outbox-acts' }, make('button', { type: 'button', class: 'button', click: again }, say('outbox.try')), make('button', { type: 'button', class: 'button button-danger', click: away }, say('outbox.drop'))));
		}
		return li;
	}

	private words(e: outbox.Entry): string {
		if (e.user !== this.dataset['user']) return say('outbox.other', e.userName);
		return e.problem ? say('outbox.refused', e.problem) : say('outbox.waiting');
	}
}

customElements.define('pano-outbox', Outbox);
