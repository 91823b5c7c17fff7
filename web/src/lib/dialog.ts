/** Open shows a dialog made by a script; it leaves the page when it is closed, by Esc, a click beside it or a button. */
export function openDialog(box: HTMLDialogElement): Promise<string> {
	document.body.append(box);
	box.showModal();
	box.addEventListener('click', (e) => {
		if (e.target === box) box.close();
	});
	return new Promise((closed) =>
		box.addEventListener('close', () => {
			box.remove();
			closed(box.returnValue);
		}),
	);
}
