import { encodeProperty } from './encode.ts';
import type { VimFault } from './faults.ts';
import type { MethodInfo } from './metadata.ts';
import type { VimValue } from './values.ts';
import { child, escapeXml, parseXml, type XmlElement } from './xml.ts';

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"' +
  ' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"' +
  ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<soapenv:Body>\n';
const TAIL = '\n</soapenv:Body>\n</soapenv:Envelope>';

/** The one method element of a request's body. */
export function readEnvelope(source: string): XmlElement {
  const root = parseXml(source);
  const body = root.name === 'Envelope' ? child(root, 'Body') : undefined;
  const call = body?.children[0];
  if (!call) throw new Error('The request has no SOAP body.');
  return call;
}

export function writeResponse(method: string, info: MethodInfo, result: VimValue | undefined): string {
  const content = info.result && result !== undefined ? encodeProperty('returnval', result, info.result) : '';
  return `${HEAD}<${method}Response xmlns="urn:vim25">${content}</${method}Response>${TAIL}`;
}

export function writeFault(fault: VimFault): string {
  const detail = encodeProperty(`${fault.type}Fault`, fault.fault, { type: '', array: false }).replace(
    `<${fault.type}Fault`,
    `<${fault.type}Fault xmlns="urn:vim25"`,
  );
  return writeRawFault('ServerFaultCode', fault.message, detail);
}

export function writeRawFault(code: string, message: string, detail = ''): string {
  return (
    `${HEAD}<soapenv:Fault><faultcode>${code}</faultcode><faultstring>${escapeXml(message)}</faultstring>` +
    `${detail === '' ? '' : `<detail>${detail}</detail>`}</soapenv:Fault>${TAIL}`
  );
}
