import sax from 'sax';
import { OssError } from './errors.ts';

export interface XmlNode {
  readonly name: string;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

/** Parses a request's document. Throws MalformedXML. */
export function readXml(source: string): XmlNode {
  const parser = sax.parser(true, {});
  const top: { name: string; children: XmlNode[]; text: string } = { name: '', children: [], text: '' };
  const stack = [top];
  parser.onerror = () => {
    throw new OssError('MalformedXML');
  };
  parser.ondoctype = () => {
    throw new OssError('MalformedXML');
  };
  parser.onopentag = ({ name }) => {
    const node = { name, children: [], text: '' };
    stack.at(-1)?.children.push(node);
    stack.push(node);
  };
  parser.onclosetag = () => void stack.pop();
  const addText = (text: string) => {
    const node = stack.at(-1);
    if (node) node.text += text;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.write(source).close();
  const [root] = top.children;
  if (!root) throw new OssError('MalformedXML');
  return root;
}

export const childText = (node: XmlNode, name: string): string | undefined =>
  node.children.find((child) => child.name === name)?.text;
