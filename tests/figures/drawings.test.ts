import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { Resvg } from '@resvg/resvg-js';
import { JSDOM } from 'jsdom';
import * as colors from '../../lib/plot/colors';
import { fontFiles, fontName } from '../../lib/plot/static/fonts';
import { pageBox, type TextStyle } from '../../lib/plot/static/geometry';
import { drawings } from '../../scripts/figures/drawings';
import { tint, tints } from '../../scripts/figures/svg';

const folder = path.resolve(__dirname, '../../notebooks/figures');
const base = [colors.gate, colors.model, colors.cycle, colors.ink].flatMap((of) => Object.values<string>(of));
const strengths = Object.keys(tints) as (keyof typeof tints)[];
const palette = new Set(base.flatMap((color) => [color, ...strengths.map((strength) => tint(color, strength))]));

for (const file of fontFiles()) GlobalFonts.registerFromPath(file, fontName);
const pen = createCanvas(1, 1).getContext('2d');
const measure = (text: string, { size, weight, style }: TextStyle): number => {
  pen.font = `${style} ${weight} ${size}px ${fontName}`;
  return pen.measureText(text).width;
};

/** A page that shows a drawing as a picture has no Inter; DejaVu Sans runs wider by this factor. */
const widest = 1.11;

test('the files are what the script draws, and there are no others', () => {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.svg'));
  assert.deepEqual(
    files.sort(),
    Object.keys(drawings)
      .map((name) => `${name}.svg`)
      .sort(),
  );
  for (const [name, draw] of Object.entries(drawings))
    assert.equal(
      fs.readFileSync(path.join(folder, `${name}.svg`), 'utf8'),
      draw(),
      `${name}.svg is out of date: node --import tsx scripts/figures/main.ts`,
    );
});

for (const [name, draw] of Object.entries(drawings))
  describe(name, () => {
    const svg = draw();
    const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window;
    const root = document.documentElement;
    const [width, height] = ['width', 'height'].map((side) => Number(root.getAttribute(side)));

    test('is well-formed and can be drawn', () => {
      assert.equal(root.tagName, 'svg');
      const png = new Resvg(svg).render();
      assert.deepEqual([png.width, png.height], [width, height]);
      assert.doesNotMatch(svg, /NaN|undefined/);
    });

    test('has a title and says in words what it shows', () => {
      assert.ok(document.querySelector('title')!.textContent!.length > 8);
      assert.ok(document.querySelector('desc')!.textContent!.length > 60);
    });

    test("uses the course's colours only", () => {
      const used = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map((m) => m[1]).filter((c) => c !== 'none');
      assert.deepEqual(
        used.filter((color) => !palette.has(color)),
        [],
      );
    });

    test('keeps its words inside the card, also where the page has another typeface', () => {
      for (const text of document.querySelectorAll('text')) {
        const { left, right, top, bottom } = pageBox(text, measure);
        const spare = (widest - 1) * (right - left);
        const grows = { start: [0, spare], middle: [spare / 2, spare / 2], end: [spare, 0] };
        const [before, behind] = grows[(text.getAttribute('text-anchor') ?? 'start') as keyof typeof grows];
        const inside = left - before >= 4 && right + behind <= width - 4 && top >= 0 && bottom <= height - 2;
        assert.ok(inside, `"${text.textContent}" runs from ${left - before} to ${right + behind}, ${top} to ${bottom}`);
      }
    });
  });
