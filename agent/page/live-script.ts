/**
 * The only script, and an enhancement: renews what is marked as live, unless the person unticks the box. Nothing that is being typed or has the focus is
 * touched. Without it the link beside does the same. A gateway that does not answer is told of: what is shown is old then.
 */
export const liveScript = `
const live = document.getElementById('live');
const box = document.getElementById('renew');
const silent = document.getElementById('silent');
box.parentElement.hidden = false;
const ask = async () => {
  const answer = await fetch('/live', { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(4000) });
  return { status: answer.status, text: await answer.text() };
};
const renew = async () => {
  if (!box.checked || document.hidden || live.contains(document.activeElement)) return;
  const { status, text } = await ask().catch(() => ({ status: 0 }));
  if (status === 403) return location.reload();
  silent.hidden = status === 200;
  if (status === 200) live.innerHTML = text;
};
setInterval(renew, 5000);
`;
