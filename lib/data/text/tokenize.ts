// The tokens of Kim 2014, "Convolutional neural networks for sentence classification" (https://arxiv.org/abs/1408.5882):
// everything but Latin letters, digits and ( ) , ! ? ' ` separates; 's 've n't 're 'd 'll and the marks , ! ( ) ? are tokens of their own.
import { show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';

const separators = /[^A-Za-z0-9(),!?'`]+/g;
const endings = /'s|'ve|n't|'re|'d|'ll/g;
const marks = /[,!()?]/g;

/**
 * Cuts a sentence into lower-case tokens as Kim 2014 does.
 *
 * @param text a sentence
 * @throws ArgumentError when it is not a string
 * @example
 * data.tokenize("It isn't bad, is it?"); // ['it', 'is', "n't", 'bad', ',', 'is', 'it', '?']
 */
export function tokenize(text: string): string[] {
  if (typeof text !== 'string') throw new ArgumentError(`tokenize: expected a string, but received ${show(text)}`);
  return text
    .replace(separators, ' ')
    .replace(endings, ' $&')
    .replace(marks, ' $& ')
    .toLowerCase()
    .split(' ')
    .filter((token) => token !== '');
}
