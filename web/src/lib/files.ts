/** Files on their way in: what every page knows about them without the code that sends them. */

/** What applies to every file that is dropped together. */
export type Batch = Record<string, string>;

export interface Found {
	file: File;
	/** Path inside the folder that was dropped, with "/", without a leading one; else the name. */
	path: string;
}

/** The queue and its tray, loaded when the first file comes. */
export const tray = (): Promise<typeof import('./tray')> => import('./tray');

/** A file dropped where nothing takes it would make the browser leave the page. */
export function guardDrops(): void {
	for (const type of ['dragover', 'drop'] as const) {
		window.addEventListener(type, (e) => {
			if (e.dataTransfer?.types.includes('Files') && !e.defaultPrevented) {
				e.preventDefault();
				e.dataTransfer.dropEffect = 'none';
			}
		});
	}
}

/** Wake opens the tray if an earlier visit left files half sent. */
export function wakeTray(): void {
	try {
		if (document.getElementById('tray') && Object.keys(localStorage).some((k) => k.startsWith('tus::'))) void tray().then((t) => t.remind());
	} catch {
		/* no storage, nothing to remember */
	}
}

/** Gather lists every file of a drop, folders opened. Call it while the drop is being handled. */
export async function gather(data: DataTransfer): Promise<Found[]> {
	const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
	const found: Found[] = [];
	for (const entry of entries) {
		if (entry instanceof File) found.push({ file: entry, path: entry.name });
		else if (entry) await walk(entry, found);
	}
	const kept = found.filter((f) => !junk.test(f.file.name));
	return kept.sort((a, b) => a.path.localeCompare(b.path, 'vi', { numeric: true }));
}

/** Chosen lists the files of a file field, with their paths if a folder was chosen. */
export function chosen(input: HTMLInputElement): Found[] {
	return [...(input.files ?? [])].filter((f) => !junk.test(f.name)).map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

const junk = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

async function walk(entry: FileSystemEntry, found: Found[]): Promise<void> {
	if (entry.isFile) {
		const file = await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no));
		found.push({ file, path: entry.fullPath.replace(/^\//, '') });
		return;
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	for (;;) {
		// A reader gives at most a hundred at a time.
		const some = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no));
		if (!some.length) return;
		for (const child of some) await walk(child, found);
	}
}
