/** MQTT topic matching: `+` is one level, a last `#` is the rest. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, actual] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= actual.length || (level !== '+' && level !== actual[index])) return false;
  }
  return wanted.length === actual.length;
}
