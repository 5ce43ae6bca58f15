/** Text, or elements in their order; an array repeats its element. */
export type XmlValue =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlValue | readonly XmlValue[] | undefined };

/** A document with one root. Elements that are undefined are left out. */
export function writeXml(root: string, value: XmlValue): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}\n`);
}

function element(name: string, value: XmlValue): string {
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .flatMap(([child, content]) =>
            [content].flat().map((each) => (each === undefined ? '' : element(child, each))),
          )
          .join('')
      : escapeText(String(value));
  return `<${name}>${content}</${name}>`;
}

function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no other way to carry these
  return text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => `&#${character.charCodeAt(0)};`);
}
