/** Numbers that come one after the other, in an array that doubles when it is full. */
export class GrowingArray<A extends Int32Array | Float64Array> {
  #array: A;
  length = 0;

  /** @param array is filled first, and replaced by larger ones of its kind */
  constructor(array: A) {
    this.#array = array;
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new (this.#array.constructor as new (length: number) => A)(2 * this.length);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  /** The numbers so far, in an array of their own. */
  values(): A {
    return this.#array.slice(0, this.length) as A;
  }
}
