/**
 * The queue of files on their way to the server, by tus (loaded with the first
 * file). Three at a time. A file that lost its connection, or whose server died,
 * goes on by itself where it stopped; after a reload it goes on when the same
 * file comes again (tus keeps fingerprints in localStorage).
 *
 * POST /files/ with the metadata filename, filetype, relativePath, the batch
 * (kind, campaign, agency, width_mm, height_mm) and mode ("", "new",
 * "version:<assetID>"). A refusal is problem+json with detail. The answer to
 * the last PATCH, and to HEAD afterwards, carries
 *   Pano-Result: {"status":"created|duplicate|refused","asset":"…","code":"…","title":"…","message":"…","url":"…"}
 * in JSON whose letters beyond ASCII are escaped. A duplicate stays on the
 * server until POST /uploads/<id>/decide with decision=open|version|anyway,
 * answered by the same JSON.
 */
import type { DetailedError, HttpResponse, Upload } from 'tus-js-client';
import type { Batch, Found } from './files';
import { say } from './words';

export type State = 'waiting' | 'sending' | 'paused' | 'offline' | 'deciding' | 'done' | 'duplicate' | 'failed' | 'refused';

export interface Answer {
	status: 'created' | 'duplicate' | 'refused';
	asset?: string;
	code?: string;
	title?: string;
	message?: string;
	url?: string;
}

export interface Line {
	readonly id: number;
	readonly file: File;
	readonly path: string;
	readonly meta: Record<string, string>;
	state: State;
	sent: number;
	/** Bytes a second, smoothed. */
	speed: number;
	answer?: Answer;
	/** What went wrong, in the reader's words. */
	trouble?: string;
	upload?: Upload;
	wake?: number;
}

export interface Sum {
	all: number;
	done: number;
	failed: number;
	busy: number;
	/** Seconds until all is sent, 0 if unknown. */
	seconds: number;
}

const endpoint = '/files/';
const atOnce = 3;
const chunk = 8 << 20;
const again = 10_000;

export class Queue extends EventTarget {
	readonly lines: Line[] = [];
	private last = 0;

	constructor() {
		super();
		addEventListener('online', () => this.wakeAll());
		addEventListener('offline', () => this.lines.filter((l) => l.state === 'sending').forEach((l) => this.wait(l)));
		// Closing the tab asks once while something is still to be sent.
		addEventListener('beforeunload', (e) => {
			if (this.sum().busy > 0) e.preventDefault();
		});
	}

	add(found: (Found & { refusal: string })[], batch: Batch): void {
		for (const f of found) {
			const meta = { filename: f.file.name, filetype: f.file.type, relativePath: f.path, ...batch };
			const line: Line = { id: ++this.last, file: f.file, path: f.path, meta, state: f.refusal ? 'refused' : 'waiting', sent: 0, speed: 0 };
			if (f.refusal) line.trouble = f.refusal;
			this.lines.push(line);
		}
		this.changed();
		this.fill();
	}

	pause(line: Line): void {
		clearTimeout(line.wake);
		void line.upload?.abort();
		this.set(line, 'paused');
	}

	resume(line: Line): void {
		this.set(line, 'waiting');
	}

	/** Cancel takes the file off the list and, if it has begun, off the server. */
	cancel(line: Line): void {
		clearTimeout(line.wake);
		this.lines.splice(this.lines.indexOf(line), 1);
		void line.upload?.abort(line.state !== 'done' && !!line.upload.url).catch(() => {});
		this.changed();
		this.fill();
	}

	retryFailed(): void {
		for (const line of this.lines) if (line.state === 'failed') this.set(line, 'waiting');
	}

	/** Clear forgets what has come to an end. */
	clear(): void {
		const open = this.lines.filter((l) => !['done', 'refused', 'failed'].includes(l.state));
		this.lines.splice(0, this.lines.length, ...open);
		this.changed();
	}

