/**
 * The only script, and an enhancement: renews what is marked as live, unless the person unticks the box. Nothing that is being typed or has the focus is
 * touched. Without it the link beside does the same.
 */
export const liveScript = `
const live = document.getElementById('live');
const box = document.getElementById('renew');
box.parentElement.hidden = false;
const renew = async () => {
  if (!box.checked || document.hidden || live.contains(document.activeElement)) return;
  const answer = await fetch('/live', { headers: { accept: 'text/html' } }).catch(() => undefined);
  if (answer === undefined) return;
  if (answer.status === 403) return location.reload();
  if (answer.ok) live.innerHTML = await answer.text();
};
setInterval(renew, 5000);
`;
