/** Messages of Protocol Buffers, described by the fields that are read or written here, for protobufjs. */
import type { INamespace, Type } from 'protobufjs/light';

type Field = [id: number, type: string, rule?: 'repeated'];

/** A message of these fields, each with its number, its type and whether it is repeated. */
export const message = (fields: Record<string, Field>) => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, [id, type, rule]]) => [name, { id, type, rule }])),
});

/** The message of that name, to encode and decode with; protobufjs is loaded when somebody asks. */
export async function messageType(nested: INamespace['nested'], name: string): Promise<Type> {
  const { Root } = await import('protobufjs/light');
  return Root.fromJSON({ nested }).lookupType(name);
}
