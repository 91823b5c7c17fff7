/**
 * The tray shows the queue: at the bottom right of every page (#tray), or in the
 * page's middle where an element has data-tray-here. #tray[data-done-href] is
 * where the finished files are seen.
 */
import { announce, find, make } from './dom';
import { type Line, Queue, type State } from './queue';
import { bytes, left, number, say } from './words';

export const queue = new Queue();

const body = make('ul', { class: 'tray-lines' });
const title = make('h2', { id: 'tray-title' });
const total = make('p');
const retry = make('button', { type: 'button', class: 'button button-small', click: () => queue.retryFailed() }, say('upload.retry_failed'));
const open = make('a', { class: 'button button-small button-main' });
const shut = make('button', { type: 'button', class: 'button button-small button-plain', 'aria-expanded': 'true' }, say('tray.shut'));
const close = make('button', { type: 'button', class: 'button button-small button-plain' }, say('act.close'));
const box = make(
	'section',
	{ class: 'tray', 'aria-labelledby': 'tray-title' },
	make('div', { class: 'tray-head' }, title, shut, close),
	make('div', { class: 'tray-body', tabindex: '-1' }, body),
	make('div', { class: 'tray-foot' }, total, retry, open),
);
const rows = new Map<number, Row>();
let unfinished: string[] = [];
let finished = false;

shut.addEventListener('click', () => {
	const now = box.toggleAttribute('data-shut');
	shut.setAttribute('aria-expanded', String(!now));
	shut.textContent = now ? say('tray.open') : say('tray.shut');
});
close.addEventListener('click', () => {
	forget();
	queue.clear();
});
queue.addEventListener('change', () => draw());
let drawing = 0;
queue.addEventListener('progress', () => (drawing ||= requestAnimationFrame(() => ((drawing = 0), draw()))));

/** Remind shows the files that an earlier visit left half sent. */
export function remind(): void {
	const names: string[] = [];
	for (let i = 0; i < localStorage.length; i++) {
		const key = localStorage.key(i)!;
		if (!key.startsWith('tus::')) continue;
		try {
			names.push((JSON.parse(localStorage.getItem(key)!) as { metadata: { filename: string } }).metadata.filename);
		} catch {
			localStorage.removeItem(key);
		}
	}
	unfinished = names;
	draw();
}

function forget(): void {
	for (const key of Object.keys(localStorage)) if (unfinished.length && key.startsWith('tus::')) localStorage.removeItem(key);
	unfinished = [];
}

function draw(): void {
	const sum = queue.sum();
	const here = find('[data-tray-here]');
	const host = here ?? find('#tray');
	if (!sum.all && !unfinished.length) {
		box.remove();
		return;
	}
	box.classList.toggle('tray-page', !!here);
	if (host && box.parentElement !== host) host.append(box);
	title.textContent = [say('tray.title'), sum.all ? `${number(sum.done)}/${number(sum.all)}` : '', sum.busy && sum.seconds ? left(sum.seconds) : ''].filter(Boolean).join(' · ');
	for (const line of queue.lines) {
		let row = rows.get(line.id);
		if (!row) rows.set(line.id, (row = new Row(line)));
		if (!row.el.isConnected || row.el.parentElement !== body) body.append(row.el);
		row.draw();
	}
	for (const [id, row] of rows) {
		if (queue.lines.some((l) => l.id === id)) continue;
		row.el.remove();
		rows.delete(id);
	}
	drawReminder();
	total.textContent = sum.all ? say('upload.sum', sum.done, sum.all) + (sum.failed ? ' · ' + say('upload.sum_failed', sum.failed) : '') : '';
	retry.hidden = !queue.lines.some((l) => l.state === 'failed');
	const href = find('#tray')?.dataset['doneHref'];
	open.hidden = !(href && sum.done && !sum.busy);
	if (href) open.href = href;
	open.textContent = say('upload.open_new', sum.done);
	close.hidden = sum.busy > 0;
	shut.hidden = !!here;
	if (sum.busy) void import('./soft').then((s) => s.stay(() => queue.sum().busy > 0, draw));
	const over = sum.all > 0 && sum.busy === 0;
	if (over && !finished) announce(total.textContent);
	finished = over;
}

const reminder = make('li', { class: 'line' });

