import sax from 'sax';

export interface XmlElement {
  /** Local name, without the prefix. */
  readonly name: string;
  readonly namespace: string;
  /** Attributes by local name; those of the XML Schema instance namespace are in {@link xsi}. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly xsi: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** 1-based, for error messages. */
  readonly line: number;
  readonly column: number;
}

interface Building extends XmlElement {
  readonly children: Building[];
  text: string;
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Parses a document. Throws an Error with the parser's message when it is not well-formed. */
export function parseXml(source: string): XmlElement {
  const parser = sax.parser(true, { xmlns: true, position: true });
  const stack: Building[] = [];
  let root: Building | undefined;
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = (tag) => {
    const element = openElement(tag, parser.line + 1, parser.column);
    const parent = stack.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
    stack.push(element);
  };
  parser.onclosetag = () => void stack.pop();
  const addText = (text: string) => {
    const element = stack.at(-1);
    if (element) element.text += text;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.ondoctype = () => {
    throw new Error('A document type declaration is not allowed.');
  };
  parser.write(source).close();
  if (!root) throw new Error('The document is empty.');
  return root;
}

function openElement(tag: sax.Tag | sax.QualifiedTag, line: number, column: number): Building {
  const attributes: Record<string, string> = {};
  const xsi: Record<string, string> = {};
  for (const [name, attribute] of Object.entries(tag.attributes)) {
    if (typeof attribute === 'string') attributes[name] = attribute;
    else if (attribute.uri === XSI) xsi[attribute.local] = attribute.value;
    else attributes[attribute.local] = attribute.value;
  }
  const name = 'local' in tag ? tag.local : tag.name;
  const namespace = 'uri' in tag ? tag.uri : '';
  return { name, namespace, attributes, xsi, children: [], text: '', line, column };
}

export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name);
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Escapes text for content and attribute values, and drops what XML 1.0 cannot carry. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"\r]/g, (character) => escapes[character] ?? character)
  );
}
