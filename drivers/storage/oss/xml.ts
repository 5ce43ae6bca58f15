import sax from 'sax';

/** An element of an answer. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Building {
  readonly name: string;
  text: string;
  readonly children: Building[];
}

/** The document's root; undefined for what is no complete document. */
export function parseXml(bytes: Uint8Array): XmlElement | undefined {
  const document: Building = { name: '', text: '', children: [] };
  const open = [document];
  const parser = sax.parser(true);
  parser.onopentag = ({ name }) => {
    const element: Building = { name, text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => {
    open.pop();
  };
  parser.ontext = (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.oncdata = parser.ontext;
  parser.onerror = (error) => {
    throw error;
  };
  try {
    parser.write(Buffer.from(bytes).toString('utf8')).close();
  } catch {
    return undefined;
  }
  return document.children[0];
}

/** The text of the first child of that name. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return element?.children.find((child) => child.name === name)?.text;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** A name as `encoding-type=url` writes it; undefined where it is not so written. */
export function decodeName(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return undefined;
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
