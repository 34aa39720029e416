/**
 * A tensor of tfjs-backend-wasm whose numbers are written when something first reads them. Everything there asks a private map
 * (`dataIdMap`) for the number or the address of a tensor's data before it reads it: an object that writes the numbers when it is asked
 * passes for such data. Its memory is taken at once, so that writing never moves the memory under what somebody else is reading.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import { LazyData, type Recipe } from './lazy-data';

/** A tensor's data as tfjs-backend-wasm holds it. */
export interface WasmData {
  id: number;
  memoryOffset: number;
  shape: number[];
  dtype: string;
  refCount: number;
}

/** What is used of its map. */
export interface WasmDataMap {
  get(dataId: object): WasmData;
  set(dataId: object, data: WasmData): void;
  delete(dataId: object): boolean;
}

/** Writes the numbers to an address. */
export type WasmRecipe<Parts> = Omit<Recipe<Parts, void>, 'compute'> & { write(parts: Parts, address: number): void };

/** Data of a float32 tensor in tfjs-backend-wasm that a recipe writes. */
export class WasmLazyData<Parts> extends LazyData<Parts, void> implements WasmData {
  readonly dtype = 'float32';

  private constructor(
    private readonly place: WasmData,
    { write, ...recipe }: WasmRecipe<Parts>,
  ) {
    super({ ...recipe, compute: (parts) => write(parts, place.memoryOffset) });
  }

  /** Takes the place of a fresh tensor's data. */
  static inPlaceOf<Parts>({ dataId }: TensorInfo, map: WasmDataMap, recipe: WasmRecipe<Parts>): WasmLazyData<Parts> {
    const data = new WasmLazyData(map.get(dataId), recipe);
    map.delete(dataId);
    map.set(dataId, data);
    return data;
  }

  get shape(): number[] {
    return this.place.shape;
  }

  get id(): number {
    this.compute();
    return this.place.id;
  }

  set id(id: number) {
    this.place.id = id;
  }

  get memoryOffset(): number {
    this.compute();
    return this.place.memoryOffset;
  }
}
