#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Compares the canonical forms of phone numbers with libphonenumber's E.164.
//
//   tests/judges/phone.mjs --modules FOLDER FORMS [NUMBERS]
//
// FORMS is build/tests/tools/canonical_forms. The numbers are libphonenumber's example of each region and NUMBERS random
// valid ones of each region (default 400), each in national and international format, in E.164 and as an RFC 3966 URI,
// asked for in phone/REGION. Prints how many are accepted, and every region and format in which a form is another number,
// or where less than 99 % are accepted. The exit status is 1 if a form differs that EXCEPTIONS does not name, or if the
// form of a form is another one.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const options = process.argv.slice(2);
const modules = path.resolve(options[1]), forms = options[2], count = Number(options[3] ?? 400);
const require = createRequire(path.join(modules, 'x.js'));
const { parsePhoneNumberFromString: parse } = require('libphonenumber-js/max');
const metadata = require('libphonenumber-js/metadata.max.json');
const examples = require('libphonenumber-js/examples.mobile.json');

// Calling codes where a form may be another number than the one whose format was asked for, and why.
const EXCEPTIONS = new Map([
  ['57', 'Colombia: fixed lines have 60 before their old numbers since 2021, some of which libphonenumber has still'],
  ['241', 'Gabon: numbers from before 2019, which libphonenumber has still, are read as those of now'],
]);

let state = 1;
function random(n) { // xorshift32
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

// A random string of a pattern: digits, \d, classes, groups, alternatives, ? and {}.
function sample(pattern) {
  let at = 0;
  const alternatives = () => {
    const found = [sequence()];
    while (pattern[at] === '|') {
      at++;
      found.push(sequence());
    }
    return () => found[random(found.length)]();
  };
  const sequence = () => {
    const items = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')')
      items.push(repeated(item()));
    return () => items.map((make) => make()).join('');
  };
  const item = () => {
    if (pattern[at] === '(') {
      at += pattern.startsWith('(?:', at) ? 3 : 1;
      const inner = alternatives();
      at++;
      return inner;
    }
    if (pattern[at] === '[' || pattern[at] === '\\') {
      const length = pattern[at] === '[' ? pattern.indexOf(']', at) + 1 - at : 2;
      const set = new RegExp(pattern.slice(at, at + length));
      const digits = [...'0123456789'].filter((digit) => set.test(digit));
      at += length;
      return () => digits[random(digits.length)];
    }
    const digit = pattern[at++];
    return () => digit;
  };
  const repeated = (make) => {
    let low = 1, high = 1;
    const bounds = /^(\?)|^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at));
    if (bounds !== null) {
      at += bounds[0].length;
      [low, high] = bounds[1] ? [0, 1] : [Number(bounds[2]), Number(bounds[3] ?? bounds[2])];
    }
    return () => Array.from({ length: low + random(high - low + 1) }, make).join('');
  };
  return alternatives()();
}

function numbersOf(region) {
  const fields = metadata.countries[region];
  const patterns = (fields[11] ?? []).filter((kind) => kind).map((kind) => kind[0]);
  const found = examples[region] === undefined ? [] : [parse(examples[region], region)];
  for (let tries = 0; found.length < count + 1 && tries < 40 * count; tries++) {
    const number = parse(`+${fields[0]}${sample(patterns[random(patterns.length)])}`);
    if (number !== undefined && number.isValid() && number.country === region)
      found.push(number);
  }
  return found;
}

const FORMATS = ['NATIONAL', 'INTERNATIONAL', 'E.164', 'RFC3966'];
const rows = [];
for (const region of Object.keys(metadata.countries))
  for (const number of numbersOf(region))
    for (const format of FORMATS)
      rows.push({ region, format, text: number.format(format), code: number.countryCallingCode, wanted: number.number.slice(1) });

function canonical(lines) {
  const result = spawnSync(forms, { input: lines.join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 30 });
  if (result.status !== 0)
    throw new Error(`${forms} failed`);
  return result.stdout.split('\n').slice(0, -1);
}

const answers = canonical(rows.map((row) => `phone/${row.region}\t${row.text}`));
const accepted = rows.filter((row, i) => !(row.form = answers[i]).startsWith('!'));
const again = canonical(accepted.map((row) => `phone/${row.region}\t+${row.form}`));
const unstable = accepted.filter((row, i) => again[i] !== row.form);
let failures = unstable.length;
const tally = new Map();
for (const row of rows) {
  const key = `${row.region} ${row.format}`;
  for (const name of [key, row.format]) {
    const counts = tally.get(name) ?? { tried: 0, accepted: 0, different: 0, sample: null, reasons: {} };
    tally.set(name, counts);
    counts.tried++;
    if (row.form.startsWith('!')) {
      counts.reasons[row.form] = (counts.reasons[row.form] ?? 0) + 1;
      counts.sample ??= `${row.text} ${row.form}`;
      continue;
    }
    counts.accepted++;
    if (row.form !== row.wanted) {
      counts.different++;
      counts.sample = `${row.text} is ${row.form}`;
      failures += name === key && !EXCEPTIONS.has(row.code) ? 1 : 0;
    }
  }
}
for (const [name, { tried, accepted: taken, different, sample: text, reasons }] of tally)
  if (FORMATS.includes(name))
    console.log(`${name}: ${tried} tried, ${(100 * taken / tried).toFixed(3)} % accepted, ${different} different, ${JSON.stringify(reasons)}`);
  else if (different > 0 || taken < 0.99 * tried)
    console.log(`  ${name}: ${tried} tried, ${taken} accepted, ${different} different: ${text}; ${EXCEPTIONS.get(metadata.countries[name.slice(0, 2)][0]) ?? ''}`);
console.log(`forms of forms: ${accepted.length} tried, ${unstable.length} different`);
for (const row of unstable.slice(0, 10))
  console.log(`  ${row.region}: ${row.text} is ${row.form}`);
process.exit(failures > 0 ? 1 : 0);
