/**
 * A convenience: a filter over the names of tests, and a button that unfolds everything. The page is complete without
 * it; the tools stay hidden where scripts do not run. Plain text, so that its digest can stand in the page's policy.
 */
export const pageScript = `
(() => {
  const tools = document.querySelector('.tools');
  const filter = document.getElementById('filter');
  const unfold = document.getElementById('unfold');
  const matches = document.getElementById('matches');
  const rows = [...document.querySelectorAll('#findings details.finding, #findings .list tbody tr')];
  const folds = [...document.querySelectorAll('#findings details')];
  if (rows.length < 2) return;
  tools.hidden = false;
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const found = row.textContent.toLowerCase().includes(wanted);
      row.hidden = !found;
      if (found) shown += 1;
      const fold = row.closest('details.section');
      if (found && wanted !== '' && fold !== null) fold.open = true;
    }
    matches.textContent = wanted === '' ? '' : shown + ' found';
  });
  unfold.addEventListener('click', () => {
    const open = unfold.textContent === 'Unfold all';
    for (const fold of folds) fold.open = open;
    unfold.textContent = open ? 'Fold all' : 'Unfold all';
  });
})();
`;
