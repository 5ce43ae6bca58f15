import type { AnswerFault } from '../faulty-answer.ts';
import { requirementsOf } from './authorization/required-privileges.ts';
import { applyToCall } from './core/planned-faults.ts';
import type { World } from './core/world.ts';
import type { Call, OperationTable } from './operations/operation.ts';
import { readDynamic } from './property/property-path.ts';
import type { Session, Sessions } from './sessions.ts';
import { decodeCall } from './soap/decode.ts';
import { writeResponse } from './soap/envelope.ts';
import { invalidRequest, managedObjectNotFound, notAuthenticated } from './soap/faults.ts';
import { isSubtype, type MethodInfo, methodInfo } from './soap/metadata.ts';
import type { XmlElement } from './soap/xml.ts';

export interface Caller {
  readonly session: Session | undefined;
  readonly userAgent: string;
  readonly address: string;
  readonly signal: AbortSignal;
  setSession(session: Session): void;
}

export interface Dispatched {
  readonly envelope: string;
  readonly fault: AnswerFault | undefined;
}

/** What a client may call before it has logged in. */
const anonymous: ReadonlySet<string> = new Set(['RetrieveServiceContent', 'Login', 'CurrentTime']);

/** The accessor pyVmomi and PowerCLI use to read one property; it is not in the published WSDL. */
const fetchMethod: MethodInfo = {
  on: 'ManagedObject',
  params: [{ name: 'prop', type: 'string', optional: false, array: false }],
  result: undefined,
};

/** Finds the operation a SOAP call names, checks the caller and the arguments, and runs it. */
export class Dispatcher {
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #operations: OperationTable;

  constructor(world: World, sessions: Sessions, operations: OperationTable) {
    this.#world = world;
    this.#sessions = sessions;
    this.#operations = operations;
  }

  /** The response envelope, and what is planned to become of it. Throws VimFault and ConnectionDropped. */
  async dispatch(element: XmlElement, caller: Caller): Promise<Dispatched> {
    const method = element.name === 'Fetch' ? fetchMethod : methodInfo(element.name);
    if (!method) throw invalidRequest(`Unable to resolve WSDL method name ${element.name} for method call`);
    const { self: ref, params } = decodeCall(element, method);
    if (!caller.session && !anonymous.has(element.name)) throw notAuthenticated(ref);
    const self = this.#world.objects.find(ref);
    if (!self) throw managedObjectNotFound(ref);
    if (!isSubtype(self.ref.type, method.on)) {
      throw invalidRequest(`Method ${element.name} is not one of ${self.ref.type}`);
    }
    const { faults, clock } = this.#world;
    const fault = await applyToCall({ faults, clock, signal: caller.signal }, element.name, ref.value);
    if (method === fetchMethod) {
      const value = readDynamic(self, typeof params.prop === 'string' ? params.prop : '');
      const result = value && { name: 'returnval', optional: true, ...value.declared };
      return { envelope: writeResponse('Fetch', { ...method, result }, value?.value), fault };
    }
    const operation = Object.hasOwn(this.#operations, element.name) ? this.#operations[element.name] : undefined;
    if (!operation) throw invalidRequest(`Unable to resolve WSDL method name ${element.name} for method call`);
    const call: Call = { ...caller, world: this.#world, sessions: this.#sessions, self, params };
    for (const { entity, privilege } of caller.session ? requirementsOf(element.name, call) : [])
      this.#world.authorization.require(caller.session?.userName ?? '', entity, privilege);
    return { envelope: writeResponse(element.name, method, await operation(call)), fault };
  }
}
