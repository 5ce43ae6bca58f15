import { transferConformance } from './conformance.ts';
import { httpTransferDriver } from './http.ts';
import { httpsTransferDriver } from './https.ts';

transferConformance('https', httpsTransferDriver);
transferConformance('http', httpTransferDriver);
