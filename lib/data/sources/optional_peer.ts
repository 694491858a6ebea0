import { ArgumentError } from '../../tensor/errors.js';

/**
 * Loads a package that convgrad works with but does not install.
 *
 * @throws ArgumentError (rejects with) that says what needs it and how to install it
 */
export async function optionalPeer<T>(subject: string, name: string, entry = name): Promise<T> {
  try {
    return (await import(entry)) as T;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const problem = missing ? 'is not installed' : `cannot be loaded: ${message}`;
    throw new ArgumentError(`${subject}: needs the package '${name}', which ${problem}; npm install ${name}`, {
      cause,
    });
  }
}
