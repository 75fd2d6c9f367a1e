/**
 * A script of the page of Swagger UI. Its Authorize dialog puts the cursor into the last field that it has, which are a service's, and scrolls there: whoever
 * comes to paste a session id would paste it into the wrong one.
 */
export const cursorIntoFirstField = `
new MutationObserver(changes => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      const dialog = node instanceof Element && (node.closest('.dialog-ux') ?? node.querySelector('.dialog-ux'))
      if (!dialog || dialog.dataset.isSeen) continue
      dialog.dataset.isSeen = 'true'
      dialog.querySelector('.auth-container input')?.focus({ preventScroll: true })
      for (const part of dialog.querySelectorAll('*')) part.scrollTop = 0
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true })
`;
//# sourceMappingURL=docs-page.js.map