	/** Decide tells the server what to do with a file it already has. */
	async decide(line: Line, decision: 'open' | 'version' | 'anyway'): Promise<void> {
		const id = line.upload?.url?.split('/').filter(Boolean).at(-1) ?? '';
		this.set(line, 'deciding');
		try {
			const reply = await fetch(`/uploads/${encodeURIComponent(id)}/decide`, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams({ decision }) });
			if (!reply.ok) throw new Error((await detail(reply.status, await reply.text())) || say('live.failed'));
			this.end(line, (await reply.json()) as Answer);
		} catch (err) {
			line.trouble = err instanceof TypeError ? say('live.failed') : (err as Error).message;
			this.set(line, 'duplicate');
		}
	}

	sum(): Sum {
		const count = (...states: State[]): number => this.lines.filter((l) => states.includes(l.state)).length;
		const sending = this.lines.filter((l) => l.state === 'sending');
		const speed = sending.reduce((s, l) => s + l.speed, 0);
		const rest = this.lines.filter((l) => ['sending', 'waiting'].includes(l.state)).reduce((s, l) => s + l.file.size - l.sent, 0);
		return {
			all: this.lines.length,
			done: count('done'),
			failed: count('failed', 'refused'),
			busy: count('waiting', 'sending', 'offline', 'deciding', 'paused'),
			seconds: speed > 0 ? rest / speed : 0,
		};
	}

	private changed(): void {
		this.dispatchEvent(new Event('change'));
	}

	private set(line: Line, state: State): void {
		if (!this.lines.includes(line)) return;
		line.state = state;
		if (state === 'waiting') delete line.trouble;
		this.changed();
		this.fill();
	}

	private fill(): void {
		const free = atOnce - this.lines.filter((l) => l.state === 'sending').length;
		for (const line of this.lines.filter((l) => l.state === 'waiting').slice(0, Math.max(0, free))) void this.send(line);
	}

	private async send(line: Line): Promise<void> {
		line.state = 'sending';
		this.changed();
		try {
			line.upload ??= await this.begin(line);
			if ((line.state as State) === 'sending') line.upload.start();
		} catch {
			this.wait(line); // the sending code itself did not load
		}
	}

	private async begin(line: Line): Promise<Upload> {
		const { Upload } = await import('tus-js-client');
		let at = performance.now();
		let from = -1;
		const upload = new Upload(line.file, {
			endpoint,
			chunkSize: chunk,
			retryDelays: [500, 1500, 3000, 5000],
			removeFingerprintOnSuccess: true,
			metadata: line.meta,
			onProgress: (sent) => {
				const now = performance.now();
				if (from >= 0 && now > at) {
					const speed = (Math.max(0, sent - from) / (now - at)) * 1000;
					line.speed = line.speed ? line.speed * 0.8 + speed * 0.2 : speed;
				}
				[line.sent, from, at] = [sent, sent, now];
				this.dispatchEvent(new Event('progress'));
			},
			onSuccess: ({ lastResponse }) => void this.arrived(line, lastResponse),
			onError: (err) => void this.broke(line, err as DetailedError),
		});
		const before = (await upload.findPreviousUploads())[0];
		if (before) upload.resumeFromPreviousUpload(before);
		return upload;
	}

	private async arrived(line: Line, response: HttpResponse): Promise<void> {
		let header = response.getHeader('Pano-Result');
		if (!header && line.upload?.url) {
			// The answer to the last piece was lost on the way; it can be asked for again.
			header = (await fetch(line.upload.url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => null))?.headers.get('Pano-Result') ?? undefined;
		}
		line.sent = line.file.size;
		this.end(line, header ? (JSON.parse(header) as Answer) : { status: 'created' });
	}

	private end(line: Line, answer: Answer): void {
		line.answer = answer;
		if (answer.status === 'refused') line.trouble = answer.message || say('upload.refused');
		this.set(line, answer.status === 'created' ? 'done' : answer.status);
	}

	private async broke(line: Line, err: DetailedError): Promise<void> {
		const status = err.originalResponse?.getStatus() ?? 0;
		if (status === 0 || status === 429 || status === 423 || (status >= 500 && status !== 507)) return this.wait(line);
		line.trouble = status === 401 ? say('upload.sign_in') : (await detail(status, err.originalResponse?.getBody() ?? '')) || say('upload.failed', String(status));
		// 413, 415 and 422 are about the file itself: the same bytes will not do better.
		this.set(line, status === 413 || status === 415 || status === 422 ? 'refused' : 'failed');
	}

	/** Wait holds a file until there is a connection again, and looks every ten seconds. */
	private wait(line: Line): void {
		void line.upload?.abort();
		clearTimeout(line.wake);
		line.speed = 0;
		line.wake = window.setTimeout(() => line.state === 'offline' && this.set(line, 'waiting'), again * (0.8 + 0.4 * Math.random()));
		this.set(line, 'offline');
	}

	private wakeAll(): void {
		for (const line of this.lines) if (line.state === 'offline') this.set(line, 'waiting');
	}
}

/** Detail is the sentence in a problem+json body, "" if there is none. */
async function detail(_status: number, body: string): Promise<string> {
	try {
		return String((JSON.parse(body) as { detail?: string }).detail ?? '');
	} catch {
		return '';
	}
}