function drawReminder(): void {
	if (!unfinished.length || queue.lines.length) return reminder.remove();
	const pick = make('input', { type: 'file', multiple: true, 'aria-label': say('upload.choose') });
	pick.addEventListener('change', () => {
		queue.add([...pick.files!].map((file) => ({ file, path: file.webkitRelativePath || file.name, refusal: '' })), {});
		unfinished = [];
	});
	reminder.replaceChildren(
		make('p', { class: 'line-lead' }, say('tray.unfinished', unfinished.length)),
		make('p', { class: 'line-state' }, unfinished.slice(0, 5).join(', ')),
		make('div', { class: 'line-acts' }, make('label', { class: 'button button-small file-button' }, say('upload.choose'), pick)),
	);
	body.append(reminder);
}

/** One file in the tray. */
class Row {
	readonly el = make('li', { class: 'line' });
	private readonly bar = make('progress', { max: '100' });
	private readonly state = make('p', { class: 'line-state' });
	private readonly acts = make('div', { class: 'line-acts' });
	private drawn: State | undefined;

	constructor(private readonly line: Line) {
		this.bar.setAttribute('aria-label', line.file.name);
		this.el.append(make('p', { class: 'line-name', title: line.path }, line.file.name), make('span', { class: 'line-size' }, bytes(line.file.size)), this.bar, this.state, this.acts);
	}

	draw(): void {
		const { line } = this;
		const percent = Math.floor((line.sent / Math.max(1, line.file.size)) * 100);
		this.bar.hidden = !['waiting', 'sending', 'paused', 'offline'].includes(line.state);
		this.bar.value = percent;
		this.state.textContent = this.says(percent);
		if (this.drawn === line.state) return;
		this.drawn = line.state;
		this.el.dataset['state'] = line.state;
		const held = this.acts.contains(document.activeElement);
		this.acts.replaceChildren(...this.choices());
		if (held) this.acts.querySelector<HTMLElement>('button,a')?.focus();
	}

	private says(percent: number): string {
		const { line } = this;
		switch (line.state) {
			case 'waiting':
				return say('upload.waiting');
			case 'sending': {
				const rest = line.speed ? (line.file.size - line.sent) / line.speed : 0;
				return [`${percent}\u00a0%`, line.speed ? bytes(line.speed) + '/s' : '', rest ? left(rest) : ''].filter(Boolean).join(' · ');
			}
			case 'paused':
				return say('upload.paused', percent);
			case 'offline':
				return say('upload.offline', percent);
			case 'deciding':
				return say('state.saving');
			case 'done':
				return [say('upload.done'), line.answer?.code, line.answer?.message].filter(Boolean).join(' · ');
			case 'duplicate':
				return line.trouble ?? say('upload.known', line.answer?.code ?? line.answer?.title ?? '');
			default:
				return line.trouble ?? say('upload.refused');
		}
	}

	private choices(): HTMLElement[] {
		const { line } = this;
		const button = (words: string, act: () => void): HTMLElement => make('button', { type: 'button', class: 'button', 'aria-label': `${words}: ${line.file.name}`, click: act }, words);
		const cancel = button(say('act.cancel'), () => queue.cancel(line));
		const drop = button(say('act.drop'), () => queue.cancel(line));
		switch (line.state) {
			case 'waiting':
			case 'offline':
				return [cancel];
			case 'sending':
				return [button(say('act.pause'), () => queue.pause(line)), cancel];
			case 'paused':
				return [button(say('act.resume'), () => queue.resume(line)), cancel];
			case 'failed':
				return [button(say('act.retry'), () => queue.resume(line)), drop];
			case 'refused':
				return [drop];
			case 'done':
				return line.answer?.url ? [make('a', { class: 'button', href: line.answer.url, 'aria-label': `${say('act.view')}: ${line.file.name}` }, say('act.view'))] : [];
			case 'duplicate':
				return [
					...(line.answer?.url ? [make('a', { class: 'button', href: line.answer.url, target: '_blank' }, say('upload.view_old'))] : []),
					button(say('upload.use_old'), () => void queue.decide(line, 'open')),
					button(say('upload.add_version'), () => void queue.decide(line, 'version')),
					button(say('upload.anyway'), () => void queue.decide(line, 'anyway')),
				];
			default:
				return [];
		}
	}
}
